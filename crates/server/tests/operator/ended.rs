//! What has ended stays so: what was erased is not fetched again, and a late word about an old consent
//! changes nothing of the new one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::parties::{link, start};
use crate::support::{BASE, Person, World, claims, data};

fn count(links: &Value, category: &str) -> Option<i64> {
    let all = links["links"][0]["categories"].as_array()?;
    all.iter().find(|one| one["category"] == category)?["count"].as_i64()
}

async fn jti(world: &World, person: &Person) -> String {
    let page = person.get(world, "/consents").await;
    let all = data(&page.text)["consents"].clone();
    let live = |one: &&Value| one["state"] == "active" || one["status"] == "active";
    let one = all.as_array().unwrap().iter().find(live);
    one.unwrap_or(&all[0])["jti"].as_str().unwrap().to_owned()
}

/// LIFE-018: a category that the person had erased is gone from what is handed out, has a receipt, and
/// stays away when the rest is fetched again.
#[tokio::test]
async fn an_erased_category_is_not_fetched_again() {
    let (world, operator) = start().await;
    let cookie = operator.sign_in("taro").await;
    link(&world, &operator, &cookie, "taro").await;
    let links = operator
        // The last of them: the first fetch is over.
        .until(&cookie, |links| count(links, "specific-checkup") > Some(0))
        .await;
    let id = links["links"][0]["arrangement_id"].clone();
    let asked = json!({"arrangement_id": id, "categories": ["allergy"]});
    let erased = operator.post("/erasure", &cookie, &asked).await;
    assert_eq!(erased.status, 202, "{}", erased.text);
    assert!(erased.json()["erased"].as_u64().unwrap() > 0);
    let receipt = claims(erased.json()["receipt"].as_str().unwrap());
    assert_eq!(receipt["event"], "erasure");
    assert_eq!(receipt["items"], json!(["allergy"]));
    // A day later all that is due is fetched again, whoever's link comes first.
    world.pass(86_401);
    let hanako = operator.sign_in("hanako").await;
    link(&world, &operator, &hanako, "hanako").await;
    let cookie = operator.sign_in("taro").await;
    let at = world.time.load(std::sync::atomic::Ordering::SeqCst);
    operator
        .until(&cookie, |links| {
            let all = links["links"][0]["categories"].as_array().unwrap();
            let mut others = all.iter().filter(|one| one["category"] != "allergy");
            others.all(|one| one["at"] == at)
        })
        .await;
    let links = operator.get("/links", &cookie).await.ok().json();
    assert_eq!(count(&links, "allergy"), Some(0));
    let export = operator.get("/export", &cookie).await.ok().json();
    let files = export["files"].as_object().unwrap();
    assert!(!files.contains_key("records/allergy.ndjson"));
    assert!(files.len() > 5, "the rest is gone, too");
    // A new consent is a new wish.
    link(&world, &operator, &cookie, "taro").await;
    operator
        .until(&cookie, |links| count(links, "allergy") > Some(0))
        .await;
}

/// LIFE-023: first withdrawn, later erased: the later wish reaches the operator, too, and what it says of
/// the person's consent goes with the records.
#[tokio::test]
async fn an_erasure_after_the_withdrawal_is_told() {
    let (world, operator) = start().await;
    let cookie = operator.sign_in("taro").await;
    let (taro, _) = link(&world, &operator, &cookie, "taro").await;
    operator
        .until(&cookie, |links| count(links, "allergy") > Some(0))
        .await;
    let jti = jti(&world, &taro).await;
    taro.withdraw(&world, &jti).await.ok();
    operator
        .until(&cookie, |links| links["links"][0]["is_active"] == false)
        .await;
    let events = async || {
        let told = operator.get("/receipts", &cookie).await.ok().json();
        let all = told["receipts"].as_array().unwrap().clone();
        all.iter()
            .filter(|one| claims(one["token"].as_str().unwrap())["event"] == "erasure")
            .count()
    };
    assert_eq!(events().await, 0);
    let path = format!("/consents/{jti}/withdraw");
    for _ in 0..2 {
        let asked = json!({"erase": true});
        let headers = [("origin", BASE), ("cookie", &*taro.cookie)];
        world.post(&path, &asked, &headers).await.ok();
    }
    for _ in 0..100 {
        if events().await > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(events().await, 1, "it is erased once");
    let export = operator.get("/export", &cookie).await.ok().json();
    assert!(export["files"].get("consents.txt").is_none());
}

/// A withdrawn consent is followed by a new one: a late word about the old one leaves it alone.
#[tokio::test]
async fn a_late_word_about_an_old_consent_ends_nothing() {
    let (world, operator) = start().await;
    let cookie = operator.sign_in("taro").await;
    let (taro, _) = link(&world, &operator, &cookie, "taro").await;
    operator
        .until(&cookie, |links| count(links, "allergy") > Some(0))
        .await;
    let old = jti(&world, &taro).await;
    taro.withdraw(&world, &old).await.ok();
    operator
        .until(&cookie, |links| links["links"][0]["is_active"] == false)
        .await;
    link(&world, &operator, &cookie, "taro").await;
    operator
        .until(&cookie, |links| count(links, "allergy") > Some(0))
        .await;
    let path = format!("/consents/{old}/withdraw");
    let headers = [("origin", BASE), ("cookie", &*taro.cookie)];
    let asked = json!({"erase": true});
    world.post(&path, &asked, &headers).await.ok();
    tokio::time::sleep(Duration::from_millis(800)).await;
    let links = operator.get("/links", &cookie).await.ok().json();
    assert_eq!(links["links"][0]["is_active"], true);
    assert!(count(&links, "allergy") > Some(0));
}
