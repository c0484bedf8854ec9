use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn names(file: &KeyFile) -> Vec<String> {
    let ring = file.ring().unwrap();
    let entries = ring.entries().iter();
    entries
        .map(|entry| thumbprint_of(&entry.key).as_str().to_owned())
        .collect()
}

#[test]
fn a_key_is_published_before_it_signs_and_until_it_is_retired() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holder.keys");
    let mut file = KeyFile::create(&path, None).unwrap();
    let first = names(&file);
    file.rotate(at(2_000)).unwrap();
    let both = names(&KeyFile::open(&path, None).unwrap());
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    let ring = file.ring().unwrap();
    let signs = |seconds| {
        let key = ring.signer(at(seconds)).unwrap();
        thumbprint_of(key).as_str().to_owned()
    };
    assert_eq!(signs(1_999), both[0]);
    assert_eq!(signs(2_000), both[1]);
    // What signs now, or will, is not taken out.
    assert!(file.retire(&both[0], at(1_999)).is_err());
    assert!(file.retire(&both[1], at(2_000)).is_err());
    assert!(file.retire("nobody", at(2_000)).is_err());
    file.retire(&both[0], at(2_000)).unwrap();
    assert_eq!(names(&KeyFile::open(&path, None).unwrap()), both[1..]);
    assert!(file.rotate(at(2_000)).is_err());
    assert!(KeyFile::create(&path, None).is_err(), "it is overwritten");
}

#[test]
fn an_encrypted_file_opens_with_its_passphrase_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holder.keys");
    let phrase = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let right = phrase("right", "correct horse battery\n");
    let mut file = KeyFile::create(&path, Some(&right)).unwrap();
    file.rotate(at(2_000)).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(ENCRYPTED));
    assert_eq!(names(&KeyFile::open(&path, Some(&right)).unwrap()).len(), 2);
    let wrong = phrase("wrong", "incorrect horse battery");
    for refused in [
        KeyFile::open(&path, None),
        KeyFile::open(&path, Some(&wrong)),
        KeyFile::open(&path, Some(&phrase("short", "horse"))),
        KeyFile::open(&path, Some(&folder.path().join("none"))),
    ] {
        let told = format!("{:#}", refused.unwrap_err());
        assert!(!told.contains("horse"), "{told}");
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_no_file_of_keys_is_refused_and_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("holder.keys");
    for text in [
        "",
        "secret-in-the-wrong-file",
        r#"{"version":1,"keys":[]}"#,
        r#"{"version":2,"keys":[{"seed":"x","signs_from":0}]}"#,
        r#"{"version":1,"keys":[{"seed":"secret","signs_from":"x"}]}"#,
    ] {
        std::fs::write(&path, text).unwrap();
        let told = format!("{:#}", KeyFile::open(&path, None).unwrap_err());
        assert!(!told.contains("secret"), "{told}");
    }
    std::fs::write(
        &path,
        r#"{"version":1,"keys":[{"seed":"secret","signs_from":0}]}"#,
    )
    .unwrap();
    let told = format!(
        "{:#}",
        KeyFile::open(&path, None).unwrap().ring().unwrap_err()
    );
    assert!(!told.contains("secret"), "{told}");
}
