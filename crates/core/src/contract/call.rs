//! What is told of a call: by whom, where, what goes in and what comes out.

/// A call of the interface.
#[derive(Debug)]
pub struct Call {
    /// Who serves it.
    pub sides: &'static [Side],
    /// The HTTP method.
    pub method: Method,
    /// The path below the issuer's address, with its parameters in braces.
    pub path: &'static str,
    /// A name for it, unique on its side.
    pub id: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Japanese.
    pub ja: &'static str,
    /// Who may call it: any of these.
    pub callers: &'static [Caller],
    /// What stands in the path, the query and the header, beside what the callers bring.
    pub parameters: &'static [Parameter],
    /// The body that is sent.
    pub request: Option<Body>,
    /// What is answered where all is well.
    pub answers: &'static [Answer],
    /// How a refusal is written.
    pub refusal: Refusal,
    /// The statuses of refusals, beside those that every call has.
    pub refusals: &'static [u16],
    /// Whether an `Idempotency-Key` makes a second call answer as the first did.
    pub takes_key: bool,
}

/// Who serves a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// Who has the records.
    Holder,
    /// Who asks for them.
    Operator,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

/// By what a caller is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// Nobody is asked.
    Anyone,
    /// A client of the trust list: a server by `private_key_jwt`, a device by its proof key.
    Client,
    /// A client with a grant and a proof of its key.
    Grant,
    /// The person signed in here; changes come from our own pages alone.
    Person,
    /// Whoever signed what is sent.
    Signer,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub is_required: bool,
    /// Its value.
    pub value: Message,
    /// What it says, in English.
    pub en: &'static str,
    /// What it says, in Japanese.
    pub ja: &'static str,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// In a field of the header.
    Header,
    /// In the path.
    Path,
    /// In the query.
    Query,
}

/// A body.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Its media type.
    pub media: &'static str,
    /// What it holds.
    pub message: Message,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it says, in English.
    pub en: &'static str,
    /// What it says, in Japanese.
    pub ja: &'static str,
    /// Its body, in each media type that may be asked for.
    pub bodies: &'static [Body],
    /// Fields of the header that matter.
    pub headers: &'static [&'static str],
}

/// How a refusal is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// As a receiver of events does (RFC 8935).
    Event,
    /// As OAuth does, with our code beside.
    OAuth,
    /// As problem details (RFC 9457).
    Problem,
}

/// A message of the contract: its name, and with the feature `schema` what it looks like.
#[derive(Clone, Copy)]
pub struct Message {
    /// The name of its type.
    pub name: &'static str,
    /// Writes its schema.
    #[cfg(feature = "schema")]
    pub schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl core::fmt::Debug for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

/// Names the type of a message.
macro_rules! message {
    ($name:ident) => {
        $crate::contract::call::Message::of::<$name>(stringify!($name))
    };
}
pub(super) use message;

impl Side {
    /// Gives the word used in names of files and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Operator => "operator",
        }
    }
}

impl Caller {
    /// Gives the word used in the documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Client => "client",
            Self::Grant => "grant",
            Self::Person => "person",
            Self::Signer => "signer",
        }
    }
}

impl Method {
    /// Gives the method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl Call {
    /// Gives the statuses of its refusals: its own, and those that follow from what it takes.
    #[must_use]
    pub fn statuses(&self) -> alloc::vec::Vec<u16> {
        let takes_something = self.request.is_some() || !self.parameters.is_empty();
        let mut all = self.refusals.to_vec();
        if takes_something {
            all.extend([400, 429]);
        }
        if self.request.is_some() {
            all.extend([408, 413, 415]);
        }
        if self.takes_key {
            all.extend([409, 422]);
        }
        if self.refusal == Refusal::OAuth {
            all.extend([401, 503]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Message {
    #[cfg(feature = "schema")]
    pub(super) const fn of<T: schemars::JsonSchema>(name: &'static str) -> Self {
        Self {
            name,
            schema: |generator| generator.subschema_for::<T>(),
        }
    }

    #[cfg(not(feature = "schema"))]
    pub(super) const fn of<T>(name: &'static str) -> Self {
        Self { name }
    }
}

/// How the table is written: each call begins with its method and adds what it has.
impl Call {
    const fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self {
            sides: &[Side::Holder],
            method,
            path,
            id,
            en,
            ja,
            callers: &[Caller::Anyone],
            parameters: &[],
            request: None,
            answers: &[],
            refusal: Refusal::Problem,
            refusals: &[],
            takes_key: false,
        }
    }

    pub(super) const fn get(
        path: &'static str,
        id: &'static str,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self::new(Method::Get, path, id, en, ja)
    }

    pub(super) const fn post(
        path: &'static str,
        id: &'static str,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self::new(Method::Post, path, id, en, ja)
    }

    pub(super) const fn on(mut self, sides: &'static [Side]) -> Self {
        self.sides = sides;
        self
    }

    pub(super) const fn by(mut self, callers: &'static [Caller]) -> Self {
        self.callers = callers;
        self
    }

    pub(super) const fn with(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    pub(super) const fn takes(mut self, request: Body) -> Self {
        self.request = Some(request);
        self
    }

    pub(super) const fn gives(mut self, answers: &'static [Answer]) -> Self {
        self.answers = answers;
        self
    }

    pub(super) const fn refuses(mut self, refusal: Refusal, refusals: &'static [u16]) -> Self {
        self.refusal = refusal;
        self.refusals = refusals;
        self
    }

    /// A second call with the same `Idempotency-Key` answers as the first did.
    pub(super) const fn once(mut self) -> Self {
        self.takes_key = true;
        self
    }
}

impl Answer {
    pub(super) const fn new(
        status: u16,
        en: &'static str,
        ja: &'static str,
        bodies: &'static [Body],
    ) -> Self {
        Self {
            status,
            en,
            ja,
            bodies,
            headers: &[],
        }
    }

    pub(super) const fn with(mut self, headers: &'static [&'static str]) -> Self {
        self.headers = headers;
        self
    }
}

impl Body {
    pub(super) const fn of(media: &'static str, message: Message) -> Self {
        Self { media, message }
    }

    pub(super) const fn json(message: Message) -> Self {
        Self::of("application/json", message)
    }

    pub(super) const fn form(message: Message) -> Self {
        Self::of("application/x-www-form-urlencoded", message)
    }
}

impl Parameter {
    pub(super) const fn path(
        name: &'static str,
        value: Message,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self {
            place: Place::Path,
            name,
            is_required: true,
            value,
            en,
            ja,
        }
    }

    pub(super) const fn query(
        name: &'static str,
        value: Message,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self {
            place: Place::Query,
            name,
            is_required: false,
            value,
            en,
            ja,
        }
    }

    pub(super) const fn header(
        name: &'static str,
        value: Message,
        en: &'static str,
        ja: &'static str,
    ) -> Self {
        Self {
            place: Place::Header,
            name,
            is_required: false,
            value,
            en,
            ja,
        }
    }

    pub(super) const fn needed(mut self) -> Self {
        self.is_required = true;
        self
    }
}
