//! Where a server listens: with TLS, or in plain on this machine and behind a proxy that ends TLS.

use std::fmt;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::{Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use phr_link::Code;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// `Strict-Transport-Security` for two years: whoever came once never comes in plain again.
pub(crate) const STRICT_TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// How long calls that are under way may take once the process was asked to stop.
const GRACE: Duration = Duration::from_secs(25);

/// How long the head of a request may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);

/// How often the certificate is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Where a server listens.
///
/// # Example
/// ```
/// use phr_link_server::listen::Listen;
/// let here: Listen = "127.0.0.1:8787".parse().unwrap();
/// assert!(here.is_loopback() && here.check().is_ok());
/// let everywhere: Listen = "0.0.0.0:8787".parse().unwrap();
/// assert!(everywhere.check().is_err(), "neither TLS nor a proxy");
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// The address and port.
    pub address: SocketAddr,
    /// The certificate, where this process ends TLS itself. TLS 1.2 and 1.3 are spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// The proxies that end TLS before us. What they say in `X-Forwarded-For` is believed, and nobody
    /// else's is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxies: Vec<IpAddr>,
}

/// A certificate with its key; read again when the files change.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain, as PEM.
    pub certificate: PathBuf,
    /// The private key, as PEM.
    pub key: PathBuf,
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self {
            address,
            tls: None,
            proxies: Vec::new(),
        }
    }
}

impl std::str::FromStr for Listen {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<SocketAddr>().map(Self::from)
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

impl Listen {
    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// Checks that nothing personal goes over a network in plain.
    ///
    /// # Errors
    /// if others can reach it, and neither a certificate nor a proxy is configured
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.is_loopback() || self.tls.is_some() || !self.proxies.is_empty(),
            "{} can be reached by others: configure `listen.tls`, or `listen.proxies` if a proxy ends TLS",
            self.address
        );
        Ok(())
    }

    /// Serves until the process is asked to stop, by Ctrl-C or SIGTERM; `ready` is called once it
    /// listens. Calls that are under way are answered.
    ///
    /// # Errors
    /// if the address is taken, or the certificate cannot be read
    pub async fn serve(&self, router: Router, ready: impl FnOnce(SocketAddr)) -> Result<()> {
        self.check()?;
        // An embedding program may have set its own already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind(self.address)
            .with_context(|| format!("cannot listen on {}", self.address))?;
        let address = listener.local_addr()?;
        let handle = Handle::new();
        tokio::spawn(stop_when_asked(handle.clone()));
        let service = router
            .layer(axum::middleware::from_fn(one_meaning))
            .into_make_service_with_connect_info::<SocketAddr>();
        let mut server = axum_server::from_tcp(listener)?
            .handle(handle)
            .first_request_timeout(HEAD_PATIENCE);
        server
            .http_builder()
            .http1()
            .header_read_timeout(HEAD_PATIENCE);
        match &self.tls {
            None => {
                ready(address);
                server.serve(service).await?;
            }
            Some(tls) => {
                let config = tls.load().await?;
                tokio::spawn(tls.clone().keep(config.clone()));
                ready(address);
                server
                    .acceptor(axum_server::tls_rustls::RustlsAcceptor::new(config))
                    .serve(service)
                    .await?;
            }
        }
        Ok(())
    }
}

impl Tls {
    async fn load(&self) -> Result<RustlsConfig> {
        RustlsConfig::from_pem_file(&self.certificate, &self.key)
            .await
            .with_context(|| {
                let files = (self.certificate.display(), self.key.display());
                format!(
                    "the certificate {} or its key {} cannot be used",
                    files.0, files.1
                )
            })
    }

    fn changed_at(&self) -> Option<(SystemTime, SystemTime)> {
        let of = |path: &PathBuf| std::fs::metadata(path).ok()?.modified().ok();
        Some((of(&self.certificate)?, of(&self.key)?))
    }

    /// Takes a renewed certificate without a restart; a broken one is left aside.
    async fn keep(self, config: RustlsConfig) {
        let mut used = self.changed_at();
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            let now = self.changed_at();
            if now.is_none() || now == used {
                continue;
            }
            match config
                .reload_from_pem_file(&self.certificate, &self.key)
                .await
            {
                Ok(()) => used = now,
                Err(_) => {
                    tracing::error!("the renewed certificate cannot be used; the old one is kept")
                }
            }
        }
    }
}

/// Refuses what two servers in a row could read as two different requests: no host or several, a length
/// beside a transfer coding (RFC 9112 §3.2, §6.3). The connection ends with it.
async fn one_meaning(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let hosts = headers.get_all(header::HOST).iter().count();
    let is_old = request.version() < Version::HTTP_2;
    let is_coded = headers.contains_key(header::TRANSFER_ENCODING);
    if is_old && (hosts != 1 || is_coded && headers.contains_key(header::CONTENT_LENGTH)) {
        let mut refusal = Problem::from(Code::CallerMalformed).into_response();
        let close = header::HeaderValue::from_static("close");
        refusal.headers_mut().insert(header::CONNECTION, close);
        return refusal;
    }
    let mut response = next.run(request).await;
    if is_old && is_coded {
        // Where the length was dropped before we could see it, nothing that follows is read.
        let close = header::HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

async fn stop_when_asked(handle: Handle<SocketAddr>) {
    asked_to_stop().await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
}

/// Waits until the process is asked to stop. Where a signal cannot be waited for it simply ends the
/// process.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
