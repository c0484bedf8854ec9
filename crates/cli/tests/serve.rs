//! The servers as they are run: the real program, with files, variables and signals.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phr-link"));
    command.args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("PHR_LINK_") || name.starts_with("OTEL_") {
            command.env_remove(name);
        }
    }
    command.env("PHR_LINK_LOG", "warn");
    command
}

impl Server {
    /// Starts a server and waits until it says that it listens.
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words.get(2), Some(&"listens"), "{line}");
        let address = words[4].to_owned();
        Self { child, address }
    }

    fn signal(&mut self, name: &str) -> std::process::ExitStatus {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap()
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

async fn text(url: &str) -> (u16, String) {
    let answer = client().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Both sides beside each other, as the README has it.
#[tokio::test]
async fn a_holder_and_an_operator_know_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (h, o, admin) = (free_port(), free_port(), free_port());
    let key = path("operator.key");
    let operator_base = format!("http://localhost:{o}");
    let mut holder = Server::start(&mut program(&[
        "serve",
        "holder",
        "--listen",
        &format!("127.0.0.1:{h}"),
        "--store",
        &path("holder.db"),
        "--operator",
        &operator_base,
        "--operator-key",
        &key,
        "--admin",
        &format!("127.0.0.1:{admin}"),
    ]));
    let operator = Server::start(&mut program(&[
        "serve",
        "operator",
        "--listen",
        &format!("127.0.0.1:{o}"),
        "--holder",
        &format!("http://localhost:{h}"),
        "--key",
        &key,
    ]));
    for address in [&holder.address, &operator.address] {
        for path in ["healthz", "readyz"] {
            assert_eq!(
                text(&format!("http://{address}/{path}")).await,
                (200, "ok\n".into())
            );
        }
    }
    let metadata = format!("{operator_base}/.well-known/phr-operator");
    let (status, metadata) = text(&metadata).await;
    assert_eq!(status, 200, "{metadata}");
    assert!(
        metadata.contains("見本ライフ"),
        "it is not in the trust list: {metadata}"
    );
    // What was refused is counted by route and code, and no path of anybody stands in a number.
    let (status, _) = text(&format!(
        "http://{}/records/allergy?cursor=taro",
        holder.address
    ))
    .await;
    assert_eq!(status, 401);
    let (_, numbers) = text(&format!("http://127.0.0.1:{admin}/metrics")).await;
    assert!(
        numbers.contains("route=\"/records/{category}\""),
        "{numbers}"
    );
    assert!(
        numbers.contains("phr_link_refusals_total{")
            && numbers.contains("phr_link_outbox_waiting 0")
    );
    assert!(!numbers.contains("allergy") && !numbers.contains("taro"));
    // Only the address that was configured gives them.
    assert_eq!(
        text(&format!("http://{}/metrics", holder.address)).await.0,
        404
    );
    assert!(holder.signal("TERM").success());
    let (status, _) = text(&format!("{operator_base}/readyz")).await;
    assert_eq!(status, 200, "it lives on without the holder");
}

/// The settings that are shown have no secret, and a wrong one is named.
#[test]
fn the_settings_are_shown_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("holder.toml");
    std::fs::write(
        &file,
        "store = \"postgres://holder:hunter2@db.example/phr\"\n[limits.client]\nper_minute = 9\nburst = 9\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let shown = program(&["serve", "holder", "--print-config", "--config", file])
        .env("PHR_LINK__ADMIN", "127.0.0.1:9464")
        .output()
        .unwrap();
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.status.success() && !text.contains("hunter2"),
        "{text}"
    );
    for part in [
        "admin = \"127.0.0.1:9464\"",
        "per_minute = 9",
        "holder:…@db.example",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let refused = |arguments: &[&str], said: &str| {
        let outcome = program(arguments).output().unwrap();
        let text = String::from_utf8(outcome.stderr).unwrap();
        assert_eq!(outcome.status.code(), Some(2), "{text}");
        assert!(text.contains(said), "{text}");
    };
    std::fs::write(folder.path().join("bad.toml"), "stor = \"x\"").unwrap();
    let bad = folder.path().join("bad.toml");
    refused(
        &["serve", "holder", "--config", bad.to_str().unwrap()],
        "stor",
    );
    refused(&["serve", "holder", "--listen", "0.0.0.0:0"], "loopback");
    refused(
        &["serve", "operator", "--key", "/nowhere/operator.key"],
        "cannot read",
    );
}

/// NET-001 to NET-006: TLS of today with the certificate that was configured, nothing in plain, and what
/// a browser has to be told.
#[tokio::test]
async fn net_001_net_004_net_005_tls_is_spoken_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let settings = folder.path().join("holder.toml");
    let port = free_port();
    std::fs::write(
        &settings,
        format!(
            "base = \"https://localhost:{port}\"\n[listen]\naddress = \"127.0.0.1:{port}\"\n[listen.tls]\ncertificate = {certificate:?}\nkey = {key:?}\n"
        ),
    )
    .unwrap();
    let server = Server::start(&mut program(&[
        "serve",
        "holder",
        "--config",
        settings.to_str().unwrap(),
    ]));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([root])
        .build()
        .unwrap();
    let url = format!("https://localhost:{port}/jwks");
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=63072000; includeSubDomains"
    );
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert!(!answer.headers().contains_key("server"));
    // A stranger's trust store does not know it, and in plain there is no answer.
    assert!(self::client().get(&url).send().await.is_err());
    let plain = url.replace("https:", "http:");
    assert!(self::client().get(plain).send().await.is_err());
    // Old versions and weak suites: a hello of TLS 1.0 and one of 1.2 with RC4 alone get an alert.
    for (version, suite) in [
        ([3, 1], [0xc0, 0x2f]),
        ([3, 2], [0xc0, 0x2f]),
        ([3, 3], [0x00, 0x05]),
    ] {
        assert_eq!(
            hello(&server.address, version, suite).first(),
            Some(&21),
            "{version:?}"
        );
    }
    // The same hello in today's words is answered by the server's own.
    assert_eq!(
        hello(&server.address, [3, 3], [0xc0, 0x2b]).first(),
        Some(&22)
    );
}

