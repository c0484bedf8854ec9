//! The example with the real nginx, which `PHR_LINK_NGINX` names, and the server in Python.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use phr_link::scope::Purpose;

use crate::sidecar::proof;
use crate::support::{World, detail};
use crate::{serve, verifier};

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
#[ignore = "needs nginx: cargo xtask test nginx"]
async fn nginx_protects_a_server_that_knows_nothing_of_grants() {
    let program = std::env::var_os("PHR_LINK_NGINX").unwrap();
    let world = World::new().await;
    serve(world.router.clone(), "127.0.0.1:8787").await;
    let app = world.device();
    let mut asked = detail(&["allergy"], &[Purpose::SelfView]);
    asked.period =
        serde_json::from_value(serde_json::json!({"from": "2026-01-01", "to": null})).unwrap();
    let asked = [asked];
    let approved = app
        .ask(&world, "taro", &asked)
        .await
        .approve(&world, &asked)
        .await;
    let linked = approved.redeem(&world, &app).await;
    let (front, back) = (free(), free());
    let base = format!("http://localhost:{front}");
    let (_, address) = verifier(&world, &base).await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/nginx");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tmp")).unwrap();
    let text = std::fs::read_to_string(example.join("nginx.conf")).unwrap();
    let text = text
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{front}"))
        .replace("127.0.0.1:8000", &format!("127.0.0.1:{back}"))
        .replace("127.0.0.1:8790", &address);
    std::fs::write(folder.path().join("nginx.conf"), text).unwrap();
    // The workers of a root's nginx are nobody: they have to reach their folder.
    #[cfg(unix)]
    for path in [folder.path().to_owned(), folder.path().join("tmp")] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(path, open).unwrap();
    }
    let _server = Process(
        Command::new("python3")
            .arg(example.join("server.py"))
            .env("PORT", back.to_string())
            .env("VERIFIER", format!("http://{address}"))
            .spawn()
            .unwrap(),
    );
    let _nginx = Process(
        Command::new(program)
            .args([
                "-p",
                folder.path().to_str().unwrap(),
                "-c",
                "nginx.conf",
                "-g",
                "daemon off; master_process off;",
            ])
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap(),
    );
    for port in [front, back] {
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let client = reqwest::Client::new();
    let get = async |path: &str, headers: &[(&str, &str)]| {
        let mut request = client.get(format!("{base}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    };
    let authorization = format!("DPoP {}", linked.grant);
    let path = "/records/allergy";
    let fresh = |path: &str| proof(&world, &app.key, &linked.grant, &base, path);
    let used = fresh(path);
    // What a client says of itself does not arrive.
    let smuggled = [
        ("authorization", &*authorization),
        ("dpop", &*used),
        ("phr-subject", "somebody-else"),
        ("phr-filter", "e30"),
        ("x-original-uri", "/records/lab-result"),
        ("x-original-method", "POST"),
    ];
    let (status, headers, body) = get(path, &smuggled).await;
    assert_eq!(status, 200, "{body}");
    let bundle: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(bundle["total"], 1, "the old record is taken out");
    assert!(!body.contains("somebody-else"));
    assert_eq!(
        (&headers["seen"], &headers["cache-control"]),
        (&"".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let refused = async |path: &str, headers: &[(&str, &str)], status: u16, code: &str| {
        let (told, fields, body) = get(path, headers).await;
        assert_eq!(told, status, "{path} {body}");
        assert_eq!(
            fields
                .get("phr-code")
                .map(|code| code.to_str().unwrap())
                .unwrap_or_default(),
            code,
            "{path}"
        );
        assert!(!body.contains("invented"));
        fields
    };
    let replayed = refused(
        path,
        &[("authorization", &authorization), ("dpop", &used)],
        401,
        "proof.replayed",
    )
    .await;
    assert!(
        replayed["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("DPoP ")
    );
    refused(path, &[], 401, "proof.missing").await;
    let other = fresh("/records/lab-result");
    refused(
        "/records/lab-result",
        &[("authorization", &authorization), ("dpop", &other)],
        403,
        "scope.not-granted",
    )
    .await;
    let encoded = fresh("/records/%61llergy");
    refused(
        "/records/%61llergy",
        &[("authorization", &authorization), ("dpop", &encoded)],
        403,
        "scope.not-granted",
    )
    .await;
    let (status, ..) = get("/_phr", &[]).await;
    assert_eq!(status, 404, "the inner location is nobody's");
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    world.pass(61);
    for _ in 0..100 {
        let (status, headers, _) = get(
            path,
            &[("authorization", &authorization), ("dpop", &fresh(path))],
        )
        .await;
        if status == 401 && headers["phr-code"] == "grant.revoked" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the withdrawal did not arrive");
}
