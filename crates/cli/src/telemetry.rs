//! What a server writes of itself: lines on the standard error, and traces to a collector where one is
//! configured.
//!
//! `PHR_LINK_LOG` says which lines (`warn,phr_link::audit=info` if absent), `PHR_LINK_LOG_FORMAT=json`
//! that each is an object. `OTEL_EXPORTER_OTLP_ENDPOINT` is where traces go, by OTLP over HTTP.

use anyhow::{Context as _, Result};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// The collector's address: its being there turns traces on.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What has to be ended with the server.
pub(crate) struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Sends what is still waiting.
    pub(crate) fn end(self) {
        if let Some(provider) = self.0
            && provider.shutdown().is_err()
        {
            eprintln!("the last traces could not be sent");
        }
    }
}

/// Starts to write.
///
/// # Errors
/// if the collector's address cannot be used
pub(crate) fn start(service: &'static str) -> Result<Telemetry> {
    let filter = EnvFilter::try_from_env("PHR_LINK_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,phr_link::audit=info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let is_json = std::env::var("PHR_LINK_LOG_FORMAT").is_ok_and(|format| format == "json");
    let lines = if is_json {
        lines.json().flatten_event(true).with_filter(filter).boxed()
    } else {
        lines.with_filter(filter).boxed()
    };
    let provider = std::env::var_os(ENDPOINT)
        .is_some()
        .then(|| provider(service))
        .transpose()?;
    let traces = provider.as_ref().map(|provider| {
        let tracer = provider.tracer("phr-link");
        // Our own spans alone: those of libraries may hold addresses and statements.
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_filter(EnvFilter::new("off,phr_link_server=info"))
    });
    tracing_subscriber::registry()
        .with(lines)
        .with(traces)
        .init();
    Ok(Telemetry(provider))
}

fn provider(service: &'static str) -> Result<SdkTracerProvider> {
    // The exporter's client needs one before a server has set its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exporter = std::thread::spawn(|| SpanExporter::builder().with_http().build());
    let exporter = exporter
        .join()
        .map_err(|_| anyhow::anyhow!("the exporter of traces did not start"))?
        .with_context(|| format!("the address in {ENDPOINT} cannot be used"))?;
    let resource = Resource::builder()
        .with_service_name(format!("phr-link-{service}"))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}