/// Sends a ClientHello with one suite; gives what comes back: 21 is an alert, 22 a handshake.
fn hello(address: &str, version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let mut extensions = Vec::new();
    let mut add = |kind: u16, body: &[u8]| {
        extensions.extend(kind.to_be_bytes());
        extensions.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        extensions.extend(body);
    };
    add(10, &[0, 4, 0, 29, 0, 23]);
    add(11, &[1, 0]);
    add(13, &[0, 8, 4, 3, 8, 7, 8, 4, 4, 1]);
    add(23, &[]);
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, 2]);
    body.extend(suite);
    body.extend([1, 0]);
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let mut message = vec![1, length[1], length[2], length[3]];
    message.extend(body);
    let mut record = vec![22, 3, 1];
    record.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
    record.extend(message);
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream.write_all(&record).unwrap();
    let mut answer = vec![0; 64];
    let count = stream.read(&mut answer).unwrap();
    answer.truncate(count);
    answer
}

/// Calls that are under way when the process is asked to stop are answered.
#[tokio::test]
async fn a_call_that_is_under_way_is_answered_before_the_end() {
    let mut server = Server::start(&mut program(&[
        "serve",
        "holder",
        "--listen",
        "127.0.0.1:0",
        "--base",
        "http://localhost:1",
    ]));
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    let head = "POST /introspect HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 7\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let id = server.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", "TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(b"token=x").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(server.child.wait().unwrap().success());
}

/// Lines of the audit log and traces say what was decided, and nothing of whom it was about.
#[tokio::test]
async fn what_is_written_of_a_call_names_nobody() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let received = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut all = Vec::new();
        let mut part = [0; 4_096];
        // The head, then as many bytes as it says.
        loop {
            let count = stream.read(&mut part).unwrap();
            all.extend(&part[..count]);
            let text = String::from_utf8_lossy(&all).to_ascii_lowercase();
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                if all.len() >= head.len() + 4 + length {
                    break;
                }
            }
            assert_ne!(count, 0, "it ended early");
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&all).into_owned()
    });
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut server = Server::start(
        program(&[
            "serve",
            "holder",
            "--listen",
            "127.0.0.1:0",
            "--base",
            "http://localhost:1",
        ])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)
        .env("PHR_LINK_LOG_FORMAT", "json")
        .env_remove("PHR_LINK_LOG")
        .stderr(std::fs::File::create(&log).unwrap()),
    );
    let url = format!(
        "http://{}/records/allergy?cursor=taro-yamada",
        server.address
    );
    let answer = client()
        .get(url)
        .header("authorization", "DPoP secret-token")
        .header("x-request-id", "taro-yamada")
        .send()
        .await
        .unwrap();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    // A refusal that a person reads as a page is written down with its code as well.
    let page = format!("http://{}/consent?txn=none", server.address);
    let page = client().get(page).header("accept", "text/html").send();
    assert_eq!(page.await.unwrap().status(), 401);
    assert!(server.signal("TERM").success());
    let lines = read(&log);
    let refused = lines.iter().find(|line| line["route"] == "/consent");
    assert_eq!(refused.unwrap()["code"], "session.missing");
    let line = lines
        .iter()
        .find(|line| line["target"] == "phr_link::audit")
        .unwrap();
    assert_eq!(line["request"], *id);
    assert_eq!(line["route"], "/records/{category}");
    assert_eq!(
        (&line["status"], line["code"].is_string()),
        (&401.into(), true)
    );
    let traces = received.join().unwrap();
    assert!(traces.contains("GET /records/{category}") && traces.contains("phr-link-holder"));
    let written = format!("{traces}{}", std::fs::read_to_string(&log).unwrap());
    for personal in ["taro", "secret-token", "allergy"] {
        assert!(!written.contains(personal), "{personal}");
    }
}

