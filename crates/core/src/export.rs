//! Views: a consent in the words of other formats, with a report of what they cannot say.
//!
//! A view is for reading, never for deciding: the signed consent alone says what is permitted. Where a
//! format has no word for something, the view permits less, or its [`Report`] says what is lost.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::consent::Consent;
use crate::error::{Error, Result};
use crate::scope::words::words;
use crate::time::Timestamp;
use crate::token::Claims as _;

mod consent_record;
mod covered;
mod fhir_consent;
mod fhir_terms;
pub(crate) mod instant;
mod json;
mod loss;
mod report;
mod smart;

pub use loss::{Loss, LossKind};
pub use report::Report;

use json::{Json, object};

words! {
    /// A format in which a consent can be shown.
    Format {
        /// A `Consent` resource of HL7 FHIR R4.
        Fhir = "fhir",
        /// Scopes of SMART App Launch 2.
        Smart = "smart",
        /// A consent record of ISO/IEC TS 27560:2023.
        Ts27560 = "ts27560",
    }
}

words! {
    /// How a consent was ended before its time.
    Ending {
        /// A new consent took its place.
        Superseded = "superseded",
        /// The person withdrew it 撤回.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What a consent is worth at an instant.
    State {
        /// It is in force, or will be.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// A new consent took its place.
        Superseded = "superseded",
        /// The person withdrew it.
        Withdrawn = "withdrawn",
    }
}

/// When and how a consent was ended before its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ended {
    /// How.
    pub how: Ending,
    /// When the holder ended it.
    pub at: Timestamp,
}

/// What a view needs beside the claims, because no signed consent can know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing<'a> {
    /// The time of the view.
    pub now: Timestamp,
    /// Whether the consent was ended, from the holder's records.
    pub ended: Option<Ended>,
    /// The hash by which other tokens name the signed consent, where it is known.
    pub s256: Option<&'a str>,
}

/// A consent in another format.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct View {
    /// The format.
    pub format: Format,
    /// What the consent is worth at the time of the view.
    pub state: State,
    /// The document, as JSON.
    pub document: String,
    /// What the document does not say as the consent does.
    pub report: Report,
}

/// Shows a consent in another format.
///
/// The claims have to be those of a consent that was verified; the view repeats them. The state is
/// computed: what ended is shown as ended, whatever the claims say.
///
/// # Errors
/// `claims.*` where the claims are not those of a consent, as when the token is read
///
/// # Spec
/// §16.1
///
/// # Example
/// ```
/// use phr_link::Timestamp;
/// use phr_link::consent::Consent;
/// use phr_link::export::{Format, Standing, view};
///
/// let consent: Consent = serde_json::from_str(include_str!("export/sample.json")).unwrap();
/// let standing = Standing { now: consent.iat, ended: None, s256: None };
/// let shown = view(&consent, Format::Smart, &standing).unwrap();
/// assert_eq!(shown.document, r#"{"scope":"patient/AllergyIntolerance.rs"}"#);
/// // A scope says nothing of purpose, time or handling: read alone it permits more.
/// assert!(shown.report.is_wider());
/// assert!(shown.report.losses.iter().any(|loss| loss.path == "/authorization_details/0/purposes"));
/// ```
pub fn view(consent: &Consent, format: Format, standing: &Standing<'_>) -> Result<View> {
    consent.check()?;
    if consent.iat >= consent.exp {
        return Err(Error::at(Code::ClaimsInconsistent, "/iat"));
    }
    let state = standing.state(consent);
    let mut report = Report::default();
    let document = match format {
        Format::Fhir => fhir_consent::write(consent, standing, state, &mut report),
        Format::Smart => smart::write(consent, standing, state, &mut report),
        Format::Ts27560 => consent_record::write(consent, standing, state, &mut report),
    };
    // What is over permits nothing, in every format.
    report.is_over = state != State::Active;
    Ok(View {
        format,
        state,
        document: document.write(),
        report,
    })
}

impl Standing<'_> {
    /// Gives the state of a consent. A consent that was ended stays so, also before that instant.
    #[must_use]
    pub fn state(&self, consent: &Consent) -> State {
        match self.ended {
            Some(ended) => match ended.how {
                Ending::Superseded => State::Superseded,
                Ending::Withdrawn => State::Withdrawn,
            },
            None if self.now >= consent.exp => State::Expired,
            None => State::Active,
        }
    }
}

impl View {
    /// Writes document and report as one JSON object: `{as, state, document, report}`.
    ///
    /// # Spec
    /// §16.2
    #[must_use]
    pub fn write(&self) -> String {
        object([
            ("as", self.format.as_str().into()),
            ("state", self.state.as_str().into()),
            ("document", Json::Written(self.document.clone())),
            ("report", self.report.to_json()),
        ])
        .write()
    }
}
