//! `phr-link desk`: what the staff of a holder registers.

use anyhow::{Context as _, Result};
use phr_link::{Day, Timestamp};
use phr_link_server::holder::desk::{Desk, Guardianship, NewPerson};

use crate::arguments::DeskCommand;
use crate::show::Output;

pub(crate) fn run(
    store: &str,
    staff: &str,
    command: DeskCommand,
    output: &Output,
    at: Timestamp,
) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let desk = Desk::open(&store.parse()?, staff).await?;
        match command {
            DeskCommand::Guardian {
                person,
                guardian,
                by_court,
                reference,
                until,
            } => {
                let until = Day::parse(&until).context("`--until` is no day")?.start();
                let title = Guardianship {
                    person,
                    guardian,
                    by_court,
                    reference,
                    until,
                };
                let made = desk.register(&title, at).await?;
                println!("{}  {}", &*made.id, made.until);
            }
            DeskCommand::Person {
                person,
                name,
                kana,
                birth_date,
                gender,
                address,
                reference,
            } => {
                let new = NewPerson {
                    id: person,
                    name,
                    kana,
                    birth_date,
                    gender,
                    address,
                };
                desk.add(&new, &reference, at).await?;
                println!("{}", output.say("added", "登録しました"));
            }
            DeskCommand::Identity {
                person,
                issuer,
                subject,
                reference,
            } => {
                desk.identify((&issuer, &subject), &person, &reference, at)
                    .await?;
                println!("{}", output.say("linked", "つなぎました"));
            }
            DeskCommand::End { agency, reference } => {
                let was = desk.end(&agency, &reference, at).await?;
                let told = if was {
                    output.say("ended", "終わらせました")
                } else {
                    output.say("it was over", "すでに終わっていました")
                };
                println!("{told}");
                return Ok(was);
            }
            DeskCommand::Protect { person, reference } => {
                desk.protect(&person, &reference, at).await?;
                println!("{}", output.say("protected", "保護しました"));
            }
            DeskCommand::Lift { person, reference } => {
                let was = desk.lift(&person, &reference, at).await?;
                let told = if was {
                    output.say("lifted", "保護を解きました")
                } else {
                    output.say("there was no protection", "保護はありませんでした")
                };
                println!("{told}");
                return Ok(was);
            }
        }
        Ok(true)
    })
}
