//! Comparing the address in a proof with the configured one (RFC 9449 §4.3, RFC 3986 §6.2.2–3).

use alloc::string::String;

/// Tells whether two addresses name the same resource: without query and fragment, scheme and host
/// compared without case, default ports and the escapes of unreserved characters removed.
///
/// An address with a dot segment, an escaped slash, a user name or a broken escape equals none.
///
/// # Spec
/// §7.2
///
/// # Example
/// ```
/// use phr_link::proof::address::same;
/// assert!(same("HTTPS://Phr.Example:443/records/allergy?x=1#y", "https://phr.example/records/allergy"));
/// assert!(!same("https://phr.example/records/../admin", "https://phr.example/admin"));
/// ```
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    match (normal_form(left), normal_form(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn normal_form(address: &str) -> Option<String> {
    if address.len() > 2_048 || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let address = address.split(['?', '#']).next()?;
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => (rest.get(..at)?, rest.get(at..)?),
        None => (rest, "/"),
    };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    let authority = authority.strip_suffix(':').unwrap_or(authority);
    if authority.is_empty() || authority.contains(['@', '%', '\\']) {
        return None;
    }
    let mut normal = scheme;
    normal.push_str("://");
    normal.push_str(authority);
    for segment in path.split('/').skip(1) {
        let segment = normal_segment(segment)?;
        if segment == "." || segment == ".." {
            return None;
        }
        normal.push('/');
        normal.push_str(&segment);
    }
    Some(normal)
}

fn normal_segment(segment: &str) -> Option<String> {
    let mut normal = String::with_capacity(segment.len());
    let mut letters = segment.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => {
                let high = letters.next()?.to_digit(16)?;
                let low = letters.next()?.to_digit(16)?;
                let byte = u8::try_from(high.wrapping_shl(4) | low).ok()?;
                match byte {
                    // An escaped slash or backslash may become a separator further in.
                    b'/' | b'\\' | 0 => return None,
                    _ if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                        normal.push(char::from(byte));
                    }
                    _ => {
                        normal.push('%');
                        for digit in [high, low] {
                            normal.push(char::from_digit(digit, 16)?.to_ascii_uppercase());
                        }
                    }
                }
            }
            '\\' => return None,
            _ => normal.push(letter),
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn equal_and_unequal_addresses() {
        let base = "https://phr.example/records/allergy";
        for equal in [
            "https://phr.example/records/allergy#x",
            "https://PHR.example:443/records/allergy",
            "https://phr.example/records/%61llergy",
            "https://phr.example/%72ecords/allergy?a=/../b",
        ] {
            assert!(same(equal, base), "{equal}");
        }
        for other in [
            "http://phr.example/records/allergy",
            "https://phr.example/records/allergy/",
            "https://phr.example:444/records/allergy",
            "https://phr.example.evil/records/allergy",
            "https://phr.example/records/Allergy",
            "https://phr.example/records/./allergy",
            "https://phr.example/x/../records/allergy",
            "https://phr.example/x/%2e%2E/records/allergy",
            "https://phr.example/records%2fallergy",
            "https://phr.example/records%5callergy",
            "https://u@phr.example/records/allergy",
            "https://phr.example/records/%zz",
            "/records/allergy",
            "",
        ] {
            assert!(!same(other, base), "{other}");
            assert!(!same(other, other) || other.starts_with("http"), "{other}");
        }
        assert!(
            same("https://h", "https://h/") && same("https://h/%e3%81%82", "https://h/%E3%81%82")
        );
    }
}
