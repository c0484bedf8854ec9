//! How cost and memory grow with what is stored.

use std::time::{Duration, Instant};

use phr_link::scope::Purpose;
use phr_link_server::store::Address;
use sqlx::AnyPool;

use crate::support::{World, detail};

const SIZES: [i64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// As many requests of each kind are timed at each size.
const REQUESTS: u32 = 300;

pub(crate) async fn measure() {
    let world = World::new().await;
    let pool = AnyPool::connect(&url(&world.store)).await.unwrap();
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let linked = world.link(&app, "taro", &asked).await;
    let mut filled = 0;
    let mut first: Option<[Duration; 3]> = None;
    let before = resident();
    for size in SIZES {
        fill(&pool, filled, size).await;
        filled = size;
        let mut times = [Duration::ZERO; 3];
        // What is read from the disk for the first time is not what is measured.
        for is_warm in [false, true] {
            // The lists are made anew after links have ended grants; that is not what is measured.
            world.get("/status/1").await.ok();
            for _ in 0..REQUESTS {
                let began = Instant::now();
                app.read(&world, "allergy", &linked.grant).await.ok();
                let read = began.elapsed();
                let began = Instant::now();
                world.get("/status/1").await.ok();
                let list = began.elapsed();
                if is_warm {
                    times[0] += read / REQUESTS;
                    times[1] += list / REQUESTS;
                }
            }
            let began = Instant::now();
            for _ in 0..50 {
                let other = world.link(&world.device(), "hanako", &asked).await;
                assert!(!other.grant.is_empty());
            }
            times[2] = began.elapsed() / 50;
        }
        let base = *first.get_or_insert(times);
        let ratio = |place: usize| times[place].as_secs_f64() / base[place].as_secs_f64();
        println!(
            "with {size} consents, live grants and receipts: a read costs {:.2} x, the status list {:.2} x, a whole link {:.2} x of what it costs with {}",
            ratio(0),
            ratio(1),
            ratio(2),
            SIZES[0]
        );
    }
    println!(
        "resident memory grew by {} MB with a million live grants, of which a tenth is revoked, and a million receipts",
        resident().saturating_sub(before) / 1_000_000
    );
}

fn url(store: &Address) -> String {
    match store {
        Address::File(path) => format!("sqlite://{}", path.display()),
        Address::Memory => panic!("a store in memory has no address"),
        Address::Postgres(url) => url.clone(),
    }
}

/// Adds rows as they stand after years of use; their tokens are short, since nobody reads them.
async fn fill(pool: &AnyPool, from: i64, to: i64) {
    let series = "WITH RECURSIVE series(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM series WHERE i + 1 < $2)";
    for rest in [
        "INSERT INTO consent (jti, s256, token, key_statement, receipt, person, sub, client_id, arrangement_id, proof_jkt, state, exp, registered_at)
         SELECT 'c' || i, 's' || i, 't', 'k', 'r', 'p' || i, 'u' || i, 'https://other.example', 'a' || i, 'j', 'active', 4000000000, 0 FROM series",
        "INSERT INTO issued (list, idx, grant_jti, consent_jti, exp, revoked)
         SELECT 1 + i % 2, i / 2, 'g' || i, 'c' || i, 4000000000, CASE WHEN i % 10 = 0 THEN 1 ELSE 0 END FROM series WHERE true ON CONFLICT DO NOTHING",
        "INSERT INTO arrangement (id, next_seq, last_s256) SELECT 'a' || i, 1, 'h' FROM series",
        "INSERT INTO receipt (arrangement_id, seq, token) SELECT 'a' || i, 0, 't' FROM series",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("{series} {rest}")))
            .bind(from)
            .bind(to)
            .execute(pool)
            .await
            .unwrap();
    }
}

/// The resident memory of this process, in bytes; 0 where the system does not tell it.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.map_or(0, |pages| pages * 4_096)
}
