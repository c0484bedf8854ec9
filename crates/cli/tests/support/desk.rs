//! Running the command as a person does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use phr_link_conformance::hostile::b64;
use phr_link_conformance::scene::NOW;
use sha2::{Digest as _, Sha256};

/// A folder in which the command is run.
pub(crate) struct Desk(pub(crate) PathBuf);

impl Desk {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file and gives its name.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).unwrap();
        name.to_owned()
    }

    /// The file of a key of the scenes.
    pub(crate) fn key(&self, name: &str) -> String {
        let seed = Sha256::digest(format!("phr-link test key {name}").as_bytes());
        self.file(&format!("{name}.key"), &b64(&seed))
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_phr-link"))
            .args(["--now", &NOW.to_string()])
            .args(words)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }

    /// Runs what has to work and gives what it wrote.
    pub(crate) fn ok(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {error}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Runs what has to fail with this exit code and gives what it said.
    pub(crate) fn fails(&self, code: i32, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    }
}
