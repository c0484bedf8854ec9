//! Many connections that send what was made ready before, as fast as they are answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What a round took: as a whole, and each request.
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) latencies: Vec<Duration>,
}

impl Round {
    /// The latency that this share of the requests stays below.
    pub(crate) fn percentile(&mut self, share: f64) -> Duration {
        self.latencies.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = (self.latencies.len() as f64 * share) as usize;
        self.latencies[place.min(self.latencies.len() - 1)]
    }
}

/// Sends all requests over some connections; each has to be answered with 200.
pub(crate) async fn send(address: SocketAddr, requests: Vec<String>, connections: usize) -> Round {
    let began = Instant::now();
    let count = requests.len();
    let share = count.div_ceil(connections);
    let tasks: Vec<_> = requests
        .chunks(share)
        .map(|part| tokio::spawn(connection(address, part.to_vec())))
        .collect();
    let mut latencies = Vec::with_capacity(count);
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let per_second = count as f64 / began.elapsed().as_secs_f64();
    Round {
        per_second,
        latencies,
    }
}

async fn connection(address: SocketAddr, requests: Vec<String>) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut latencies = Vec::with_capacity(requests.len());
    let mut buffer = vec![0; 256 * 1_024];
    for request in requests {
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut filled = 0;
        let whole = loop {
            let read = stream.read(&mut buffer[filled..]).await.unwrap();
            assert!(read > 0, "the server hung up");
            filled += read;
            if let Some(whole) = length(&buffer[..filled]) {
                break whole;
            }
        };
        while filled < whole {
            filled += stream.read(&mut buffer[filled..]).await.unwrap();
        }
        latencies.push(began.elapsed());
        assert!(
            buffer.starts_with(b"HTTP/1.1 200 "),
            "{}",
            String::from_utf8_lossy(&buffer[..filled])
        );
    }
    latencies
}

/// How long an answer is as a whole, once its head is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap().to_lowercase();
    let (_, rest) = head.split_once("content-length: ")?;
    let (number, _) = rest.split_once('\r')?;
    Some(end + number.parse::<usize>().unwrap())
}
