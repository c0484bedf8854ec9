//! Step 7: is everybody on the path in good standing?

use super::chain::Path;
use super::{Context, Step, about, deny};
use crate::codes::Code;
use crate::trust::TrustList;

pub(super) fn check(path: &Path, context: &Context<'_>, trust: &TrustList) -> Step<()> {
    let holder = trust
        .member(&path.grant.iss)
        .ok_or_else(|| deny(Code::IssuerUntrusted))?;
    holder.check_not_suspended(context.now).map_err(about(0))?;
    let age = context.age(context.policy.mark_age);
    for (at, client) in path.clients().enumerate() {
        if at > 0 && mutant!("m-delegate-unlisted") {
            continue;
        }
        let member = trust
            .member(client)
            .ok_or_else(|| deny(Code::TrustNotCertified))?;
        // A suspension overrides every mark.
        member.check_not_suspended(context.now).map_err(about(at))?;
        let role = member
            .recipient_role()
            .ok_or_else(|| deny(Code::TrustNotCertified))?;
        context
            .marks
            .check(client, role, context.now, trust, context.status, &age)
            .map_err(about(at))?;
    }
    Ok(())
}
