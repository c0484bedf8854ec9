//! The closed vocabularies of a detail.

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants have fixed words on the wire.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal, )* }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        pub enum $name { $( $(#[$doc])* #[serde(rename = $word)] $variant, )* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Gives the word used on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),* } }

            /// Finds a value by its word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What may be done with records.
    Action {
        /// Learn which records there are.
        List = "list",
        /// Read them.
        Read = "read",
    }
}

words! {
    /// For what records are read 利用目的.
    Purpose {
        /// The person looks at them.
        SelfView = "self-view",
        /// Treatment.
        Care = "care",
        /// Treatment in an emergency.
        EmergencyCare = "emergency-care",
        /// Checking medicines.
        MedicationSafety = "medication-safety",
        /// Long-term care 介護.
        LongTermCare = "long-term-care",
        /// Keeping healthy.
        HealthPromotion = "health-promotion",
        /// Public health.
        PublicHealth = "public-health",
        /// Administration of insurance.
        InsuranceAdmin = "insurance-admin",
        /// Health at work.
        EmploymentHealth = "employment-health",
        /// Health at school.
        SchoolHealth = "school-health",
        /// Research with consent.
        ResearchConsented = "research-consented",
        /// Improving the service.
        ServiceImprovement = "service-improvement",
        /// Marketing.
        Marketing = "marketing",
    }
}

words! {
    /// How records are handled; from strict to free.
    Handling {
        /// Shown, nothing kept.
        View = "view",
        /// Computed with, nothing kept.
        Query = "query",
        /// Kept.
        Store = "store",
    }
}

words! {
    /// How often; from strict to free.
    Frequency {
        /// Once in each category.
        Once = "once",
        /// As long as the consent lasts.
        Continuing = "continuing",
    }
}

words! {
    /// What happens to kept records at the end; from strict to free.
    OnEnd {
        /// They are erased.
        Erase = "erase",
        /// They are made anonymous.
        Anonymise = "anonymise",
        /// They are kept where the law demands it.
        KeepRequiredByLaw = "keep-required-by-law",
    }
}

words! {
    /// How far records are de-identified; from weak to strong.
    Deident {
        /// Not at all.
        None = "none",
        /// Names replaced by pseudonyms.
        Pseudonymous = "pseudonymous",
        /// Made anonymous.
        Anonymous = "anonymous",
    }
}

words! {
    /// A sensitivity of records that a person may leave out, or that the catalogue notes.
    Flag {
        /// Genetic information.
        Genetic = "genetic",
        /// Mental health.
        Mental = "mental",
        /// Infections that carry stigma.
        Infection = "infection",
        /// Reproduction.
        Reproductive = "reproductive",
        /// Diagnoses, disclosed to the person or not.
        DisclosedDiagnosis = "disclosed-diagnosis",
    }
}

words! {
    /// A role in the trust list.
    Role {
        /// Has the records and issues grants 情報保有者.
        Holder = "holder",
        /// A private PHR operator 民間PHR事業者.
        Operator = "operator",
        /// A medical institution 医療機関.
        MedicalInstitution = "medical-institution",
        /// A pharmacy 薬局.
        Pharmacy = "pharmacy",
        /// A care provider 介護事業者.
        CareProvider = "care-provider",
        /// A public health centre 保健所.
        PublicHealthCentre = "public-health-centre",
        /// A researcher 研究者.
        Researcher = "researcher",
        /// A certification body 認証機関.
        CertificationBody = "certification-body",
        /// The owner of a certification scheme.
        SchemeOwner = "scheme-owner",
        /// Runs the conformance suite.
        Runner = "runner",
    }
}

words! {
    /// Which axis of a detail a comparison failed on, in the order in which axes are compared.
    Axis {
        /// `actions`
        Actions = "actions",
        /// `datatypes`
        Datatypes = "datatypes",
        /// `datatypes_ver`
        DatatypesVer = "datatypes-ver",
        /// `period`
        Period = "period",
        /// `purposes`
        Purposes = "purposes",
        /// `handling`
        Handling = "handling",
        /// `frequency`
        Frequency = "frequency",
        /// `retention`
        Retention = "retention",
        /// `on_end`
        OnEnd = "on-end",
        /// `onward`
        Onward = "onward",
        /// `deident`
        Deident = "deident",
        /// `exclude`
        Exclude = "exclude",
    }
}

impl Axis {
    /// Gives the code for "wider than the parent" on this axis.
    #[must_use]
    pub const fn code(self) -> crate::Code {
        use crate::Code;
        match self {
            Self::Actions => Code::ScopeActionsWider,
            Self::Datatypes => Code::ScopeDatatypesWider,
            Self::DatatypesVer => Code::ScopeDatatypesVerWider,
            Self::Period => Code::ScopePeriodWider,
            Self::Purposes => Code::ScopePurposesWider,
            Self::Handling => Code::ScopeHandlingWider,
            Self::Frequency => Code::ScopeFrequencyWider,
            Self::Retention => Code::ScopeRetentionWider,
            Self::OnEnd => Code::ScopeOnEndWider,
            Self::Onward => Code::ScopeOnwardWider,
            Self::Deident => Code::ScopeDeidentWider,
            Self::Exclude => Code::ScopeExcludeWider,
        }
    }
}

impl Purpose {
    /// Gives the code of HL7 v3 PurposeOfUse that says the same, where there is one.
    #[must_use]
    pub const fn hl7(self) -> Option<&'static str> {
        match self {
            Self::SelfView => Some("PATRQT"),
            Self::Care | Self::MedicationSafety | Self::LongTermCare => Some("TREAT"),
            Self::EmergencyCare => Some("ETREAT"),
            Self::PublicHealth => Some("PUBHLTH"),
            Self::InsuranceAdmin => Some("COVERAGE"),
            Self::ResearchConsented => Some("HRESCH"),
            Self::Marketing => Some("HMARKT"),
            Self::HealthPromotion
            | Self::EmploymentHealth
            | Self::SchoolHealth
            | Self::ServiceImprovement => None,
        }
    }

    /// Gives the IRI of the W3C Data Privacy Vocabulary that comes nearest, where there is one.
    #[must_use]
    pub const fn dpv(self) -> Option<&'static str> {
        match self {
            Self::ResearchConsented => Some("https://w3id.org/dpv#ResearchAndDevelopment"),
            Self::ServiceImprovement => Some("https://w3id.org/dpv#ServiceOptimisation"),
            Self::Marketing => Some("https://w3id.org/dpv#Marketing"),
            Self::SelfView => Some("https://w3id.org/dpv#ServiceProvision"),
            _ => None,
        }
    }
}
