//! Prints the table of codes for the specification.

use phr_link::codes::{Code, Lang};

fn main() {
    println!("<!-- Generated from src/codes.rs by `cargo xtask gen`. -->\n");
    println!("| code | blame | § | status | meaning | 意味 |\n|---|---|---|---|---|---|");
    for code in Code::ALL {
        println!(
            "| `{}` | {} | {} | {} | {} | {} |",
            code.as_str(),
            code.blame().as_str(),
            code.section(),
            code.http_status(),
            code.text(Lang::En),
            code.text(Lang::Ja),
        );
    }
}
