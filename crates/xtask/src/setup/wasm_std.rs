//! The standard library for wasm32, had in one of three ways.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::debian;
use crate::project::Project;
use crate::run::{output, run};
use crate::wasm;

/// A compiler that can build for wasm32.
pub(crate) enum Toolchain {
    /// The installed one.
    Installed,
    /// Debian's, with a standard library of our own making.
    Debian {
        /// Where that library is.
        sysroot: PathBuf,
    },
}

const TARGET: &str = "wasm32-unknown-unknown";

/// How Debian's way is done; part of the stamp, so that a change builds anew.
const RECIPE: &str = "build-std std,panic_abort,test; embed-bitcode; paths remapped; 2";

/// Finds a way, and says which one where something had to be fetched.
///
/// `PHR_LINK_WASM_STD=debian` takes Debian's way whatever is installed.
pub(crate) fn find(project: &Project) -> Result<Toolchain> {
    let forced = std::env::var("PHR_LINK_WASM_STD").unwrap_or_default();
    if forced != "debian" {
        if has_std() {
            return Ok(Toolchain::Installed);
        }
        println!("the standard library for {TARGET} is missing; asking rustup for it");
        if rustup_add() && has_std() {
            println!("  rustup had it");
            return Ok(Toolchain::Installed);
        }
        println!("  rustup could not; building it from Debian's sources");
    }
    Ok(Toolchain::Debian {
        sysroot: debian_sysroot(project)?,
    })
}

fn has_std() -> bool {
    let folder = output("rustc", &["--print", "target-libdir", "--target", TARGET]);
    let Some(entries) = folder.and_then(|folder| fs::read_dir(folder).ok()) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

/// Asks rustup, for two minutes at most: where its server is not reached it may hang.
fn rustup_add() -> bool {
    let started = Command::new("rustup")
        .args(["target", "add", TARGET])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else { return false };
    let deadline = Instant::now() + Duration::from_secs(120);
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(Duration::from_millis(200)),
            Err(_) => return false,
        }
    }
    // It is given up; whether it can still be stopped does not matter.
    let _ = child.kill();
    let _ = child.wait();
    false
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Where Debian has the sources of the standard library.
const STD_SOURCE: &str = "/usr/lib/rustlib/src/rust";

fn debian_sysroot(project: &Project) -> Result<PathBuf> {
    if !Path::new("/usr/bin/wasm-ld-22").exists() || !Path::new(DEBIAN_RUSTC).exists() {
        debian::install(&["rustc-web", "cargo-web", "rust-web-src", "lld-22"])?;
    }
    let version = output(DEBIAN_RUSTC, &["-vV"]).context("Debian's rustc does not run")?;
    let sysroot = project.target.join("wasm-sysroot");
    let stamp = sysroot.join("stamp");
    let wanted = format!("{version}\n{RECIPE}\n");
    if fs::read_to_string(&stamp).is_ok_and(|old| old == wanted) {
        return Ok(sysroot);
    }
    println!("  building the standard library once (about a minute)");
    let _ = fs::remove_dir_all(&sysroot);
    let probe = sysroot.join("probe");
    fs::create_dir_all(probe.join("src"))?;
    fs::write(
        probe.join("Cargo.toml"),
        "[package]\nname = \"probe\"\nedition = \"2021\"\n[workspace]\n[profile.release]\npanic = \"abort\"\n",
    )?;
    fs::write(probe.join("src/lib.rs"), "")?;
    // What std is made of is fetched first, so that its folders are there to be remapped.
    let library = Path::new(STD_SOURCE).join("library/Cargo.toml");
    let mut fetch = debian_cargo(&probe);
    fetch.args(["fetch", "--quiet", "--locked", "--target", TARGET]);
    run(fetch.arg("--manifest-path").arg(&library))?;
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend(wasm::remap_flags(project));
    let mut cargo = debian_cargo(&probe);
    cargo
        .args([
            "build",
            "--release",
            "--quiet",
            "--target",
            TARGET,
            "-Z",
            "build-std=std,panic_abort,test",
        ])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", sysroot.join("build"))
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    run(&mut cargo)?;
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    let built = sysroot.join("build").join(TARGET).join("release/deps");
    for entry in fs::read_dir(&built)?.flatten() {
        let path = entry.path();
        let is_library = path
            .extension()
            .is_some_and(|extension| extension == "rlib");
        if is_library && !entry.file_name().to_string_lossy().starts_with("libprobe") {
            fs::copy(&path, library.join(entry.file_name()))?;
        }
    }
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let own = output(DEBIAN_RUSTC, &["--print", "sysroot"]).context("rustc names no sysroot")?;
    let host_library = Path::new(&own).join("lib/rustlib").join(host);
    #[cfg(unix)]
    std::os::unix::fs::symlink(host_library, sysroot.join("lib/rustlib").join(host))?;
    #[cfg(not(unix))]
    bail!("{} is of use on Debian only", host_library.display());
    fs::write(stamp, wanted)?;
    if fs::read_dir(&library)?.count() == 0 {
        bail!("the standard library was not built");
    }
    Ok(sysroot)
}

/// Debian's cargo with Debian's compiler and nothing of the environment that is meant for the host.
pub(crate) fn debian_cargo(folder: &Path) -> Command {
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.current_dir(folder);
    clean(&mut cargo);
    cargo.env("RUSTC", DEBIAN_RUSTC).env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
        "/usr/bin/wasm-ld-22",
    );
    let path = std::env::var("PATH").unwrap_or_default();
    cargo.env("PATH", format!("/usr/bin:{path}"));
    cargo
}

/// Removes what is set for the host's compiler: a linker flag of it breaks the build.
pub(crate) fn clean(command: &mut Command) {
    let prefixes = [
        "RUSTC",
        "CARGO_ENCODED_",
        "CARGO_BUILD_",
        "CARGO_TARGET_",
        "CARGO_PROFILE_",
    ];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let is_meant_for_host = prefixes.iter().any(|prefix| name.starts_with(prefix));
        if is_meant_for_host
            || ["RUSTFLAGS", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"].contains(&name.as_str())
        {
            command.env_remove(&name);
        }
    }
}
