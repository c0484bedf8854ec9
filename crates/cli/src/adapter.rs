//! `phr-link adapter`: one JSON line in, one JSON line out.

use std::io::{BufRead as _, Write as _};

use anyhow::Result;

/// The longest line: a status list, a trust list and what is around them.
const MAX_LINE: u64 = 32 * 1_024 * 1_024;

pub(crate) fn run() -> Result<bool> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut engine = phr_link::adapter::Engine::default();
    loop {
        let mut line = Vec::new();
        let mut bounded = std::io::Read::take(&mut input, MAX_LINE);
        if bounded.read_until(b'\n', &mut line)? == 0 {
            return Ok(true);
        }
        let text = String::from_utf8(line).unwrap_or_default();
        writeln!(output, "{}", engine.answer(text.trim()))?;
        output.flush()?;
    }
}
