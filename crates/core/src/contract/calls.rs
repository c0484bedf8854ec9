//! The table of calls.

use super::call::{Call, Side};

mod holder;
mod operator;
mod parts;
mod shared;

/// Every call, in the order of the contract.
pub static CALLS: &[&[Call]] = &[holder::CALLS, operator::CALLS, shared::CALLS];

/// Gives the calls of a side.
///
/// # Example
/// ```
/// use phr_link::contract::{Side, calls_of};
/// assert!(calls_of(Side::Holder).any(|call| call.path == "/par"));
/// assert!(calls_of(Side::Operator).all(|call| call.path != "/par"));
/// ```
pub fn calls_of(side: Side) -> impl Iterator<Item = &'static Call> {
    let all = CALLS.iter().copied().flatten();
    all.filter(move |call| call.sides.contains(&side))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::string::{String, ToString};

    use super::super::call::{Caller, Method, Place};
    use super::*;

    #[test]
    fn a_call_stands_once_and_says_what_its_path_says() {
        for side in [Side::Holder, Side::Operator] {
            let (mut ids, mut routes) = (BTreeSet::new(), BTreeSet::new());
            for call in calls_of(side) {
                assert!(ids.insert(call.id), "{} stands twice", call.id);
                let route = (call.path, call.method.as_str());
                assert!(routes.insert(route), "{route:?} stands twice");
                let named: BTreeSet<String> = call
                    .path
                    .split('/')
                    .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                    .map(ToString::to_string)
                    .collect();
                let told: BTreeSet<String> = call
                    .parameters
                    .iter()
                    .filter(|parameter| parameter.place == Place::Path)
                    .map(|parameter| parameter.name.to_string())
                    .collect();
                assert_eq!(named, told, "{}", call.path);
                assert!(!call.en.is_empty() && !call.ja.is_empty() && !call.answers.is_empty());
                assert!(!call.callers.is_empty(), "{}", call.id);
            }
        }
    }

    #[test]
    fn what_creates_can_be_asked_again_and_what_reads_changes_nothing() {
        for call in CALLS.iter().copied().flatten() {
            let creates = call
                .answers
                .iter()
                .any(|answer| [201, 202].contains(&answer.status));
            let is_free =
                call.callers.contains(&Caller::Client) || call.callers == [Caller::Signer];
            if call.method == Method::Post && creates && !is_free {
                assert!(call.takes_key, "{}", call.id);
            }
            assert!(
                !(call.takes_key && call.method == Method::Get),
                "{}",
                call.id
            );
            assert!(
                call.method != Method::Get || call.request.is_none(),
                "{}",
                call.id
            );
        }
    }
}
