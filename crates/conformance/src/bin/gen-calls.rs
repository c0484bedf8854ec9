//! Prints generated calls and this build's answers, one pair a line: `gen-calls SEED COUNT`.
//!
//! Another build of the verifier is given each call, and has to give the same answer to the letter.

use std::io::{BufWriter, Write as _};

use anyhow::{Context as _, Result};
use phr_link_conformance::differential::Calls;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let seed = words.next().context("name the seed")?.parse()?;
    let count = words.next().context("name the count")?.parse()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for call in Calls::new(seed).take(count) {
        serde_json::to_writer(&mut out, &[&call, &phr_link::adapter::answer(&call)])?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
