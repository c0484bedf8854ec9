//! Step 4: does what is asked lie inside what the last token gives?

use super::chain::Path;
use super::{Context, Request, Step, deny};
use crate::codes::Code;
use crate::scope::{Detail, Frequency, Period, Purpose};

pub(super) struct Asked<'p> {
    pub(super) detail: &'p Detail,
    pub(super) purpose: Purpose,
    /// The days that may be shown: those granted, and of them those asked for.
    pub(super) period: Period,
    pub(super) is_once: bool,
}

pub(super) fn check<'p>(
    path: &'p Path,
    request: &Request<'_>,
    context: &Context<'_>,
    purpose: Option<Purpose>,
) -> Step<Asked<'p>> {
    let mut furthest = (0, Code::ScopeNotGranted);
    let mut permitted: Option<Asked<'p>> = None;
    for detail in path.leaf_details() {
        match fits(detail, path, request, context, purpose) {
            Ok(asked) => {
                // One that may be used again is taken before one that is spent by its use.
                let is_better = permitted
                    .as_ref()
                    .is_none_or(|best| best.is_once && !asked.is_once);
                if is_better {
                    permitted = Some(asked);
                }
            }
            Err(failure) if failure.0 > furthest.0 => furthest = failure,
            Err(_) => {}
        }
    }
    permitted.ok_or_else(|| deny(furthest.1))
}

/// Gives how far the detail got before it failed, and why.
fn fits<'p>(
    detail: &'p Detail,
    path: &Path,
    request: &Request<'_>,
    context: &Context<'_>,
    purpose: Option<Purpose>,
) -> Result<Asked<'p>, (u8, Code)> {
    if !detail.datatypes.contains(&request.category) {
        return Err((0, Code::ScopeNotGranted));
    }
    if !detail.actions.contains(&request.action) {
        return Err((1, Code::ScopeActionNotGranted));
    }
    let period = request.period.unwrap_or(detail.period);
    if !period.is_inside(&detail.period) {
        return Err((2, Code::ScopePeriodNotGranted));
    }
    let Some(purpose) = purpose.filter(|purpose| detail.purposes.contains(purpose)) else {
        return Err((3, Code::ScopePurposeNotGranted));
    };
    let flags = request.category.flags();
    if !flags.is_empty() && flags.iter().all(|flag| detail.exclude.contains(flag)) {
        return Err((4, Code::ScopeExcluded));
    }
    let is_once = detail.frequency == Frequency::Once;
    if is_once && is_spent(path, request, context) {
        return Err((5, Code::GrantUseLimit));
    }
    Ok(Asked {
        detail,
        purpose,
        period,
        is_once,
    })
}

/// A use counts for the consent, so that renewing or passing on a grant does not renew it.
fn is_spent(path: &Path, request: &Request<'_>, context: &Context<'_>) -> bool {
    context.used.iter().any(|used| {
        Some(&used.consent_jti) == path.grant.consent_jti.as_ref()
            && used.category == request.category
            && used.count > 0
            && !mutant!("m-once-resets")
    })
}
