//! Every category of the catalogue, from the request to the records, in each mode that the sandbox's
//! clients have: read where the catalogue allows the mode, refused where it does not.

use phr_link::catalogue::{Category, Gate, Mode};
use phr_link::scope::Purpose;

use crate::support::{App, Linked, Read, World, detail};

/// Goes as far as it can with one category and says how it ended.
async fn try_category(
    world: &World,
    app: &App,
    category: Category,
    purpose: Purpose,
) -> Result<i64, String> {
    let details = [detail(&[category.code()], &[purpose])];
    let pushed = app
        .push(world, &app.sign(&app.request(world, &details)))
        .await;
    if !pushed.status.is_success() {
        return Err(pushed.code());
    }
    let linked: Linked = world.link(app, "hanako", &details).await;
    let mut read = Read::of(category.code(), &linked.grant, &app.key);
    read.purpose = Some(purpose);
    let answer = read.send(world).await;
    if answer.status.is_success() {
        Ok(answer.json()["total"].as_i64().unwrap())
    } else {
        Err(answer.code())
    }
}

async fn every_category(app: &App, world: &World, mode: Mode, purpose: Purpose) -> usize {
    let mut readable = 0;
    for category in Category::all() {
        // So many requests at one time would be too many.
        world.pass(600);
        let outcome = try_category(world, app, category, purpose).await;
        let code = category.code();
        match (category.allows(mode), category.gate()) {
            (false, _) => assert_eq!(outcome, Err("catalogue.mode-not-allowed".into()), "{code}"),
            (true, Gate::HumanRelease) => {
                assert_eq!(outcome, Err("scope.release-required".into()), "{code}");
            }
            (true, _) => {
                assert!(outcome.clone().unwrap() > 0, "{code}: {outcome:?}");
                readable += 1;
            }
        }
    }
    readable
}

#[tokio::test]
async fn an_app_reads_what_the_catalogue_opens_to_apps() {
    let world = World::new().await;
    let app = world.device();
    assert!(every_category(&app, &world, Mode::Phr, Purpose::SelfView).await > 20);
}

#[tokio::test]
async fn a_clinic_reads_what_the_catalogue_opens_to_clinics() {
    let world = World::new().await;
    let clinic = world.clinic();
    assert!(every_category(&clinic, &world, Mode::Med, Purpose::Care).await > 10);
}
