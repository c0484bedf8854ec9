//! The recipient's notice, fetched once: no redirect, no private address, plain text, bounded.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use phr_link::Code;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::problem::Problem;

/// The largest notice, in bytes.
const MAX_NOTICE: usize = 256 * 1_024;

/// Fetches a notice. That its origin is registered for the client was checked by the core.
///
/// # Errors
/// `request.notice`
pub(super) async fn fetch(uri: &str) -> Result<String, Problem> {
    let refuse = |_| Problem::from(Code::RequestNotice);
    let url = reqwest::Url::parse(uri).map_err(|_| Code::RequestNotice)?;
    let host = url.host_str().ok_or(Code::RequestNotice)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = literal.parse::<IpAddr>()
        && !(is_public(address) || address.is_loopback())
    {
        return Err(Code::RequestNotice.into());
    }
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve names where nobody looks at the address.
        .no_proxy()
        .dns_resolver(PublicOnly)
        .timeout(Duration::from_secs(5))
        .build()
        .map_err(refuse)?;
    let mut answer = client.get(url).send().await.map_err(refuse)?;
    let content = answer
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let is_plain = content.is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase().replace(' ', "");
        kind == "text/plain" || kind == "text/plain;charset=utf-8"
    });
    if answer.status() != reqwest::StatusCode::OK || !is_plain {
        return Err(Code::RequestNotice.into());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(refuse)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_NOTICE {
            return Err(Code::RequestNotice.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| Code::RequestNotice.into())
}

/// Resolves names to public addresses. A name inside may answer with any address, and it may answer
/// differently a second time: so it is the address of the connection that is looked at.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // Only the name that means this machine may lead to it, for development.
            let is_local = host == "localhost";
            let found = tokio::net::lookup_host((host, 0)).await?;
            let public: Vec<SocketAddr> = found
                .filter(|address| {
                    is_public(address.ip()) || (is_local && address.ip().is_loopback())
                })
                .collect();
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the public internet: everything that has another use is refused.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b))
                || a >= 240)
        }
        IpAddr::V6(address) => {
            if let Some(mapped) = address.to_ipv4_mapped() {
                return is_public(IpAddr::V4(mapped));
            }
            let [first, second, ..] = address.segments();
            // 2000::/3 is what is given out; of it, 6to4 and Teredo hold addresses inside.
            (first & 0xe000) == 0x2000
                && first != 0x2002
                && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for inside in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "203.0.114.1", "2606:4700::1111", "2400:2000::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_private_address_is_not_even_tried() {
        for uri in [
            "http://10.255.255.1/notice.txt",
            "http://169.254.169.254/latest/meta-data",
            "http://[fd00::1]/notice.txt",
            "http://[::ffff:10.0.0.1]/notice.txt",
        ] {
            let started = std::time::Instant::now();
            let refused = fetch(uri).await.unwrap_err();
            assert_eq!(refused.code, Code::RequestNotice);
            assert!(started.elapsed() < Duration::from_secs(2), "{uri}");
        }
    }
}
