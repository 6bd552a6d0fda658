//! The program that `judge` and `exec` hand to a verifier.

use std::collections::BTreeMap;
use std::path::Path;

use synthsmith_corpus::Limits;
use synthsmith_proto::corpus::v1 as pb;
use synthsmith_sandbox::Language;

use crate::args::ProgramArgs;
use crate::exit::Failure;
use crate::reading;

/// The most that any verifier takes; its own bound is its setting.
const MAX_SOURCE_BYTES: u64 = 2 << 20;

const EXTENSIONS: [(&str, &str); 5] = [
    ("py", "python3"),
    ("cpp", "cpp17"),
    ("cc", "cpp17"),
    ("cxx", "cpp17"),
    ("c", "c17"),
];

/// Reads a program; without a language its extension tells, by the usual ones and then by `rows`.
pub(super) fn read(
    file: &Path,
    language: Option<&str>,
    rows: &BTreeMap<String, Language>,
) -> Result<pb::Program, Failure> {
    let shown = file.display();
    let language = language.map(str::to_owned).or_else(|| told(file, rows));
    let language = language.ok_or_else(|| {
        Failure::Usage(format!(
            "the language of {shown} is unknown; --language names it for the program, an extension for a checker (.py, .cpp, .cc, .cxx, .c)"
        ))
    })?;
    let source = String::from_utf8(reading::file(file, MAX_SOURCE_BYTES)?).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Failure::Usage(format!("{shown} is not UTF-8 text: see byte {place}"))
    })?;
    Ok(pb::Program { language, source })
}

fn told(file: &Path, rows: &BTreeMap<String, Language>) -> Option<String> {
    let extension = file.extension()?.to_str()?;
    if let Some((_, name)) = EXTENSIONS.iter().find(|(known, _)| *known == extension) {
        return Some((*name).to_owned());
    }
    let has_extension = |row: &Language| Path::new(&row.file_name).extension() == file.extension();
    let mut names = rows.iter().filter(|(_, row)| has_extension(row));
    let (name, _) = names.next()?;
    // Two rows for one extension leave it open.
    names.next().is_none().then(|| name.clone())
}

/// The limits that the flags name.
pub(super) fn limits(args: &ProgramArgs) -> pb::Limits {
    let limits = Limits {
        cpu_time: args.cpu,
        wall_time: args.wall,
        memory_bytes: args.memory.map(|mib| mib << 20),
        ..Limits::default()
    };
    limits.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(file_name: &str) -> Language {
        Language {
            file_name: file_name.to_owned(),
            ..Language::python3()
        }
    }

    #[test]
    fn the_extension_tells_the_language_and_a_row_adds_its_own() {
        let rows = BTreeMap::from([
            ("javascript".to_owned(), row("main.js")),
            ("haskell".to_owned(), row("main.hs")),
            ("haskell98".to_owned(), row("main.hs")),
            ("pypy3".to_owned(), row("main.py")),
        ]);
        let table = [
            ("a.py", Some("python3")),
            ("a.b.cpp", Some("cpp17")),
            ("a.c", Some("c17")),
            ("a.js", Some("javascript")),
            ("a.hs", None),
            ("a.rs", None),
            ("a", None),
        ];
        for (file, expected) in table {
            assert_eq!(told(Path::new(file), &rows).as_deref(), expected, "{file}");
        }
    }

    #[test]
    fn refuses_a_file_that_is_no_text_or_of_no_language() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        std::fs::write(&path, b"print(1)\n\xff").unwrap();
        let refused = read(&path, None, &BTreeMap::new()).unwrap_err().to_string();
        assert!(refused.contains("not UTF-8 text: see byte 9"), "{refused}");
        let refused = read(Path::new("a.zig"), None, &BTreeMap::new()).unwrap_err();
        assert!(refused.to_string().contains("--language"), "{refused}");
    }
}
