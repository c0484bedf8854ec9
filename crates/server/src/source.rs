//! Where a holder's records come from: files, a FHIR server, or a portal that takes its time.
//!
//! A source answers with records or says why it has none: nothing is never silent.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use phr_link::catalogue::Category;
use phr_link::contract::records::Outcome;
use phr_link::scope::Period;
use phr_link::{Code, Timestamp};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::records::Record;
use crate::store::Store;

mod fhir_rest;
mod kept;
mod mapping;
mod portal;
mod result;

pub use fhir_rest::{FhirRest, FhirRestSettings};
pub use kept::Kept;
pub use mapping::Mapping;
pub use portal::{Fields, Paths, Portal, PortalSettings, Words};
pub(crate) use portal::{Link, Step};
pub(crate) use result::{read_records, write_records};

/// What is asked of a source.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The person, by the holder's name.
    pub person: &'a str,
    /// The category.
    pub category: Category,
    /// The days; a source may give more, and the verdict's filter takes away what is outside.
    pub period: Option<Period>,
    /// The time.
    pub at: Timestamp,
}

/// What a source gave.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The records: those of the category, and what is needed beside to see what stays hidden.
    pub records: Arc<Vec<Record>>,
    /// The source's own bytes, where it has any.
    pub raw: Option<Raw>,
}

/// The bytes of a source.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Raw {
    /// Their media type.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether records were made of all that they say: what could not be judged is not handed out.
    pub is_whole: bool,
}

/// Why there is nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Absent {
    /// The reason; never `ok` or `empty`.
    pub outcome: Outcome,
    /// After how many seconds it is worth to ask again, where the source says so.
    pub retry_after: Option<i64>,
}

/// A future of what a source says.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Fetched, Absent>> + Send + 'a>>;

/// A source of records.
pub trait Source: fmt::Debug + Send + Sync {
    /// Its name, for provenance.
    fn name(&self) -> &str;

    /// Its interface and version, for provenance.
    fn interface(&self) -> &'static str;

    /// Whether it is asked for a category.
    fn covers(&self, category: Category) -> bool;

    /// Asks it.
    fn fetch<'a>(&'a self, wanted: &'a Wanted<'a>) -> Fetching<'a>;

    /// The portal, where the source is one that takes its time.
    fn portal(&self) -> Option<&Portal> {
        None
    }
}

impl Absent {
    /// Says why, without a word on when.
    #[must_use]
    pub const fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            retry_after: None,
        }
    }
}

impl From<Absent> for Problem {
    fn from(absent: Absent) -> Self {
        let code = match absent.outcome {
            Outcome::ConsentExpired => Code::SourceConsentExpired,
            Outcome::IdentityMismatch => Code::SourceIdentityMismatch,
            Outcome::Maintenance => Code::SourceMaintenance,
            Outcome::NotYetAvailable => Code::SourceNotYetAvailable,
            // An outage and what the holder does not tell an agent are one answer, to the byte.
            Outcome::Ok | Outcome::Empty | Outcome::SourceUnavailable => {
                return Code::SourceUnavailable.into();
            }
        };
        Self::later(code, absent.retry_after)
    }
}

/// A source as it is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Settings {
    /// Records of people who do not exist.
    Synthetic,
    /// A folder of FHIR R4 files about one person.
    Folder {
        /// The person, by the holder's name.
        person: String,
        /// The folder.
        path: PathBuf,
    },
    /// A FHIR R4 server.
    FhirRest(FhirRestSettings),
    /// A portal like that of the state: asked once, answering later.
    Portal(Box<PortalSettings>),
}

impl Settings {
    /// Opens the source.
    ///
    /// # Errors
    /// if a folder cannot be listed, a token cannot be read, or an address cannot be used
    pub(crate) fn open(&self, store: &Store, today: phr_link::Day) -> Result<Arc<dyn Source>> {
        Ok(match self {
            Self::Synthetic => Arc::new(Kept::invented(today)),
            Self::Folder { person, path } => Arc::new(
                Kept::folder(person, path)
                    .with_context(|| format!("the records in {} cannot be read", path.display()))?,
            ),
            Self::FhirRest(settings) => Arc::new(FhirRest::open(settings)?),
            Self::Portal(settings) => Arc::new(Portal::open(settings, store)?),
        })
    }
}

/// Reads a token beside the settings: it is never in them.
pub(crate) fn token(file: Option<&PathBuf>) -> Result<Option<String>> {
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the token in {}", file.display()))?;
        Ok(text.trim().to_owned())
    };
    file.map(read).transpose()
}