fn read(log: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(log).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// SIG-014: A key is changed while the server runs: the next one is published at once, and signs when its time
/// has come.
#[tokio::test]
async fn sig_014_keys_are_changed_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, phrase, settings) = (path("holder.keys"), path("phrase"), path("holder.toml"));
    std::fs::write(&phrase, "correct horse battery").unwrap();
    let made = program(&["keys", "new", &keys, "--passphrase-file", &phrase])
        .output()
        .unwrap();
    assert!(made.status.success());
    std::fs::write(
        &settings,
        format!("base = \"http://localhost:1\"\n[listen]\naddress = \"127.0.0.1:0\"\n[keys]\nfile = {keys:?}\npassphrase_file = {phrase:?}\n"),
    )
    .unwrap();
    let server = Server::start(&mut program(&["serve", "holder", "--config", &settings]));
    let url = format!("http://{}/jwks", server.address);
    let published = async || {
        let (_, text) = text(&url).await;
        let set: serde_json::Value = serde_json::from_str(&text).unwrap();
        set["keys"].as_array().unwrap().clone()
    };
    let first = published().await;
    let public: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(first, [public]);
    let rotated = program(&["keys", "rotate", &keys, "--passphrase-file", &phrase])
        .output()
        .unwrap();
    assert!(rotated.status.success());
    let told = String::from_utf8(rotated.stderr).unwrap();
    assert!(
        told.contains("signs now") && told.contains("signs from"),
        "{told}"
    );
    let mut both = first.clone();
    for _ in 0..150 {
        both = published().await;
        if both.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
}

/// What a server answers to these bytes, up to the end or half a second of silence.
fn said(address: &str, bytes: &[u8]) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    // A server may close before all is sent.
    let _ = stream.write_all(bytes);
    let (mut answer, mut part) = (Vec::new(), [0; 4_096]);
    while let Ok(length @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..length]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// NET-012, NET-014, API-024, API-028: bytes that are no honest request get a 4xx or the end of the
/// connection, never a 5xx and never a second answer, and the server goes on.
#[test]
fn net_012_net_014_api_024_api_028_bytes_that_are_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("holder.db");
    let listen = format!("127.0.0.1:{}", free_port());
    let server = Server::start(&mut program(&[
        "serve",
        "holder",
        "--listen",
        &listen,
        "--store",
        store.to_str().unwrap(),
    ]));
    let post = |headers: &str, body: &str| {
        format!(
            "POST /par HTTP/1.1\r\nHost: {listen}\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n{body}"
        )
    };
    let get = |headers: &str| format!("GET /marks HTTP/1.1\r\nHost: {listen}\r\n{headers}\r\n\r\n");
    let second = get("Connection: close");
    let long = "x".repeat(64 * 1_024);
    let many: String = (0..10_000)
        .map(|number| format!("X-{number}: 1\r\n"))
        .collect();
    let hostile = [
        (
            "a field of 64 KiB",
            get(&format!("X-Long: {}", long.repeat(8))),
        ),
        ("ten thousand fields", get(many.trim_end())),
        ("a name with a blank", get("X Name: 1")),
        (
            "a blank before the colon",
            post("Transfer-Encoding : chunked", "0\r\n\r\n"),
        ),
        ("a name with NUL", get("X\0Name: 1")),
        ("a value with NUL", get("X-Name: a\0b")),
        (
            "two lengths",
            post("Content-Length: 0\r\nContent-Length: 5", &second),
        ),
        ("a signed length", post("Content-Length: +5", "hello")),
        (
            "a coding that is not the last",
            post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        ),
        (
            "a chunk with no size",
            post("Transfer-Encoding: chunked", "zz\r\n\r\n"),
        ),
        ("no host", "GET /marks HTTP/1.1\r\n\r\n".to_owned()),
        ("no HTTP", format!("{long}\r\n\r\n")),
        (
            "a coded body",
            post(
                "Content-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close",
                "{}",
            ),
        ),
    ];
    for (name, bytes) in hostile {
        let answer = said(&server.address, bytes.as_bytes());
        let statuses: Vec<_> = answer.matches("HTTP/1.1 ").collect();
        assert!(statuses.len() <= 1, "{name}: {answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{name}: {answer}"
        );
    }
    // A length and a coding at once: whichever is believed, what follows is no request of its own.
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
    ] {
        let answer = said(
            &server.address,
            post(headers, &format!("0\r\n\r\n{second}")).as_bytes(),
        );
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers}: {answer}"
        );
        assert!(answer.starts_with("HTTP/1.1 4"), "{headers}: {answer}");
    }
    assert!(said(&server.address, second.as_bytes()).starts_with("HTTP/1.1 200"));
}
