//! Fetching from others: no redirect, no private address, bounded in size and time. A name inside our
//! network is not an address that strangers may have us ask.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Makes a client for addresses that others name.
///
/// # Errors
/// if the platform has no TLS
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve names where nobody looks at the address.
        .no_proxy()
        .dns_resolver(PublicOnly)
        .timeout(Duration::from_secs(10))
        .build()
}

/// Whether an address is one that may be asked: a literal one is looked at here, a name when it is
/// resolved.
pub(crate) fn is_allowed(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_web = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url.as_str()));
    is_web
        && !host.is_empty()
        && literal
            .parse::<IpAddr>()
            .map_or(true, |address| is_public(address) || address.is_loopback())
}

/// Whether an address names this machine, for development.
pub(crate) fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || literal
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Gives the text at an address; nothing where it cannot be had, whatever the reason.
pub(crate) async fn text(client: &reqwest::Client, url: &str, max_bytes: usize) -> Option<String> {
    let url = reqwest::Url::parse(url).ok().filter(is_allowed)?;
    let answer = client.get(url).send().await.ok()?;
    if answer.status() != reqwest::StatusCode::OK {
        return None;
    }
    body(answer, max_bytes).await
}

/// Reads a body up to its limit.
pub(crate) async fn body(mut answer: reqwest::Response, max_bytes: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > max_bytes {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Resolves names to public addresses. A name inside may answer with any address, and it may answer
/// differently a second time: so it is the address of the connection that is looked at.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // Only the name that means this machine may lead to it, for development.
            let is_local = host == "localhost";
            let found = tokio::net::lookup_host((host, 0)).await?;
            let public: Vec<SocketAddr> = found
                .filter(|address| {
                    is_public(address.ip()) || (is_local && address.ip().is_loopback())
                })
                .collect();
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the public internet: everything that has another use is refused.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b))
                || a >= 240)
        }
        IpAddr::V6(address) => {
            if let Some(mapped) = address.to_ipv4_mapped() {
                return is_public(IpAddr::V4(mapped));
            }
            let [first, second, ..] = address.segments();
            // 2000::/3 is what is given out; of it, 6to4 and Teredo hold addresses inside.
            (first & 0xe000) == 0x2000
                && first != 0x2002
                && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for inside in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "203.0.114.1", "2606:4700::1111", "2400:2000::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    /// API-032
    #[tokio::test]
    async fn api_032_a_private_address_is_not_even_tried() {
        for uri in [
            "http://10.255.255.1/notice.txt",
            "http://169.254.169.254/latest/meta-data",
            "http://[fd00::1]/notice.txt",
            "http://[::ffff:10.0.0.1]/notice.txt",
        ] {
            let started = std::time::Instant::now();
            let _ = rustls::crypto::ring::default_provider().install_default();
            assert!(text(&client().unwrap(), uri, 1).await.is_none());
            assert!(started.elapsed() < Duration::from_secs(2), "{uri}");
        }
    }
}
