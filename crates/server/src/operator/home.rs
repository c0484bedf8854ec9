//! The person's page at the operator, and the sandbox's sign-in.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _, Response};
use phr_link::Lang;
use phr_link::catalogue::Category;
use serde_json::{Value, json};
use sqlx::Row as _;

use super::arrangement::Arrangement;
use super::{Operator, Shared, pages};
use crate::input::{Form, Query};
use crate::problem::{Problem, no_store};
use crate::session::{self, same_origin};
use crate::sign_in::{Arrived, Back, Visit, web};

/// `POST /login`: the form of our own page.
pub(super) async fn login(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    same_origin(&headers, operator.base())?;
    let back = Back::form(&fields, &headers);
    signed_in(&operator, &operator.sign_in.end(&back).await?).await
}

/// `GET /login/callback`: the person comes back from a provider.
pub(super) async fn callback(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let back = Back::query(&fields, &headers);
    signed_in(&operator, &operator.sign_in.end(&back).await?).await
}

async fn signed_in(operator: &Shared, arrived: &Arrived) -> Result<Response, Problem> {
    let mut store = operator.db.begin().await?;
    let session = session::open(&mut store, arrived, operator.now()).await?;
    store.commit().await?;
    session::send(session::OPERATOR, operator.base(), &session, "/")
}

/// `GET /login/again`: what cannot be undone asks for a sign-in of just now.
pub(super) async fn again(State(operator): State<Shared>) -> Result<Response, Problem> {
    web::begin(operator.sign_in.as_ref(), &Visit::AGAIN).await
}

/// What is linked and what is kept, as JSON.
pub(super) async fn links(
    State(operator): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = operator.session(&headers).await?;
    let body = summary(&operator, &session.person).await?;
    Ok((no_store(), Answer(body)).into_response())
}

async fn summary(operator: &Operator, person: &str) -> Result<Value, Problem> {
    // Without the lists the page says addresses instead of names.
    let lists = operator.trust().await.ok();
    let mut store = operator.db.begin().await?;
    let arrangements = Arrangement::of_person(&mut store, person).await?;
    let mut links = Vec::new();
    for one in &arrangements {
        let rows = sqlx::query(
            "SELECT operator_fetch.category, outcome, at,
             (SELECT count(*) FROM operator_record WHERE person = $1 AND source = $2
              AND operator_record.category = operator_fetch.category) AS count
             FROM operator_fetch WHERE arrangement_id = $2 ORDER BY operator_fetch.category",
        )
        .bind(person)
        .bind(&one.id)
        .fetch_all(&mut *store)
        .await?;
        let categories: Vec<_> = rows
            .iter()
            .map(|row| {
                let code: &str = row.get("category");
                let category = Category::parse(code);
                json!({
                    "category": code, "name": category.map_or(code, |one| one.label(Lang::Ja)), "at": row.get::<i64, _>("at"),
                    "outcome": row.get::<&str, _>("outcome"), "count": row.get::<i64, _>("count"),
                })
            })
            .collect();
        let member = lists
            .as_ref()
            .and_then(|lists| lists.trust.member(&one.holder));
        links.push(json!({
            "arrangement_id": one.id, "holder": one.holder,
            "holder_name": member.map(|holder| &holder.name), "is_active": one.is_active,
            "categories": categories,
        }));
    }
    store.commit().await?;
    Ok(json!({"links": links, "holder": operator.config.holder}))
}

pub(super) async fn page(
    State(operator): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = session::find(session::OPERATOR, &operator.db, &headers, operator.now()).await?;
    let Some(session) = session else {
        return web::begin(operator.sign_in.as_ref(), &Visit::HOME).await;
    };
    let data = summary(&operator, &session.person).await?;
    Ok((no_store(), Html(pages::home(&data))).into_response())
}
