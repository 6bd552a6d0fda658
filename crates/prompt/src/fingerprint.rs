//! The fingerprint of a service's prompts.

/// BLAKE3 of a version and all templates, in hex: two runs whose prompts differ have different
/// fingerprints.
pub fn fingerprint(version: &str, templates: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [&[version], templates].concat() {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    /// Stored runs hold fingerprints, so the digest must not change with the code.
    #[test]
    fn stays_the_same_from_release_to_release() {
        for (templates, expected) in [
            (
                &["b", "cd"][..],
                "97cfa7814c1558c068cdc9957467afbad98732da48075dd82ebb3f38e4203187",
            ),
            (
                &[],
                "84a771bcd285a7901f6d174dc88a4020c6d5719db29ffa407efccf4dfb28824c",
            ),
        ] {
            assert_eq!(fingerprint("a/1", templates), expected, "{templates:?}");
        }
    }

    #[test]
    fn differs_with_the_version_and_each_template() {
        let known = fingerprint("a/1", &["b", "cd"]);
        for (version, templates) in [
            ("a/2", &["b", "cd"][..]),
            ("a/1", &["b", "ce"]),
            ("a/1", &["bc", "d"]),
            ("a/1", &["cd", "b"]),
            ("a/1", &["b"]),
            ("a/1", &["b", "cd", ""]),
        ] {
            assert_ne!(fingerprint(version, templates), known, "{templates:?}");
        }
    }
}
