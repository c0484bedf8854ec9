//! `words`: the closed vocabularies in both languages, as the summary says them.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Answer, Both};
use crate::claims::AgentBasisKind;
use crate::codes::Lang;
use crate::display::words;
use crate::error::Result;
use crate::scope::{Action, Deident, Flag, Frequency, Handling, OnEnd, Purpose, Role};
use crate::wire::json;

#[derive(Serialize)]
struct Word {
    code: &'static str,
    #[serde(flatten)]
    text: Both,
}

#[derive(Serialize)]
struct Vocabulary {
    actions: Vec<Word>,
    bases: Vec<Word>,
    deident: Vec<Word>,
    exclude: Vec<Word>,
    frequency: Vec<Word>,
    handling: Vec<Word>,
    on_end: Vec<Word>,
    purposes: Vec<Word>,
    roles: Vec<Word>,
}

macro_rules! each {
    ($kind:ident, $say:path) => {
        $kind::ALL
            .iter()
            .map(|value| Word {
                code: value.as_str(),
                text: Both {
                    ja: $say(*value, Lang::Ja),
                    en: $say(*value, Lang::En),
                },
            })
            .collect()
    };
}

pub(super) fn run() -> Result<Answer> {
    Ok(Answer::accept(Some(json::write(&Vocabulary {
        actions: each!(Action, words::action),
        bases: each!(AgentBasisKind, words::basis),
        deident: each!(Deident, words::deident),
        exclude: each!(Flag, words::flag),
        frequency: each!(Frequency, words::frequency),
        handling: each!(Handling, words::handling),
        on_end: each!(OnEnd, words::on_end),
        purposes: each!(Purpose, words::purpose),
        roles: each!(Role, words::role),
    })?)))
}
