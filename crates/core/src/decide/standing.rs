//! Step 6: was any token of the path ended?

use super::chain::Path;
use super::{Context, Reason, Step, about};
use crate::claims::StatusPointer;
use crate::codes::Code;
use crate::error::Error;
use crate::status::StatusValue;

pub(super) fn check(path: &Path, context: &Context<'_>) -> Step<()> {
    let grant = &path.grant;
    let pointer = &grant.status.status_list;
    one(pointer, &grant.iss, Code::GrantRevoked, context).map_err(about(0))?;
    for (at, token) in path.delegations.iter().enumerate() {
        let at = at.saturating_add(1);
        let Some(status) = &token.status else {
            continue;
        };
        let is_leaf = at == path.delegations.len();
        if !is_leaf && mutant!("m-chain-parent-status-skipped") {
            continue;
        }
        let code = if is_leaf {
            Code::DelegationRevoked
        } else {
            Code::ChainParentRevoked
        };
        one(&status.status_list, &token.iss, code, context)
            .map_err(|error| -> Reason { about(at)(error) })?;
    }
    Ok(())
}

fn one(
    pointer: &StatusPointer,
    iss: &str,
    ended: Code,
    context: &Context<'_>,
) -> Result<(), Error> {
    let age = context.age(context.policy.status_age);
    let value = context.status.value(pointer, iss, context.now, &age);
    let value = if mutant!("m-status-fail-open") {
        value.or(Ok(StatusValue::VALID))
    } else {
        value
    };
    match value? {
        StatusValue::VALID => Ok(()),
        StatusValue::SUSPENDED if mutant!("m-revoke-suspended-ok") => Ok(()),
        StatusValue::INVALID | StatusValue::SUSPENDED => Err(Error::at(ended, "/status")),
        // A value that this profile gives no meaning denies without one.
        _ => Err(Error::at(Code::StatusUnknown, "/status")),
    }
}
