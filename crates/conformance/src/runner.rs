//! Puts vectors to any program that speaks the adapter protocol on its standard streams.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::vectors::Vector;

/// A verifier under test.
#[derive(Debug)]
pub struct Subject {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// One answer that was not the expected one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// The vector.
    pub id: String,
    /// What was expected.
    pub expected: String,
    /// What was answered.
    pub actual: String,
}

impl Subject {
    /// Starts a program.
    ///
    /// # Errors
    /// if it cannot be started
    pub fn start(program: &str, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let input = child.stdin.take().context("no standard input")?;
        let output = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    /// Asks one call.
    ///
    /// # Errors
    /// if the program ends or answers something that is no JSON line
    pub fn ask(&mut self, call: &Value) -> Result<Value> {
        writeln!(self.input, "{call}")?;
        self.input.flush()?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("the program ended without an answer");
        }
        serde_json::from_str(&line).context("the answer is no JSON line")
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It ends when its input does; if it does not, it is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Compares an answer with what a vector expects.
#[must_use]
pub fn compare(vector: &Vector, answer: &Value) -> Option<Mismatch> {
    let expected = format!(
        "{} {}",
        vector.expect.decision,
        vector.expect.code.as_deref().unwrap_or("-")
    );
    let actual = format!(
        "{} {}",
        answer["decision"].as_str().unwrap_or("?"),
        answer["code"].as_str().unwrap_or("-")
    );
    (expected != actual).then(|| Mismatch {
        id: vector.id.clone(),
        expected,
        actual,
    })
}

/// Puts every vector to a program.
///
/// # Errors
/// if the program cannot be talked to
pub fn run(subject: &mut Subject, vectors: &[Vector]) -> Result<Vec<Mismatch>> {
    let mut mismatches = Vec::new();
    for (index, vector) in vectors.iter().enumerate() {
        let mut call = vector.input.clone();
        if let Some(members) = call.as_object_mut() {
            members.insert("id".to_owned(), json!(index));
        }
        let answer = subject.ask(&call).with_context(|| vector.id.clone())?;
        if answer.get("id") != Some(&json!(index)) {
            bail!("{}: the answer has another id", vector.id);
        }
        mismatches.extend(compare(vector, &answer));
    }
    Ok(mismatches)
}
