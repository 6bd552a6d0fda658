//! A folder of `NAME.in` with `NAME.out` or `NAME.ans`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Suite, Test, natural};
use crate::reading;

const INPUT: &str = "in";
const ANSWERS: [&str; 2] = ["out", "ans"];

/// The files of a test, by extension.
type Files = BTreeMap<String, PathBuf>;

/// Reads the tests in the natural order of their names.
pub(super) fn read(folder: &Path, suite: &mut Suite) -> Result<(), String> {
    let mut tests: Vec<(String, Files)> = files(folder)?.into_iter().collect();
    tests.sort_by(|(one, _), (other, _)| natural::compare(one, other));
    for (name, files) in tests {
        let (input, answer) = pair(&name, &files)?;
        let content = |path: &Path| {
            reading::file(path, suite.bounds.part_bytes).map_err(|error| error.to_string())
        };
        let test = Test {
            input: content(input)?,
            expected_output: content(answer)?,
            name: name.clone(),
        };
        suite.add(&name, test)?;
    }
    Ok(())
}

/// The files of the folder that belong to tests, by the tests' names.
fn files(folder: &Path) -> Result<BTreeMap<String, Files>, String> {
    let mut tests: BTreeMap<String, Files> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else {
            continue;
        };
        if extension != INPUT && !ANSWERS.contains(&extension) {
            continue;
        }
        let name = path.file_stem().and_then(|stem| stem.to_str());
        let Some(name) = name else {
            return Err(format!("{} has a name that is not UTF-8", path.display()));
        };
        // A pipe would keep us waiting.
        if !path.is_file() {
            return Err(format!("{name}.{extension} is not a file"));
        }
        let files = tests.entry(name.to_owned()).or_default();
        files.insert(extension.to_owned(), path);
    }
    Ok(tests)
}

/// The input and the answer of a test.
fn pair<'a>(name: &str, files: &'a Files) -> Result<(&'a Path, &'a Path), String> {
    let answers: Vec<&PathBuf> = ANSWERS.iter().filter_map(|end| files.get(*end)).collect();
    match (files.get(INPUT), answers.as_slice()) {
        (Some(input), [answer]) => Ok((input, answer)),
        (None, _) => {
            let [out, ans] = ANSWERS;
            let end = if files.contains_key(out) { out } else { ans };
            Err(format!("{name}.{end} has no {name}.in"))
        }
        (Some(_), []) => Err(format!("{name}.in has no {name}.out and no {name}.ans")),
        (Some(_), _) => Err(format!(
            "{name}.in has two answers, {name}.out and {name}.ans"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BOUNDS, Bounds};
    use super::*;

    fn read_folder(names: &[&str], bounds: Bounds) -> Result<Vec<Test>, String> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let mut suite = Suite::new(bounds);
        read(folder.path(), &mut suite).map(|()| suite.tests)
    }

    #[test]
    fn tests_come_in_the_order_of_their_numbers_and_other_files_do_not_matter() {
        let names = [
            "10.in", "10.out", "2.in", "2.ans", "1.in", "1.out", "x.txt", "README", ".in",
        ];
        let tests = read_folder(&names, BOUNDS).unwrap();
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(names, ["1", "2", "10"]);
        assert_eq!(tests[1].input, b"2.in");
        assert_eq!(tests[1].expected_output, b"2.ans");
    }

    #[test]
    fn what_lacks_its_other_half_is_named() {
        let table: [(&[&str], &str); 5] = [
            (&["1.in", "1.out", "2.in"], "2.in has no 2.out and no 2.ans"),
            (&["1.out"], "1.out has no 1.in"),
            (&["1.ans"], "1.ans has no 1.in"),
            (&["1.in", "1.out", "1.ans"], "1.in has two answers"),
            (&["a.b.in"], "a.b.in has no a.b.out"),
        ];
        for (names, problem) in table {
            let refused = read_folder(names, BOUNDS).unwrap_err();
            assert!(refused.starts_with(problem), "{refused}");
        }
    }

    #[test]
    fn a_large_file_is_refused_unread() {
        let bounds = Bounds {
            part_bytes: 4,
            ..BOUNDS
        };
        let refused = read_folder(&["1.in", "1.out"], bounds).unwrap_err();
        assert!(
            refused.ends_with("1.out is larger than 4 bytes"),
            "{refused}"
        );
    }

    #[test]
    fn a_folder_with_the_name_of_a_test_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("1.in")).unwrap();
        let refused = read(folder.path(), &mut Suite::new(BOUNDS)).unwrap_err();
        assert_eq!(refused, "1.in is not a file");
    }
}
