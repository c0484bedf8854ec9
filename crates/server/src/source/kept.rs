//! Records in memory: invented ones, and those of a folder.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use phr_link::Day;
use phr_link::catalogue::Category;

use super::{Fetched, Fetching, Source, Wanted};
use crate::records::{Record, folder, synthetic};

/// Records in memory, by person.
#[derive(Debug)]
pub struct Kept {
    name: &'static str,
    records: HashMap<String, Arc<Vec<Record>>>,
}

impl Kept {
    /// Gives the records of people who do not exist, as of a day.
    #[must_use]
    pub fn invented(today: Day) -> Self {
        let people = synthetic::PEOPLE.iter();
        let records = people.map(|person| {
            let records = synthetic::records(person, today);
            (person.id.to_owned(), Arc::new(records))
        });
        Self {
            name: "synthetic",
            records: records.collect(),
        }
    }

    /// Reads the records of one person from a folder of FHIR files; a file that cannot be used is left
    /// out, and said in the log.
    ///
    /// # Errors
    /// if the folder cannot be listed
    pub fn folder(person: &str, path: &Path) -> std::io::Result<Self> {
        let empty = Self {
            name: "folder",
            records: HashMap::new(),
        };
        empty.with_folder(person, path)
    }

    /// Takes the records of one person from a folder instead.
    ///
    /// # Errors
    /// if the folder cannot be listed
    pub fn with_folder(mut self, person: &str, path: &Path) -> std::io::Result<Self> {
        let loaded = folder::load(path)?;
        for refused in &loaded.refused {
            tracing::warn!(file = refused.file, why = refused.why, "a file was refused");
        }
        self.records
            .insert(person.to_owned(), Arc::new(loaded.records));
        Ok(self)
    }
}

impl Source for Kept {
    fn name(&self) -> &str {
        self.name
    }

    fn interface(&self) -> &'static str {
        "FHIR R4 files"
    }

    fn covers(&self, _: Category) -> bool {
        true
    }

    fn fetch<'a>(&'a self, wanted: &'a Wanted<'a>) -> Fetching<'a> {
        // All of them: what one category hides may be told by another.
        let records = self.records.get(wanted.person).cloned();
        Box::pin(async move {
            Ok(Fetched {
                records: records.unwrap_or_default(),
                raw: None,
            })
        })
    }
}
