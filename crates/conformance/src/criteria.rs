//! The criteria: data that change without a release, and what has to hold of them.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

mod condition;
mod lint;

pub use condition::{Condition, FACTS};
pub use lint::Fault;

use crate::outcome::Assurance;

/// A text in both languages.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Makes one.
    #[must_use]
    pub fn new(ja: &str, en: &str) -> Self {
        Self {
            ja: ja.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// How binding a criterion is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A duty.
    Must,
    /// Recommended.
    Should,
    /// Left open.
    May,
}

/// As what something is tested.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A private PHR operator.
    PhrOperator,
    /// Whoever has the records.
    DataHolder,
    /// A library or program that judges tokens.
    VerifierLibrary,
    /// An app with the person's keys.
    WalletApp,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::PhrOperator,
        Self::DataHolder,
        Self::VerifierLibrary,
        Self::WalletApp,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PhrOperator => "phr-operator",
            Self::DataHolder => "data-holder",
            Self::VerifierLibrary => "verifier-library",
            Self::WalletApp => "wallet-app",
        }
    }
}

/// Whether we could read a source.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceStatus {
    /// Its text was read.
    Verified,
    /// An excerpt was read.
    Excerpt,
    /// Neither: it is recalled, and has to be compared with the text.
    Recalled,
}

/// Where a criterion comes from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document.
    pub doc: String,
    /// Its edition.
    pub version: String,
    /// The place in it.
    pub clause: String,
    /// Whether we could read it.
    pub status: SourceStatus,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How a criterion can be shown, the strongest first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// By a check.
    Auto,
    /// By a document that an assessor reads.
    Evidence,
    /// By the applicant's word.
    Attest,
}

/// How the kinds combine.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// All of them are wanted.
    All,
    /// Any one is enough.
    Any,
}

/// A document that is wanted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its name, unique within the criterion.
    pub key: String,
    /// What is wanted.
    pub prompt: Text,
    /// The kinds of file.
    pub accepts: Vec<String>,
    /// How old it may be, in days.
    pub max_age_days: u32,
}

/// A criterion.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its permanent name, never used again.
    pub id: String,
    /// The revision of its text.
    pub revision: u32,
    /// Its title.
    pub title: Text,
    /// What has to be.
    pub statement: Text,
    /// How binding it is.
    pub level: Level,
    /// What it is about.
    pub class: String,
    /// Whom it concerns.
    pub roles: Vec<Role>,
    /// Where it comes from.
    pub source: Vec<Source>,
    /// When it applies; always, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// How it can be shown.
    pub kinds: Vec<Kind>,
    /// How the kinds combine.
    pub combine: Combine,
    /// The weakest assurance with which it counts as met.
    pub min_assurance: Assurance,
    /// The checks that show it.
    pub checks: Vec<String>,
    /// The documents that show it.
    pub evidence: Vec<Evidence>,
    /// The question to the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attest: Option<Text>,
    /// What to do where it is not met.
    pub remediation: Text,
    /// How much work that is.
    pub effort: String,
    /// Its names elsewhere.
    pub mappings: Vec<String>,
    /// The file it stands in.
    #[serde(skip)]
    pub chapter: String,
}

/// A catalogue of criteria.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// What it is, and what it is not.
    pub honesty: Text,
    /// The criteria, chapter after chapter.
    pub criteria: Vec<Criterion>,
    /// SHA-256 over all files, base64url.
    pub digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    id: String,
    version: String,
    title: Text,
    honesty: Text,
    chapters: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    criterion: Vec<Criterion>,
}

/// The files of the catalogue that is built in.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "catalogue",
        include_str!("../criteria/phr-jp/catalogue.toml"),
    ),
    ("security", include_str!("../criteria/phr-jp/security.toml")),
    (
        "personal-information",
        include_str!("../criteria/phr-jp/personal-information.toml"),
    ),
    (
        "interoperability",
        include_str!("../criteria/phr-jp/interoperability.toml"),
    ),
    (
        "assurance",
        include_str!("../criteria/phr-jp/assurance.toml"),
    ),
    ("industry", include_str!("../criteria/phr-jp/industry.toml")),
    (
        "mynaportal",
        include_str!("../criteria/phr-jp/mynaportal.toml"),
    ),
    ("statute", include_str!("../criteria/phr-jp/statute.toml")),
    (
        "institutions",
        include_str!("../criteria/phr-jp/institutions.toml"),
    ),
    (
        "sensitive",
        include_str!("../criteria/phr-jp/sensitive.toml"),
    ),
    ("profile", include_str!("../criteria/phr-jp/profile.toml")),
];

impl Catalogue {
    /// Reads the catalogue that is built in.
    ///
    /// # Errors
    /// if one of its files cannot be read
    pub fn built_in() -> anyhow::Result<Self> {
        Self::read(|name| {
            BUILT_IN
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| anyhow::anyhow!("there is no file {name}.toml"))
        })
    }

    /// Reads a catalogue from a folder with `catalogue.toml` and its chapters.
    ///
    /// # Errors
    /// if one of its files cannot be read
    pub fn folder(folder: &std::path::Path) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        Self::read(|name| {
            let path = folder.join(format!("{name}.toml"));
            std::fs::read_to_string(&path).with_context(|| path.display().to_string())
        })
    }

    fn read(open: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        let mut digest = Sha256::new();
        let text = open("catalogue")?;
        digest.update(text.as_bytes());
        let package: Package = toml::from_str(&text).context("catalogue.toml")?;
        let mut criteria = Vec::new();
        for name in package.chapters {
            let text = open(&name)?;
            digest.update([0]);
            digest.update(text.as_bytes());
            let chapter: Chapter = toml::from_str(&text).with_context(|| format!("{name}.toml"))?;
            criteria.extend(chapter.criterion.into_iter().map(|criterion| Criterion {
                chapter: name.clone(),
                ..criterion
            }));
        }
        Ok(Self {
            id: package.id,
            version: package.version,
            title: package.title,
            honesty: package.honesty,
            criteria,
            digest: crate::hostile::b64(&digest.finalize()),
        })
    }

    /// Finds a criterion.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}
