//! Who may depend on whom.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;

    /// What each crate may use of the workspace.
    const ALLOWED: [(&str, &[&str]); 7] = [
        ("phr-link", &[]),
        ("phr-link-wasm", &["phr-link"]),
        ("phr-link-server", &["phr-link"]),
        ("phr-link-conformance", &["phr-link"]),
        (
            "phr-link-cli",
            &["phr-link", "phr-link-server", "phr-link-conformance"],
        ),
        ("verifier-axum", &["phr-link", "phr-link-server"]),
        ("xtask", &[]),
    ];

    #[test]
    fn no_crate_uses_one_that_it_may_not() {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
            .output()
            .unwrap();
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
        for package in packages {
            let name = package["name"].as_str().unwrap();
            let may = allowed
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not in the list"));
            for dependency in package["dependencies"].as_array().unwrap() {
                let used = dependency["name"].as_str().unwrap();
                let is_ours = allowed.contains_key(used);
                let is_test = dependency["kind"] == "dev";
                assert!(
                    !is_ours || is_test || may.contains(&used),
                    "{name} uses {used}"
                );
            }
        }
    }
}
