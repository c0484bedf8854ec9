//! Link, fetch, export, import, withdrawal by event, erasure: one after another, as people do them.

use serde_json::{Value, json};

use crate::parties::{link, start};
use crate::support::claims;

#[tokio::test]
async fn a_person_links_exports_withdraws_and_erases() {
    let (world, operator) = start().await;
    let cookie = operator.sign_in("taro").await;
    let (taro, _) = link(&world, &operator, &cookie, "taro").await;
    let is_fetched = |links: &Value| {
        let categories = links["links"][0]["categories"].as_array();
        categories.is_some_and(|all| all.len() > 5 && all.iter().any(|one| one["count"] == 5))
    };
    operator.until(&cookie, is_fetched).await;
    // LIFE-012: what is exported is imported elsewhere as the same.
    let export = operator.get("/export", &cookie).await.ok().json();
    let hanako = operator.sign_in("hanako").await;
    operator.post("/import", &hanako, &export).await.ok();
    let again = operator.get("/export", &hanako).await.ok().json();
    assert_eq!(again["files"], export["files"]);
    assert_eq!(again["manifest"]["files"], export["manifest"]["files"]);
    // What was changed on its way is taken as a whole or not at all.
    let mut changed = export.clone();
    changed["files"]["consents.txt"] = json!("");
    operator
        .post("/import", &hanako, &changed)
        .await
        .refused(422, "import.malformed");
    // Each page has a receipt, and the holder's receipt says the same exchange.
    let own = operator.get("/receipts", &cookie).await.ok().json();
    let acquired = claims(own["receipts"][0]["token"].as_str().unwrap());
    assert_eq!(acquired["event"], "acquisition");
    let told = taro.get(&world, "/receipts/file").await.ok().text.clone();
    let told: Value = serde_json::from_str(&told).unwrap();
    let paired =
        told["receipts"].as_array().unwrap().iter().any(|receipt| {
            claims(receipt.as_str().unwrap())["exchange_id"] == acquired["exchange_id"]
        });
    assert!(paired, "the holder knows nothing of the exchange");
    // The person withdraws at the holder: the operator is told, and stops.
    let jti = taro.get(&world, "/consents").await;
    let jti = crate::support::data(&jti.text)["consents"][0]["jti"]
        .as_str()
        .unwrap()
        .to_owned();
    taro.withdraw(&world, &jti).await.ok();
    let ended = operator
        .until(&cookie, |links| links["links"][0]["is_active"] == false)
        .await;
    assert_eq!(ended["links"][0]["categories"], json!([]));
    // API-014: nothing of it is downloadable any more.
    let left = operator.get("/export", &cookie).await.ok().json();
    let files = left["files"].as_object().unwrap();
    assert!(
        files.keys().all(|name| !name.starts_with("records/")),
        "{files:?}"
    );
    // LIFE-016: without a fresh sign-in nothing is erased or handed out.
    world.pass(301);
    operator
        .post("/erasure", &hanako, &json!({}))
        .await
        .refused(401, "session.step-up-required");
    operator
        .get("/export", &hanako)
        .await
        .refused(401, "session.step-up-required");
    // LIFE-011: what was handed out has no address that would work for whoever learns of it.
    operator
        .get("/export", "")
        .await
        .refused(401, "session.missing");
    let hanako = operator.sign_in("hanako").await;
    let erased = operator.post("/erasure", &hanako, &json!({})).await;
    assert_eq!(erased.status, 202, "{}", erased.text);
    assert!(erased.json()["erased"].as_u64().unwrap() > 0);
    let place = erased.header("location").replace(&operator.base, "");
    assert_eq!(
        operator.get(&place, &hanako).await.ok().json()["state"],
        "done"
    );
    operator
        .get(&place, &cookie)
        .await
        .refused(404, "scope.not-disclosed");
    // LIFE-017: asked twice, there is nothing left to erase, and nothing fails.
    let again = operator.post("/erasure", &hanako, &json!({})).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["erased"]),
        (202, &json!(0))
    );
    let empty = operator.get("/export", &hanako).await.ok().json();
    assert_eq!(empty["files"], json!({}));
}
