//! Reads with and without protection, on the same server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use phr_link::Day;
use phr_link::catalogue::{Category, Mode};
use phr_link::decide::{Policy, RecordFilter};
use phr_link::key::KeySet;
use phr_link::scope::{Period, Purpose};
use phr_link::status::StatusLists;
use phr_link::trust::{ListLimits, Marks, TrustList};
use phr_link_server::clock::Clock;
use phr_link_server::records::{Page, Record, release, searchset, synthetic};
use phr_link_server::verify::{Known, Rules, Verifier};

use crate::client::{Round, send};
use crate::support::{BASE, Read, World, detail};

const ROUNDS: usize = 9;
const REQUESTS: usize = 2_000;
const CONNECTIONS: usize = 64;

pub(crate) async fn measure() {
    let world = World::new().await;
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let linked = world.link(&app, "taro", &asked).await;
    let server = Server::start(world.router.clone().merge(open(&world)));
    let (mut bare, mut protected) = (Vec::new(), Vec::new());
    for _ in 0..=ROUNDS {
        let plain = "GET /open/allergy HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned();
        bare.push(send(server.address, vec![plain; REQUESTS], CONNECTIONS).await);
        let read = Read::of("allergy", &linked.grant, &app.key);
        let requests = (0..REQUESTS).map(|_| {
            format!(
                "GET /records/allergy HTTP/1.1\r\nHost: localhost\r\nAuthorization: DPoP {}\r\nDPoP: {}\r\n\r\n",
                linked.grant,
                read.proof(&world)
            )
        });
        protected.push(send(server.address, requests.collect(), CONNECTIONS).await);
    }
    // The first round warms up.
    tell("a read without protection", &mut bare[1..]);
    tell("a protected read", &mut protected[1..]);
    let ratio = median(protected[1..].iter().map(|round| round.per_second))
        / median(bare[1..].iter().map(|round| round.per_second));
    let slower = median(
        protected[1..]
            .iter_mut()
            .map(|round| round.percentile(0.99).as_secs_f64()),
    ) / median(
        bare[1..]
            .iter_mut()
            .map(|round| round.percentile(0.99).as_secs_f64()),
    );
    println!("protected against unprotected: throughput {ratio:.2}, p99 {slower:.2} x");
    let read = Read::of("allergy", &linked.grant, &app.key);
    verdict(
        &world,
        &read,
        median(protected[1..].iter().map(|round| round.per_second)),
    )
    .await;
}

/// The same records on the same server, for everybody.
fn open(world: &World) -> Router {
    let person = &synthetic::PEOPLE[0];
    let records: &'static [Record] = synthetic::records(person, Day::of(world.now())).leak();
    let filter = RecordFilter {
        category: Category::parse("allergy").unwrap(),
        mode: Mode::Phr,
        institution_side: false,
        period: Period {
            from: None,
            to: None,
        },
        look_back_from: None,
        exclude: Vec::new(),
        released: None,
    };
    let handler = move || {
        let shown = release(records, &filter);
        async move {
            let page = Page {
                url: "http://localhost:8787/records/allergy",
                total: shown.len(),
                resources: &shown,
                next: None,
            };
            axum::Json(searchset(&page))
        }
    };
    Router::new().route("/open/allergy", get(handler))
}

/// A server on one thread of its own.
struct Server {
    address: SocketAddr,
}

impl Server {
    fn start(router: Router) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self {
            address: receiver.recv().unwrap(),
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn tell(name: &str, rounds: &mut [Round]) {
    let rate = median(rounds.iter().map(|round| round.per_second));
    let milli = |time: f64| time * 1_000.0;
    let p50 = median(
        rounds
            .iter_mut()
            .map(|round| round.percentile(0.50).as_secs_f64()),
    );
    let p99 = median(
        rounds
            .iter_mut()
            .map(|round| round.percentile(0.99).as_secs_f64()),
    );
    println!(
        "{name}: {rate:.0} a second over {CONNECTIONS} connections, p50 {:.2} ms, p99 {:.2} ms",
        milli(p50),
        milli(p99)
    );
}

/// How much of a protected read is the verdict: the same request judged by a server without a store.
async fn verdict(world: &World, read: &Read<'_>, per_second: f64) {
    let rules = Rules {
        audience: BASE.into(),
        issuers: vec![BASE.into()],
        policy: Policy::default(),
    };
    let now = world.now();
    let verifier = Verifier::new(BASE, rules).with_clock(Clock::of(move || now));
    verifier.learn(known(world).await).unwrap();
    let requests: Vec<_> = (0..1_000)
        .map(|_| read.request(&read.proof(world)))
        .collect();
    let began = Instant::now();
    for request in &requests {
        verifier
            .permit(
                request.method(),
                request.uri().path(),
                "",
                request.headers(),
                Category::parse("allergy").unwrap(),
            )
            .await
            .unwrap();
    }
    let each = began.elapsed() / 1_000;
    let whole = Duration::from_secs_f64(1.0 / per_second);
    println!(
        "of the {} microseconds of a protected read the verdict takes {} ({:.0} %)",
        whole.as_micros(),
        each.as_micros(),
        each.as_secs_f64() / whole.as_secs_f64() * 100.0
    );
}

/// What the holder publishes, as any server reads it.
async fn known(world: &World) -> Known {
    let published = world.get("/marks").await.json();
    let anchor = KeySet::parse(published["sandbox_anchor"].to_string().as_bytes()).unwrap();
    let list = world.get("/trust-list").await.text;
    let trust = TrustList::verify(&list, &anchor, world.now(), &ListLimits::default()).unwrap();
    let texts =
        |name: &str| -> Vec<String> { serde_json::from_value(published[name].clone()).unwrap() };
    let mut lists = texts("status");
    for uri in &trust.member(BASE).unwrap().status_uris {
        lists.push(world.get(&uri.replace(BASE, "")).await.text);
    }
    Known {
        marks: Arc::new(Marks::new(
            texts("marks").iter().map(String::as_str),
            &trust,
        )),
        status: Arc::new(StatusLists::new(lists.iter().map(String::as_str), &trust)),
        trust: Arc::new(trust),
        seq_floor: None,
        iat_floors: Vec::new(),
        released: Vec::new(),
    }
}
