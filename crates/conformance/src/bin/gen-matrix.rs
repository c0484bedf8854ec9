//! Writes the matrix of mistakes and checks to a file, and fails if a mistake is not found.

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let vectors = phr_link_conformance::vectors::all();
    let rows = phr_link_conformance::mutants::matrix(&vectors, |row| {
        let names: Vec<_> = row
            .killers
            .iter()
            .map(|(check, cases)| format!("{check} {cases}"))
            .collect();
        eprintln!("{}: {}", row.mutant, names.join(", "));
    });
    if !path.is_empty() {
        std::fs::write(path, phr_link_conformance::mutants::csv(&rows))?;
    }
    let faults = phr_link_conformance::mutants::faults(&rows);
    for fault in &faults {
        println!("{fault}");
    }
    anyhow::ensure!(faults.is_empty(), "{} faults", faults.len());
    println!(
        "{} mistakes, each found by a check that should find it",
        rows.len()
    );
    Ok(())
}
