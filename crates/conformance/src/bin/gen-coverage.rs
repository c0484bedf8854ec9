//! Prints what each criterion rests on.

fn main() -> anyhow::Result<()> {
    print!(
        "{}",
        phr_link_conformance::criteria::Catalogue::built_in()?.coverage()
    );
    Ok(())
}
