//! Schemathesis, which `PHR_LINK_SCHEMATHESIS` names, against both documents, with callers who are who they say.

use std::path::Path;
use std::process::Command;

use phr_link::key::SecretKey;
use phr_link::scope::Purpose;
use serde_json::{Value, json};

use crate::parties::{link, start};
use crate::support::{BASE, Person, detail};

/// The app's key, which the hooks have as well.
const SEED: [u8; 32] = [9; 32];

/// Runs it against one side, with what its callers have.
fn run(folder: &Path, base: &str, callers: &Value) {
    let program = std::env::var_os("PHR_LINK_SCHEMATHESIS").unwrap();
    let file = folder.join("callers.json");
    std::fs::write(&file, callers.to_string()).unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contract");
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method";
    let outcome = Command::new(program)
        .args(["run", &format!("{base}/openapi.json"), "--checks", checks])
        .args([
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "15",
            "--seed",
            "7",
        ])
        .args([
            "--suppress-health-check",
            "all",
            "--warnings",
            "off",
            "--no-color",
            "--continue-on-failure",
        ])
        .env("PHR_LINK_CALLERS", &file)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", &tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&outcome.stdout);
    assert!(
        outcome.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&outcome.stderr)
    );
    println!("{told}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Schemathesis: cargo xtask test contract"]
async fn what_is_answered_is_what_is_described() {
    let (world, operator) = start().await;
    let mut app = world.device();
    app.key = SecretKey::from_seed(&SEED);
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let linked = world.link(&app, "taro", &asked).await;
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    let (name, cookie) = taro.cookie.split_once('=').unwrap();
    let seed = phr_link::wire::base64url::encode(&SEED);
    let mut callers = json!({
        "base": BASE, "now": world.now(), "nonce": app.nonce(&world).await, "seed": seed, "client_id": app.id,
        "grant": linked.grant, "cookie_name": name, "cookie": cookie,
        "known": {"category": ["allergy", "lab-result"], "jti": [linked.consent_jti()], "list": ["1"], "id": ["x"]},
    });
    run(world.folder.path(), BASE, &callers);
    let session = operator.sign_in("taro").await;
    link(&world, &operator, &session, "taro").await;
    let session = operator.sign_in("taro").await;
    let (name, cookie) = session.split_once('=').unwrap();
    callers["base"] = json!(operator.base);
    callers["cookie_name"] = json!(name);
    callers["cookie"] = json!(cookie);
    run(world.folder.path(), &operator.base, &callers);
}
