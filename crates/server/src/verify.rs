//! Taking a request apart for the verdict: for this holder, and for any axum server that protects
//! routes of its own.

use axum::http::HeaderMap;
use phr_link::decide::{Context, Decision, Permit, Request, decide};
use phr_link::scope::{Action, Period};
use phr_link::{Code, catalogue::Category};

use crate::problem::Problem;

/// The three fields of a request by which it is judged.
#[derive(Clone, Debug)]
pub struct Presented {
    authorization: Option<String>,
    chain: Option<String>,
    proof: Option<String>,
}

impl Presented {
    /// Reads the fields; one that stands twice is refused.
    ///
    /// # Errors
    /// `proof.missing` for two `Authorization` or `DPoP` fields, `chain.form` for two `PHR-Chain`
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let one = |name: &str, code: Code| -> Result<Option<String>, Problem> {
            let mut values = headers.get_all(name).iter();
            let value = values.next();
            if values.next().is_some() {
                return Err(code.into());
            }
            value
                .map(|value| value.to_str().map(str::to_owned).map_err(|_| code.into()))
                .transpose()
        };
        Ok(Self {
            authorization: one("authorization", Code::ProofMissing)?,
            chain: one("phr-chain", Code::ChainForm)?,
            proof: one("dpop", Code::ProofMissing)?,
        })
    }

    /// Asks the core for the verdict.
    ///
    /// # Errors
    /// the code of the denial; an unusable configuration is a denial too
    pub fn decide(
        &self,
        method: &str,
        url: &str,
        category: Category,
        period: Option<Period>,
        context: &Context<'_>,
    ) -> Result<Permit, Problem> {
        let request = Request {
            method,
            url,
            authorization: self.authorization.as_deref(),
            chain: self.chain.as_deref(),
            proof: self.proof.as_deref(),
            nonce: None,
            category,
            action: Action::Read,
            period,
            purpose: None,
            mode: None,
            subject: None,
            record: None,
        };
        match decide(&request, context)? {
            Decision::Permit(permit) => Ok(*permit),
            Decision::Deny(denial) => Err(Problem {
                code: denial.reason.code,
                path: denial.reason.path,
            }),
        }
    }
}
