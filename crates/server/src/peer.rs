//! From where a call comes: the address of the connection, or what a proxy of ours says of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

/// The address of whoever calls; what anybody may write in a field of the header does not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Finds the peer of each request.
pub(crate) async fn layer(
    State(proxies): State<Arc<[IpAddr]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(connected)) = connected {
        let peer = behind(connected.ip(), request.headers(), &proxies);
        request.extensions_mut().insert(Peer(peer));
    }
    next.run(request).await
}

/// Goes back along `X-Forwarded-For` for as long as it was one of our proxies that wrote.
fn behind(connected: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let fields = headers.get_all("x-forwarded-for").iter();
    let said: Vec<&str> = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
        .collect();
    let mut peer = connected.to_canonical();
    for said in said.iter().rev() {
        if !proxies.contains(&peer) {
            break;
        }
        match said.trim().parse::<IpAddr>() {
            Ok(before) => peer = before.to_canonical(),
            Err(_) => break,
        }
    }
    peer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NET-009: what a client writes of itself changes nothing.
    #[test]
    fn net_009_only_our_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let found = |connected: &str, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for one in said {
                headers.append("x-forwarded-for", one.parse().unwrap());
            }
            behind(ip(connected), &headers, &proxies).to_string()
        };
        assert_eq!(found("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(found("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // The client wrote the first one itself.
        assert_eq!(
            found("10.0.0.1", &["1.2.3.4, 198.51.100.1", "10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(found("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &[]), "10.0.0.1");
    }
}
