//! Deliberate mistakes, by which the conformance suite proves that its checks can fail.
//!
//! Each is one wrong behaviour behind a switch. Without the feature `mutants`, which no product sets,
//! every switch is a constant that the compiler removes.

/// Whether a deliberate mistake is made.
macro_rules! mutant {
    ($id:literal) => {
        $crate::mutant::is_made($id)
    };
}

/// Never, in a product.
#[cfg(not(feature = "mutants"))]
pub(crate) const fn is_made(_: &str) -> bool {
    false
}

#[cfg(feature = "mutants")]
pub use chosen::{ALL, choose};

#[cfg(feature = "mutants")]
pub(crate) use chosen::is_made;

#[cfg(feature = "mutants")]
mod chosen {
    use core::sync::atomic::{AtomicUsize, Ordering};

    /// The one that is made, counted from 1; 0 makes none.
    static CHOSEN: AtomicUsize = AtomicUsize::new(0);

    /// Every mistake: its name, and what is wrong.
    pub const ALL: &[(&str, &str)] = &[
        (
            "m-alg-case-insensitive",
            "the name of the algorithm is compared without case",
        ),
        (
            "m-alg-none-ok",
            "a token that names no algorithm is taken without a signature",
        ),
        (
            "m-alg-from-header",
            "any algorithm that the header names is taken for ours",
        ),
        ("m-typ-ignored", "`typ` is not looked at"),
        (
            "m-aud-trailing-slash",
            "over-strict: `typ` with the prefix `application/` is refused",
        ),
        ("m-crit-ignored", "`crit` is not looked at"),
        (
            "m-jku-fetch",
            "an address of keys in the header is not refused",
        ),
        (
            "m-jwk-header-trusted",
            "the key in the header verifies what it signed itself",
        ),
        (
            "m-key-any-issuer",
            "a key of any member signs for any other",
        ),
        ("m-kind-any-role", "whoever is a member may sign every kind"),
        (
            "m-iss-normalised",
            "issuers are compared without case and without a slash at the end",
        ),
        (
            "m-issuer-any-member",
            "a grant of any trusted holder is taken for our records",
        ),
        (
            "m-b64-lenient",
            "padding and loose trailing bits of base64url are taken",
        ),
        (
            "m-first-dup-wins",
            "of members of one name the first counts",
        ),
        ("m-no-depth-limit", "JSON may be nested as deep as it likes"),
        ("m-no-size-limit", "tokens may be as long as they like"),
        ("m-exp-ignored", "the end is not looked at"),
        ("m-exp-inclusive", "the second of the end still counts"),
        ("m-skew-1h", "clocks may differ by an hour"),
        ("m-nbf-ignored", "the begin is not looked at"),
        (
            "m-nbf-zero-skew",
            "over-strict: the begin allows no difference of clocks",
        ),
        ("m-aud-contains", "an audience that contains ours is taken"),
        ("m-aud-prefix", "an audience that begins as ours is taken"),
        (
            "m-unknown-claim-refused",
            "over-strict: a claim that the profile does not know is refused",
        ),
        ("m-trustlist-stale", "a trust list counts however old it is"),
        (
            "m-trustlist-30-days",
            "a trust list of 30 days ago still counts",
        ),
        (
            "m-trustlist-rollback",
            "an older trust list takes the place of a newer one",
        ),
        ("m-mark-any-type", "a mark of any type counts"),
        (
            "m-mark-empty-issuers-any",
            "where nobody is named, anybody may issue a mark",
        ),
        (
            "m-mark-no-delegation",
            "a mark of an owned type counts without the owner's delegation",
        ),
        (
            "m-suspension-ignored",
            "a suspended member is still trusted",
        ),
        (
            "m-jti-always",
            "over-strict: a mark without `jti` is refused",
        ),
        (
            "m-ed-lenient",
            "keys and points that may mean two things are admitted",
        ),
        ("m-proof-optional", "a request without a proof is taken"),
        ("m-proof-no-ath", "a proof need not name the token"),
        ("m-proof-no-htu", "a proof need not be for this address"),
        (
            "m-htu-exact-string",
            "over-strict: the address of a proof is compared letter by letter",
        ),
        ("m-proof-no-replay", "a proof is taken twice"),
        (
            "m-purpose-optional",
            "where several purposes are allowed, none need be named",
        ),
        ("m-cnf-ignored", "any key proves the request"),
        (
            "m-chain-no-subset-op",
            "a delegation may give actions that its parent does not",
        ),
        (
            "m-chain-no-subset-category",
            "a delegation may give categories that its parent does not",
        ),
        (
            "m-chain-no-subset-period",
            "a delegation may give a longer period that its parent does not",
        ),
        (
            "m-chain-no-subset-purpose",
            "a delegation may give purposes that its parent does not",
        ),
        (
            "m-chain-no-subset-expiry",
            "a delegation may outlive its parent",
        ),
        (
            "m-chain-no-subset-depth",
            "a chain may be longer than its grant allows",
        ),
        (
            "m-chain-parent-status-skipped",
            "only the last token of a chain is asked for its status",
        ),
        (
            "m-empty-means-all",
            "a parent's empty list allows everything",
        ),
        (
            "m-delegation-other-sub",
            "person, audience and arrangement may differ along a chain",
        ),
        (
            "m-delegate-unlisted",
            "a delegate need not be in the trust list",
        ),
        (
            "m-onward-ignored",
            "a delegation goes to whomever its giver likes",
        ),
        (
            "m-delegate-any-key",
            "a delegation is bound to any key of its giver's choice",
        ),
        (
            "m-delegate-mode-ignored",
            "only the first recipient's mode is checked",
        ),
        (
            "m-delegation-raises-mode",
            "the last recipient's mode counts, not the first one's",
        ),
        (
            "m-union-covers",
            "two details of a parent together cover one of its child",
        ),
        (
            "m-chain-parent-hash",
            "a delegation need not name its parent",
        ),
        (
            "m-status-msb-first",
            "the bits of a status list are read from the other end",
        ),
        ("m-status-oob-valid", "an index beyond the list is valid"),
        (
            "m-status-cache-forever",
            "a status list counts however old it is",
        ),
        (
            "m-status-rollback",
            "an older status list takes the place of a newer one",
        ),
        (
            "m-status-fail-open",
            "where the status cannot be told, it is valid",
        ),
        ("m-status-no-sub", "any list of the issuer tells the status"),
        ("m-status-foreign-iss", "anybody's list tells the status"),
        ("m-revoke-suspended-ok", "a suspended grant is still used"),
        (
            "m-name-from-request",
            "the screen shows the name that the request gives",
        ),
        (
            "m-redirect-prefix",
            "an address of return that begins as a registered one is taken",
        ),
        (
            "m-notice-fetch-anywhere",
            "the notice is fetched from any origin",
        ),
        (
            "m-client-downgrade",
            "a client with a server may sign with any key",
        ),
        (
            "m-registration-other-session",
            "a consent of another session is registered",
        ),
        (
            "m-supersede-foreign",
            "a consent takes the place of another arrangement's",
        ),
        (
            "m-role-from-consent",
            "the recipient's role is what the consent says",
        ),
        (
            "m-consent-unbound-key",
            "a consent is good for any proof key",
        ),
        (
            "m-key-shared",
            "a person's key made for one recipient serves another",
        ),
        (
            "m-details-wider-than-request",
            "a consent gives more than was asked",
        ),
        (
            "m-display-not-rendered",
            "what was shown is not rendered again",
        ),
        ("m-mode-from-request", "the caller names the mode"),
        (
            "m-s3-no-release",
            "what needs a person's release is shown without",
        ),
        (
            "m-emergency-outlives",
            "a grant of an emergency outlives its activation",
        ),
        (
            "m-mynumber-accepted",
            "an identifier that looks like a My Number is taken",
        ),
        ("m-once-resets", "what may be used once may be used again"),
        (
            "m-look-back-ignored",
            "what the source does not keep any more is asked for all the same",
        ),
        (
            "m-uninformed-shown",
            "a diagnosis that the person was not told is shown",
        ),
        ("m-deny-all", "over-strict: nothing is ever permitted"),
    ];

    /// Makes one mistake from now on, in this whole process, or none; gives whether there is such a one.
    pub fn choose(id: Option<&str>) -> bool {
        let at = id.map_or(Some(0), |id| {
            let at = ALL.iter().position(|(known, _)| *known == id);
            at.map(|at| at.saturating_add(1))
        });
        if let Some(at) = at {
            CHOSEN.store(at, Ordering::Relaxed);
        }
        at.is_some()
    }

    pub(crate) fn is_made(id: &str) -> bool {
        let at = CHOSEN.load(Ordering::Relaxed);
        at.checked_sub(1)
            .and_then(|at| ALL.get(at))
            .is_some_and(|(known, _)| *known == id)
    }
}
