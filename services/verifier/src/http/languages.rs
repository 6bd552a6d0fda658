//! The languages by the names that the protocols have for them.

use synthsmith_sandbox::Language;

use crate::Config;

/// The language that a protocol calls so; else the one that the table calls so.
pub(super) fn called<'a>(config: &'a Config, name: &str) -> Option<&'a Language> {
    let ours = match name {
        "python" | "py" => "python3",
        "pypy" => "pypy3",
        "c" => "c17",
        "cpp" | "c++" => "cpp17",
        name => name,
    };
    config.languages.get(ours)
}

/// What is said where there is no such language.
pub(super) fn expected(config: &Config) -> String {
    let ours = config.languages.keys().map(|name| format!("'{name}'"));
    let known: Vec<String> = ours.collect();
    format!(
        "Input should be 'python', 'cpp', 'c', 'pypy' or one of {}",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_has_its_own_names() {
        let config = Config::default();
        let table = [
            ("python", "python3"),
            ("python3", "python3"),
            ("py", "python3"),
            ("cpp", "cpp17"),
            ("c++", "cpp17"),
            ("cpp20", "cpp20"),
            ("c", "c17"),
            ("pypy", "pypy3"),
        ];
        for (name, ours) in table {
            assert_eq!(called(&config, name), config.languages.get(ours), "{name}");
        }
        for name in ["java", "Python", "", "math"] {
            assert_eq!(called(&config, name), None, "{name}");
        }
        assert!(expected(&config).contains("'cpp20'"));
    }
}
