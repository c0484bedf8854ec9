//! Step 5: the rules of the catalogue: by whom, how far back, and through which gate.

use super::ask::Asked;
use super::chain::Path;
use super::filter::{RecordFilter, is_institution};
use super::{Context, Request, Step, deny};
use crate::catalogue::{Gate, Mode};
use crate::codes::Code;
use crate::grant::EmergencyGround;
use crate::scope::{Handling, Role};
use crate::time::Day;
use crate::trust::{ActivationKind, Member, TrustList};

pub(super) struct Ruled {
    pub(super) mode: Mode,
    pub(super) filter: RecordFilter,
}

pub(super) fn check(
    path: &Path,
    request: &Request<'_>,
    context: &Context<'_>,
    trust: &TrustList,
    asked: &Asked<'_>,
) -> Step<Ruled> {
    let mode = mode(path, context, trust)?;
    let mode = request
        .mode
        .filter(|_| mutant!("m-mode-from-request"))
        .unwrap_or(mode);
    if request.mode.is_some_and(|named| named != mode) {
        return Err(deny(Code::RequestModeMismatch));
    }
    let institution_side = check_modes(path, request, trust, mode)?;
    let category = request.category;
    let look_back_from = category.look_back_start(Day::of(context.now));
    // Wholly before what the source keeps: nothing could ever be there.
    if let (Some(start), Some(to)) = (look_back_from, asked.period.to)
        && to < start
        && !mutant!("m-look-back-ignored")
    {
        return Err(deny(Code::CatalogueLookBack));
    }
    let released: alloc::vec::Vec<_> = context
        .released
        .iter()
        .filter(|release| release.category == category)
        .map(|release| release.record.clone())
        .collect();
    if category.gate() == Gate::HumanRelease && released.is_empty() && !mutant!("m-s3-no-release") {
        return Err(deny(Code::ScopeReleaseRequired));
    }
    let filter = RecordFilter {
        category,
        mode,
        institution_side,
        period: asked.period,
        look_back_from,
        exclude: asked.detail.exclude.clone(),
        released: (category.gate() == Gate::HumanRelease && !mutant!("m-s3-no-release"))
            .then_some(released),
    };
    if let Some(record) = request.record {
        filter.check(record).map_err(deny)?;
    }
    Ok(Ruled { mode, filter })
}

/// The mode is computed from who the grant's client is, never believed.
fn mode(path: &Path, context: &Context<'_>, trust: &TrustList) -> Step<Mode> {
    let raised = mutant!("m-delegation-raises-mode").then(|| path.reader());
    let client = trust.member(raised.unwrap_or(&path.grant.client_id));
    let client = client.ok_or_else(|| deny(Code::TrustNotCertified))?;
    let role = client.recipient_role();
    let mode = role
        .and_then(Role::mode)
        .ok_or_else(|| deny(Code::CatalogueModeNotAllowed))?;
    match &path.grant.emg {
        None => Ok(mode),
        Some(ground) => emergency_mode(ground, path, client, context, trust),
    }
}

fn emergency_mode(
    ground: &EmergencyGround,
    path: &Path,
    client: &Member,
    context: &Context<'_>,
    trust: &TrustList,
) -> Step<Mode> {
    let not_active = || deny(Code::EmergencyNotActive);
    if client.recipient_role() != Some(Role::MedicalInstitution) {
        return Err(not_active());
    }
    let details = &path.grant.authorization_details;
    if details
        .iter()
        .any(|detail| detail.handling != Handling::View)
    {
        return Err(deny(Code::ScopeHandlingWider));
    }
    let mode = match &ground.activation_id {
        None => Mode::Emergency,
        Some(id) => {
            let activation = trust.activation(id).ok_or_else(not_active)?;
            let covers = client
                .area
                .as_ref()
                .is_some_and(|area| activation.areas.contains(area));
            let is_on = activation.from <= context.now && context.now < activation.until;
            let outlives = path.grant.exp > activation.until && !mutant!("m-emergency-outlives");
            if !covers || !is_on || outlives {
                return Err(not_active());
            }
            match activation.kind {
                ActivationKind::Disaster => Mode::Disaster,
                ActivationKind::Emergency => Mode::Emergency,
            }
        }
    };
    if details
        .iter()
        .flat_map(|detail| &detail.datatypes)
        .any(|code| !code.allows(mode))
    {
        return Err(deny(Code::CatalogueModeNotAllowed));
    }
    Ok(mode)
}

/// The category has to allow the mode, the agent if one consented, and everyone it is passed to.
/// Gives whether all of them are institutions that treat the person.
fn check_modes(path: &Path, request: &Request<'_>, trust: &TrustList, mode: Mode) -> Step<bool> {
    let category = request.category;
    let refused = || deny(Code::CatalogueModeNotAllowed);
    if !category.allows(mode) || (path.grant.act.is_some() && !category.allows(Mode::Agent)) {
        return Err(refused());
    }
    let mut all_institutions = is_institution(mode);
    for token in &path.delegations {
        let role = trust
            .member(&token.client_id)
            .and_then(Member::recipient_role);
        if role.is_none() && mutant!("m-delegate-unlisted") {
            continue;
        }
        let delegate = role.and_then(Role::mode).ok_or_else(refused)?;
        if !category.allows(delegate) && !mutant!("m-delegate-mode-ignored") {
            return Err(refused());
        }
        all_institutions &= is_institution(delegate);
    }
    Ok(all_institutions)
}
