//! The `phr-link` command: arguments in, library calls out.

use std::process::ExitCode;

use clap::Parser as _;

mod adapter;
mod arguments;
mod catalogue;
mod conformance;
mod keys;
mod serve;
mod show;
mod tokens;

use arguments::{Arguments, Command};

/// 0: it is so; 1: it is not (refused, denied); 2: it could not be done.
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = show::Output {
        json: arguments.json,
        lang: arguments.lang.into(),
    };
    let outcome = match arguments.command {
        Command::Adapter => adapter::run(),
        Command::Catalogue { command } => catalogue::run(&command, &output),
        Command::Conformance {
            program,
            arguments,
            vectors,
        } => conformance::run(&program, &arguments, &vectors),
        Command::Decide { call } => tokens::decide(&call, &output),
        Command::Inspect { token } => tokens::inspect(&token, &output),
        Command::Keys { command } => keys::run(&command, &output),
        Command::Serve { command } => serve::run(command),
        Command::Sign {
            typ,
            claims,
            key,
            by_kid,
        } => tokens::sign(&typ, &claims, &key, by_kid),
        Command::Verify {
            token,
            typ,
            jwks,
            audience,
            now,
        } => tokens::verify(&token, &typ, &jwks, audience.as_deref(), now, &output),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
