//! The `phr-link` command: arguments in, library calls out.

use std::process::ExitCode;

use clap::Parser as _;

mod adapter;
mod arguments;
mod catalogue;
mod conformance;
mod consent;
mod demo;
mod desk;
mod grant;
mod inspect;
mod keys;
mod moment;
mod narrow;
mod receipts;
mod serve;
mod settings;
mod show;
mod store;
mod telemetry;
mod tokens;

use arguments::{Arguments, Command};

/// 0: it is so; 1: it is not (refused, denied); 2: it could not be done.
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = show::Output {
        json: arguments.json,
        lang: arguments.lang.into(),
    };
    let at = match moment::at(arguments.now) {
        Ok(at) => at,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::from(2);
        }
    };
    let outcome = match arguments.command {
        Command::Adapter => adapter::run(),
        Command::Catalogue { command } => catalogue::run(&command, &output),
        Command::Conformance { command } => {
            return conformance::run(command, &output, at).unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                ExitCode::from(2)
            });
        }
        Command::Consent { command } => consent::run(&command, &output, at),
        Command::Decide { call } => tokens::decide(&call, &output, at),
        Command::Delegate(wanted) => grant::delegate(&wanted, at),
        Command::Demo => demo::run(&output),
        Command::Desk {
            store,
            staff,
            command,
        } => desk::run(&store, &staff, command, &output, at),
        Command::Grant { command } => grant::run(&command, at),
        Command::Inspect { token } => inspect::run(&token, &output, at),
        Command::Keys { command } => keys::run(&command, &output, at),
        Command::Serve { command } => serve::run(command),
        Command::Sign {
            typ,
            claims,
            key,
            by_kid,
        } => tokens::sign(&typ, &claims, &key, by_kid),
        Command::Store { command } => store::run(&command),
        Command::Verify {
            token,
            anchor: Some(anchor),
            ..
        } => receipts::verify(&token, &anchor, &output, at),
        Command::Verify {
            token,
            typ,
            jwks,
            audience,
            ..
        } => tokens::verify(
            &token,
            &typ.unwrap_or_default(),
            &jwks.unwrap_or_default(),
            audience.as_deref(),
            &output,
            at,
        ),
        Command::Withdraw(wanted) => grant::withdraw(&wanted, at),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            // The engine's errors say what to do.
            if let Some(error) = error.downcast_ref::<phr_link::Error>() {
                eprintln!("  → {}", error.code().hint(output.lang));
            }
            ExitCode::from(2)
        }
    }
}
