//! Talks to any program that speaks the adapter protocol on its standard streams.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long one answer may be, in bytes.
const MAX_ANSWER: u64 = 8 * 1_024 * 1_024;

/// How often a program that ended is started again before it is given up.
const RESTARTS: usize = 50;

/// After how many answers in a row that cannot be read it is asked no more.
const BREAKER: usize = 3;

/// What came back of one call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// An answer.
    Said {
        /// `permit`, `deny`, `accept` or `reject`.
        decision: String,
        /// The code, if any.
        code: Option<String>,
    },
    /// It ended without one.
    Crashed,
    /// It said nothing for too long.
    Silent,
    /// It said something that is no answer to this call.
    Garbled,
}

impl Answer {
    /// Reads an answer to the call that was numbered `id`.
    #[must_use]
    pub fn read(answer: &Value, id: u64) -> Self {
        // What a program says ends up in reports and on terminals: only words of the protocol do.
        let decision = answer.get("decision").and_then(Value::as_str);
        let code = answer.get("code").and_then(Value::as_str);
        let is_word =
            decision.is_some_and(|word| ["permit", "deny", "accept", "reject"].contains(&word));
        match decision {
            Some(decision)
                if is_word && code.is_none_or(is_code) && answer.get("id") == Some(&json!(id)) =>
            {
                Self::Said {
                    decision: decision.to_owned(),
                    code: code.map(str::to_owned),
                }
            }
            _ => Self::Garbled,
        }
    }
}

/// Whether a text has the form of a code.
pub(crate) fn is_code(text: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    text.len() <= 64 && text.bytes().all(is_plain)
}

/// Something that judges calls.
pub trait Verifier {
    /// Asks one call.
    fn ask(&mut self, call: &Value) -> Answer;
}

/// A program under test.
#[derive(Debug)]
pub struct Subject {
    program: String,
    arguments: Vec<String>,
    running: Option<Running>,
    restarts: usize,
    calls: u64,
    unread: usize,
    /// What it says of itself.
    pub hello: Value,
}

#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    output: Receiver<Option<Vec<u8>>>,
}

impl Subject {
    /// Starts a program and hears what it is.
    ///
    /// # Errors
    /// if it cannot be started, or does not answer `hello`
    pub fn start(program: &str, arguments: &[String]) -> Result<Self> {
        let mut subject = Self {
            program: program.to_owned(),
            arguments: arguments.to_vec(),
            running: None,
            restarts: 0,
            calls: 0,
            unread: 0,
            hello: Value::Null,
        };
        subject.running = Some(Running::start(program, arguments)?);
        let (answer, value) = subject.put(&json!({"op": "hello"}));
        let is_welcome = matches!(&answer, Answer::Said { decision, .. } if decision == "accept");
        ensure!(
            is_welcome,
            "{program} does not answer `hello` ({})",
            match answer {
                Answer::Said { decision, .. } => format!("it says {decision}"),
                Answer::Crashed => "it ended".to_owned(),
                Answer::Silent => format!("nothing came in {} s", PATIENCE.as_secs()),
                Answer::Garbled => "what it says is no JSON line with our `id`".to_owned(),
            }
        );
        subject.hello = value;
        Ok(subject)
    }

    fn put(&mut self, call: &Value) -> (Answer, Value) {
        self.calls += 1;
        let id = self.calls;
        let mut call = call.clone();
        if let Some(members) = call.as_object_mut() {
            members.insert("id".to_owned(), json!(id));
        }
        if self.running.is_none() && self.restarts < RESTARTS {
            self.restarts += 1;
            self.running = Running::start(&self.program, &self.arguments).ok();
        }
        let Some(running) = &mut self.running else {
            return (Answer::Crashed, Value::Null);
        };
        let sent = writeln!(running.input, "{call}").and_then(|()| running.input.flush());
        let line = match sent {
            Ok(()) => running.output.recv_timeout(PATIENCE),
            Err(_) => Ok(None),
        };
        match line {
            Ok(Some(line)) => {
                let value: Value = serde_json::from_slice(&line).unwrap_or_default();
                (Answer::read(&value, id), value)
            }
            Ok(None) | Err(RecvTimeoutError::Disconnected) => {
                self.running = None;
                (Answer::Crashed, Value::Null)
            }
            Err(RecvTimeoutError::Timeout) => {
                // Whatever it would say later would be taken for the next answer.
                self.running = None;
                (Answer::Silent, Value::Null)
            }
        }
    }
}

impl Verifier for Subject {
    fn ask(&mut self, call: &Value) -> Answer {
        if self.unread >= BREAKER {
            return Answer::Silent;
        }
        let answer = self.put(call).0;
        self.unread = match answer {
            Answer::Silent | Answer::Garbled => self.unread + 1,
            Answer::Said { .. } | Answer::Crashed => 0,
        };
        answer
    }
}

impl Running {
    fn start(program: &str, arguments: &[String]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let Some((input, output)) = child.stdin.take().zip(child.stdout.take()) else {
            bail!("{program} has no standard streams");
        };
        let (send, receive) = sync_channel(1);
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut line = Vec::new();
                let read = (&mut output).take(MAX_ANSWER).read_until(b'\n', &mut line);
                let line = matches!(read, Ok(1..)).then_some(line);
                let is_end = line.is_none();
                if send.send(line).is_err() || is_end {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            input,
            output: receive,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends when its input does; if it does not, it is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This project's own verifier, in the same process.
#[derive(Debug, Default)]
pub struct Reference(phr_link::adapter::Engine);

impl Verifier for Reference {
    fn ask(&mut self, call: &Value) -> Answer {
        let mut call = call.clone();
        if let Some(members) = call.as_object_mut() {
            members.insert("id".to_owned(), json!(1));
        }
        let answer = self.0.answer(&call.to_string());
        Answer::read(&serde_json::from_str(&answer).unwrap_or_default(), 1)
    }
}
