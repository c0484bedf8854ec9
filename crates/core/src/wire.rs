//! Strict readers of what comes over the wire: base64url, JSON, and the shape of claims.

pub mod base64url;
pub mod json;
pub mod schema;
