//! Packages of Debian and Ubuntu.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{find, output, run};

/// Whether packages can be installed with apt.
pub(crate) fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && find(&["apt-get"]).is_some()
}

/// Installs packages, as root or through sudo without a password.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !is_here() {
        bail!("please install: {}", packages.join(" "));
    }
    println!("  installing with apt: {}", packages.join(" "));
    let apt = |words: &[&str]| {
        let is_root = output("id", &["-u"]).as_deref() == Some("0");
        let mut command = if is_root {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        };
        command
            .args(words)
            .args(["-qq", "-o", "DPkg::Lock::Timeout=300"]);
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(std::process::Stdio::null());
        run(&mut command)
    };
    apt(&["update"])?;
    let mut words = vec!["install", "-y", "--no-install-recommends"];
    words.extend(packages);
    apt(&words)
}
