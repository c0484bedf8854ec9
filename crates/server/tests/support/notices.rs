//! The app's own server, which has the notices; a real one, because the holder really fetches.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Redirect;
use axum::routing::get;

/// The notice.
pub(crate) const NOTICE: &str = "お預かりした記録は、健康づくりのためだけに使います。</script><b>";

pub(super) async fn serve(fetches: Arc<AtomicI64>) -> String {
    let plain =
        |body: Vec<u8>| get(async move || ([(CONTENT_TYPE, "text/plain; charset=utf-8")], body));
    let counted = fetches.clone();
    let notice = get(async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        ([(CONTENT_TYPE, "text/plain; charset=utf-8")], NOTICE)
    });
    let html = get(async || ([(CONTENT_TYPE, "text/html; charset=utf-8")], NOTICE));
    let router = Router::new()
        .route("/notice.txt", notice)
        .route(
            "/moved.txt",
            get(async || Redirect::temporary("/notice.txt")),
        )
        .route("/notice.html", html)
        .route("/most.txt", plain(vec![b'a'; 256 * 1_024]))
        .route("/larger.txt", plain(vec![b'a'; 256 * 1_024 + 1]))
        .route("/latin.txt", plain(vec![b'a', 0xe9, b'a']));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    origin
}
