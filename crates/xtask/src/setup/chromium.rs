//! A browser and its driver.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::debian;
use crate::run;

/// A browser and its driver.
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds Chromium, or installs Debian's.
pub(crate) fn find() -> Result<Chromium> {
    if let Some(found) = look() {
        return Ok(found);
    }
    println!("Chromium is missing");
    // Without the font every Japanese letter is a box.
    debian::install(&["chromium", "chromium-driver", "fonts-noto-cjk"])?;
    look().context("Chromium is still missing: set CHROMIUM and CHROMEDRIVER to the programs")
}

fn look() -> Option<Chromium> {
    let set = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_file())
    };
    let browser = set("CHROMIUM")
        .or_else(|| {
            run::find(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "chrome.exe",
            ])
        })
        .or_else(|| {
            let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
            mac.is_file().then(|| mac.to_owned())
        })?;
    let driver =
        set("CHROMEDRIVER").or_else(|| run::find(&["chromedriver", "chromedriver.exe"]))?;
    Some(Chromium { browser, driver })
}
