//! Codes are part of the interface: once released, a code stays.

use phr_link::Code;

/// Every code that was ever released, one a line.
const LOCK: &str = include_str!("../../../tests/vectors/codes.lock");

#[test]
fn no_code_ever_disappears_and_each_is_locked() {
    let locked: Vec<&str> = LOCK.lines().collect();
    for code in &locked {
        assert!(
            Code::parse(code).is_some(),
            "`{code}` was released and is gone"
        );
    }
    for code in Code::ALL {
        assert!(
            locked.contains(&code.as_str()),
            "add `{}` to tests/vectors/codes.lock: from then on it stays",
            code.as_str()
        );
    }
    assert_eq!(locked.len(), Code::ALL.len());
}
