//! The tower layer.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::OriginalUri;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::Code;
use phr_link::catalogue::Category;
use tower_layer::Layer;
use tower_service::Service;

use super::Verifier;

/// A layer that lets a request through only with a grant for a category of records.
///
/// A permitted request reaches the handler untouched, with the [`Permit`] among its extensions; a
/// refused one is answered with problem details and, at 401, `WWW-Authenticate: DPoP`. The permit's
/// `filter` says which records of the category may be shown, its `detail` what else has to be kept.
///
/// Put it on routes that answer `GET`: the action that it judges is `read`.
///
/// # Example
/// ```
/// use std::sync::Arc;
///
/// use axum::{Extension, Json, Router, routing::get};
/// use phr_link::catalogue::Category;
/// use phr_link::decide::{Permit, Policy, RecordMeta};
/// use phr_link_server::verify::{Protect, Rules, Verifier};
///
/// let rules = Rules {
///     audience: "https://records.example".into(),
///     issuers: vec!["https://records.example".into()],
///     policy: Policy::default(),
/// };
/// // Refuses everything until `verifier.learn(..)` is told a trust list, marks and status lists.
/// let verifier = Arc::new(Verifier::new("https://records.example", rules));
/// let allergy = Category::parse("allergy").unwrap();
///
/// async fn allergies(Extension(permit): Extension<Permit>) -> Json<usize> {
///     let records = [RecordMeta { date: Some("2026-10-15".into()), ..RecordMeta::default() }];
///     Json(records.iter().filter(|record| permit.filter.admits(record)).count())
/// }
///
/// let app: Router = Router::new()
///     .route("/allergies", get(allergies))
///     .layer(Protect::new(verifier, allergy));
/// ```
///
/// [`Permit`]: phr_link::decide::Permit
#[derive(Clone)]
pub struct Protect {
    verifier: Arc<Verifier>,
    category: Arc<dyn Fn(&str) -> Option<Category> + Send + Sync>,
}

impl std::fmt::Debug for Protect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Protect")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}

impl Protect {
    /// Makes a layer for routes that give one category.
    #[must_use]
    pub fn new(verifier: Arc<Verifier>, category: Category) -> Self {
        Self::by_path(verifier, move |_| Some(category))
    }

    /// Makes a layer for routes whose path tells the category; where it tells none, the request is
    /// `scope.not-granted`.
    #[must_use]
    pub fn by_path(
        verifier: Arc<Verifier>,
        category: impl Fn(&str) -> Option<Category> + Send + Sync + 'static,
    ) -> Self {
        Self {
            verifier,
            category: Arc::new(category),
        }
    }
}

impl<S> Layer<S> for Protect {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        Guard {
            protect: self.clone(),
            inner,
        }
    }
}

/// The service that [`Protect`] makes.
#[derive(Clone, Debug)]
pub struct Guard<S> {
    protect: Protect,
    inner: S,
}

impl<S, B> Service<Request<B>> for Guard<S>
where
    S: Service<Request<B>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let protect = self.protect.clone();
        // The clone is not ready: the one that was polled has to be used.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            // Inside a nested router the prefix is gone from the address; proofs have it.
            let address = head
                .extensions
                .get::<OriginalUri>()
                .map_or_else(|| head.uri.clone(), |OriginalUri(uri)| uri.clone());
            let Some(category) = (protect.category)(address.path()) else {
                return Ok(crate::problem::Problem::from(Code::ScopeNotGranted).into_response());
            };
            let query = address.query().unwrap_or_default();
            let permit = protect
                .verifier
                .permit(&head.method, address.path(), query, &head.headers, category)
                .await;
            let permit = match permit {
                Ok(permit) => permit,
                Err(problem) => return Ok(problem.into_response()),
            };
            head.extensions.insert(permit);
            let mut response = inner.call(Request::from_parts(head, body)).await?;
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-store"));
            Ok(response)
        })
    }
}
