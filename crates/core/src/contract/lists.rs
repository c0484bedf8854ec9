//! Lists, page by page. A cursor is good for the same person, client and filter alone.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Cursor;
use super::agents::AgentEntry;
use super::receipts::ReceiptEntry;
use super::retrieval::Retrieval;

/// Declares a list of one kind of entries.
macro_rules! lists {
    ($( $(#[$doc:meta])* $name:ident { $(#[$entry_doc:meta])* $entries:ident: $entry:ident } )*) => { $(
        $(#[$doc])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
        pub struct $name {
            $(#[$entry_doc])*
            pub $entries: Vec<$entry>,
            /// Where the list goes on, if it does.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub next: Option<Cursor>,
        }
    )* };
}

lists! {
    /// `GET /agents`.
    AgentList {
        /// The agents, the newest first.
        agents: AgentEntry
    }

    /// `GET /receipts`, on both sides.
    ReceiptList {
        /// The receipts, the newest first.
        receipts: ReceiptEntry
    }

    /// `GET /retrievals`.
    RetrievalList {
        /// The retrievals, the newest first.
        retrievals: Retrieval
    }
}
