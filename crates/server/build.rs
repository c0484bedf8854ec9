//! Has a changed migration compiled in again.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
