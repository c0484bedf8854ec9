//! What of a detail a view shows.

use crate::catalogue::Category;
use crate::scope::Detail;

impl Detail {
    /// Gives the categories of which records can be released at all: those of which not every
    /// sensitivity is left out.
    ///
    /// # Spec
    /// §5.3, rule 5
    pub(super) fn covered(&self) -> impl Iterator<Item = Category> {
        self.datatypes.iter().copied().filter(|category| {
            let flags = category.flags();
            flags.is_empty() || flags.iter().any(|flag| !self.exclude.contains(flag))
        })
    }
}
