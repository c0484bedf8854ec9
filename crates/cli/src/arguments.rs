//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::consent::ConsentCommand;
use crate::grant::{Delegate, GrantCommand, Withdraw};

/// Consent tokens, signed data-sharing grants, and the verdict on them.
///
/// Exit codes: 0 it is so, 1 it is not (refused or denied), 2 it could not be done. A token or call
/// is given as a file, as `-` for standard input, or as the text itself. No private key is ever shown.
#[derive(Debug, Parser)]
#[command(name = "phr-link", version)]
pub(crate) struct Arguments {
    /// Write JSON instead of text for people
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of texts
    #[arg(long, global = true, default_value = "en")]
    pub(crate) lang: Language,
    /// The time at which to look, in seconds since 1970; now if absent
    #[arg(long, global = true, value_name = "SECONDS")]
    pub(crate) now: Option<i64>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    En,
    Ja,
}

impl From<Language> for phr_link::Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Ja => Self::Ja,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer JSON lines on standard input: the verifier as a black box, for tests in any language
    Adapter,
    /// The catalogue of record categories
    Catalogue {
        #[command(subcommand)]
        command: CatalogueCommand,
    },
    /// Test a target against criteria, and report what was shown
    Conformance {
        #[command(subcommand)]
        command: crate::conformance::Conformance,
    },
    /// Make, show and sign consents
    Consent {
        #[command(subcommand)]
        command: ConsentCommand,
    },
    /// Decide about one request; the call is the adapter's `decide`
    Decide {
        /// The call as JSON
        call: String,
    },
    /// Pass a grant on, narrower or as it is
    Delegate(Delegate),
    /// Register guardians and protections at a holder's store, as its staff does
    Desk {
        /// The holder's store: a SQLite file or `postgres://…`
        #[arg(long)]
        store: String,
        /// Who acts; it is kept with the act
        #[arg(long)]
        staff: String,
        #[command(subcommand)]
        command: DeskCommand,
    },
    /// Run the whole story in this terminal: consent, grant, records, a refusal, passing on, withdrawal
    Demo,
    /// Issue grants
    Grant {
        #[command(subcommand)]
        command: GrantCommand,
    },
    /// Show a token and say what is wrong with it, without believing it
    Inspect {
        /// The token
        token: String,
    },
    /// Make and show keys
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Run a server
    Serve {
        #[command(subcommand)]
        command: ServeCommand,
    },
    /// Look after a store
    Store {
        #[command(subcommand)]
        command: StoreCommand,
    },
    /// Check claims of any kind, sign them and write the token
    Sign {
        /// The kind, such as `phr-grant+jwt`
        typ: String,
        /// The claims as JSON
        claims: String,
        /// The file of the private key
        #[arg(long)]
        key: PathBuf,
        /// Name the key by `kid` where the kind allows both
        #[arg(long)]
        by_kid: bool,
    },
    /// Verify one token by keys that you name, or a file of receipts by the anchor of its trust list
    Verify {
        /// The token, or the file of receipts that a holder or an operator gave
        token: String,
        /// The kind that the token has to be, such as `phr-grant+jwt`
        #[arg(long, required_unless_present = "anchor", requires = "jwks")]
        typ: Option<String>,
        /// The keys of the token: a JWK Set
        #[arg(long)]
        jwks: Option<String>,
        /// The keys of the trust list's anchor, for a file of receipts: a JWK Set
        #[arg(long, conflicts_with_all = ["typ", "jwks"])]
        anchor: Option<String>,
        /// Who we are
        #[arg(long)]
        audience: Option<String>,
    },
    /// Withdraw a consent
    Withdraw(Withdraw),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueCommand {
    /// List every category
    List,
    /// Show one category
    Show {
        /// Its code, such as `allergy`
        code: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Register a guardian; parental authority ends with the person's majority
    Guardian {
        /// The person
        person: String,
        /// The guardian
        guardian: String,
        /// A court appointed the guardian
        #[arg(long)]
        by_court: bool,
        /// The paper that says so
        #[arg(long)]
        reference: String,
        /// The day on which it ends, such as `2030-04-01`
        #[arg(long)]
        until: String,
    },
    /// Add a person, by what their papers say
    Person {
        /// The name under which sources know them
        person: String,
        /// Name
        #[arg(long)]
        name: String,
        /// Name in kana
        #[arg(long)]
        kana: String,
        /// Birthday, such as `1961-04-01`
        #[arg(long)]
        birth_date: String,
        /// Gender: `male`, `female`, `other` or `unknown`
        #[arg(long)]
        gender: String,
        /// Address
        #[arg(long)]
        address: String,
        /// The paper that says so
        #[arg(long)]
        reference: String,
    },
    /// Link an account at a provider of sign-ins with a person
    Identity {
        /// The person
        person: String,
        /// The provider
        #[arg(long)]
        issuer: String,
        /// The account's `sub` there
        #[arg(long)]
        subject: String,
        /// The paper that was seen
        #[arg(long)]
        reference: String,
    },
    /// End an agency, also that of a guardian
    End {
        /// The agency, as `guardian` showed it
        agency: String,
        /// The paper that says so
        #[arg(long)]
        reference: String,
    },
    /// Protect a person: from now on nobody acts for them, and no agent is told why
    Protect {
        /// The person
        person: String,
        /// The paper that says so
        #[arg(long)]
        reference: String,
    },
    /// Lift the protection of a person
    Lift {
        /// The person
        person: String,
        /// The paper that says so
        #[arg(long)]
        reference: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key: the private half goes to a file that only you can read, the public half is shown
    New {
        /// The file; it must not exist
        file: PathBuf,
        /// The file of a passphrase, to encrypt it
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Add the key that signs next: it is published at once, and signs once everybody knows it
    Rotate {
        /// The file
        file: PathBuf,
        /// The file of its passphrase
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
        /// In how many hours it signs: the trust list has to name it before
        #[arg(long, default_value_t = 192)]
        after_hours: u32,
    },
    /// Take out a key that another one has followed: what it signed is refused from then on
    Retire {
        /// The file
        file: PathBuf,
        /// Its thumbprint
        thumbprint: String,
        /// The file of its passphrase
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Show the public halves of the keys in a file, and since when each signs
    Show {
        /// The file
        file: PathBuf,
        /// The file of its passphrase
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Show the thumbprint of a public key
    Thumbprint {
        /// The JWK
        jwk: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServeCommand {
    /// A holder: by default a sandbox with people who do not exist, on a loopback address only
    Holder {
        #[command(flatten)]
        common: Common,
        /// A folder of FHIR R4 files for the first person
        #[arg(long)]
        records: Option<PathBuf>,
        /// The built npm package [default: js/dist]
        #[arg(long)]
        sdk: Option<PathBuf>,
        /// The origin of the app that may ask [default: http://localhost:8788]
        #[arg(long)]
        app: Option<String>,
        /// The address of an operator with a server, in the sandbox's trust list
        #[arg(long, requires = "operator_key")]
        operator: Option<String>,
        /// Where to put the private key of that operator
        #[arg(long, requires = "operator")]
        operator_key: Option<PathBuf>,
        /// Where to put the private key of the sandbox's clinic
        #[arg(long)]
        clinic_key: Option<PathBuf>,
    },
    /// A verifier beside a server in any language: a proxy or the server asks it about each request
    Verifier {
        #[command(flatten)]
        common: Common,
    },
    /// An operator 民間PHR事業者, linked with a holder
    Operator {
        #[command(flatten)]
        common: Common,
        /// The holder [default: http://localhost:8787]
        #[arg(long)]
        holder: Option<String>,
        /// The file of the operator's keys
        #[arg(long)]
        key: Option<PathBuf>,
    },
}

/// What every server takes; the rest stands in the file.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// The settings, as TOML; variables like `PHR_LINK__LISTEN__ADDRESS` go before it, arguments before both
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
    /// Show the settings that would be used, without secrets, and end
    #[arg(long)]
    pub(crate) print_config: bool,
    /// Where to listen [default: 127.0.0.1:8787 for a holder, 127.0.0.1:8789 for an operator]
    #[arg(long)]
    pub(crate) listen: Option<SocketAddr>,
    /// The external address, by which others know it; `http://localhost:PORT` if absent
    #[arg(long)]
    pub(crate) base: Option<String>,
    /// The store: a SQLite file, `postgres://…`, or `memory` [default: memory]
    #[arg(long)]
    pub(crate) store: Option<String>,
    /// Where to give numbers to Prometheus, at `/metrics`
    #[arg(long)]
    pub(crate) admin: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Copy a SQLite store to a new file, also while a server uses it
    Backup {
        /// The store
        store: String,
        /// The new file
        #[arg(long)]
        to: PathBuf,
    },
}
