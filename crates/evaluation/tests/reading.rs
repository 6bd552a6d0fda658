//! Records of every benchmark, read from small files in their forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};

use synthsmith_evaluation::problem::{CallStyle, Place, Tests};
use synthsmith_evaluation::records::Bounds;
use synthsmith_evaluation::{Benchmark, Error, Problem, Window, files};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn read(name: &str, benchmark: Option<Benchmark>) -> Vec<Result<Problem, Error>> {
    let bounds = Bounds {
        unpacked_bytes: 1 << 20,
        ..Bounds::default()
    };
    files::problems(&path(name), benchmark, bounds)
        .unwrap()
        .collect()
}

fn problems(name: &str) -> Vec<Problem> {
    read(name, None).into_iter().map(Result::unwrap).collect()
}

/// What is read of each record: an id, or what is wrong without the folder.
fn told(name: &str) -> Vec<String> {
    let folder = format!("{}/", path("").display().to_string().trim_end_matches('/'));
    read(name, None)
        .into_iter()
        .map(|found| match found {
            Ok(problem) => problem.id,
            Err(error) => error.to_string().replace(&folder, ""),
        })
        .collect()
}

/// Public and private tests as texts.
fn cases(problem: &Problem) -> [Vec<(&str, &str)>; 2] {
    let Tests::Cases { public, private } = &problem.tests else {
        panic!("{} has a test program", problem.id);
    };
    [public, private].map(|cases| {
        cases
            .iter()
            .map(|case| {
                let text = |bytes| std::str::from_utf8(bytes).unwrap();
                (text(&case.input), text(&case.expected_output))
            })
            .collect()
    })
}

#[test]
fn livecodebench_is_read_in_both_encodings() {
    let problems = problems("livecodebench.jsonl");
    let [plain, packed, function] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert_eq!(
        cases(plain),
        [vec![("2 3\n", "6\n")], vec![("10 10\n", "100\n")]]
    );
    assert_eq!(
        cases(packed)[1],
        [("10 10\n", "100\n"), ("1 ü\n", "0.50\n")]
    );
    assert_eq!(
        (plain.call_style.clone(), plain.platform.as_str()),
        (CallStyle::Stdin, "atcoder")
    );
    let entry_point = function.entry_point().unwrap();
    assert_eq!(
        (entry_point.name.as_str(), entry_point.place),
        ("widestGap", Place::Solution)
    );
    let large = "123456789012345678901234567890";
    let arguments = format!("[{large}, 0]\n\"b\"");
    assert_eq!(
        cases(function)[1],
        [("[]\n\"\"", "0"), (arguments.as_str(), large)]
    );
    let windows = ["v5", "v6", "..2024-06-01", ".."].map(|it| it.parse::<Window>().unwrap());
    let ids = windows.map(|window| {
        let held = problems.iter().filter(|it| window.holds(it));
        held.map(|it| it.id.as_str()).collect::<Vec<_>>()
    });
    let all = vec!["plain", "packed", "function"];
    assert_eq!(ids, [vec!["plain"], vec!["packed"], vec!["function"], all]);
}

#[test]
fn hostile_records_of_livecodebench_are_told_by_line_and_field_and_the_others_are_read() {
    let expected = [
        "field `private_test_cases` holds a pickle that is not one text: it has an instruction that makes no text",
        "field `private_test_cases` would decompress to more than 1048576 bytes",
        "field `private_test_cases` is neither JSON nor Base64",
        "field `private_test_cases` has no tests",
        "field `metadata` is \"__import__('os').x\", which cannot be the name of a function",
        "field `public_test_cases` has a test 0 that reads standard input, but `metadata` names the function \"f\"",
        "field `public_test_cases` has tests that call a function, but `metadata` names none",
        "field `public_test_cases` has a test 0 of the unknown type \"telepathy\"",
        "field `public_test_cases` has a test 0 whose input is not one JSON value a line",
        "field `contest_date` is \"last summer\", which is no date such as 2024-08-01T00:00:00",
        "field `public_test_cases` is missing",
        "field `metadata` holds no JSON that can be read: EOF while parsing an object at line 1 column 1",
        "good",
        "the id \"good\" is that of the record in line 13 already",
        "7",
        "field `question_id` is missing",
        "the record is malformed",
        "the record is malformed",
        "the record is malformed",
    ];
    let told = told("livecodebench_hostile.jsonl");
    assert_eq!(told.len(), expected.len());
    for (line, (told, expected)) in (1..).zip(told.iter().zip(expected)) {
        let is_read = !expected.contains(' ');
        let place = format!("livecodebench_hostile.jsonl:{line}: ");
        let expected = if is_read {
            expected.to_owned()
        } else {
            place + expected
        };
        assert_eq!(*told, expected);
    }
}

#[test]
fn humaneval_has_a_test_program_and_a_reference() {
    let problems = problems("humaneval.jsonl");
    let halve = &problems[0];
    assert_eq!((halve.id.as_str(), problems.len()), ("Own/0", 2));
    assert_eq!(halve.entry_point().unwrap().name, "halve_all");
    let Tests::Program(program) = &halve.tests else {
        panic!("{halve:?}");
    };
    assert_eq!(program.preamble, halve.starter_code);
    assert_eq!(program.steps[1], "check(halve_all)");
    assert!(
        halve.references[0]
            .source
            .ends_with("for value in values]\n")
    );
    let flaws = told("humaneval_hostile.jsonl");
    for (told, words) in flaws.iter().zip([
        "Own/0",
        "`entry_point` is \"f); import os; (\"",
        "`test` has no tests",
        "`prompt` is not a text",
        "`task_id` is empty",
    ]) {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn mbpp_names_the_function_that_its_tests_call() {
    let problems = problems("mbpp.jsonl");
    let name = |problem: &Problem| problem.entry_point().unwrap().name.clone();
    let found: Vec<(String, String)> = problems
        .iter()
        .map(|it| (it.id.clone(), name(it)))
        .collect();
    let expected = [("1", "is_mirrored"), ("2", "way")];
    assert_eq!(
        found,
        expected.map(|(id, name)| (id.to_owned(), name.to_owned()))
    );
    let Tests::Program(program) = &problems[1].tests else {
        panic!("{problems:?}");
    };
    assert_eq!(
        program.steps,
        ["import math", "assert math.isclose(way(3, 4), 5.0)"]
    );
    let flaws = told("mbpp_hostile.jsonl");
    for (told, words) in flaws.iter().zip([
        "`test_list` calls no function that `code` defines",
        "`test_list` has no tests",
        "`test_list` is not a list of texts",
        "`prompt` is missing",
    ]) {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn apps_is_an_array_or_lines_and_keeps_the_digits_of_its_numbers() {
    let apps = problems("apps.json");
    assert_eq!(cases(&apps[0])[1], [("1 2\n", "3\n"), ("3 4", "7\n")]);
    assert_eq!(
        (apps[0].references.len(), apps[0].platform.as_str()),
        (1, "codechef")
    );
    let (number, double) = (
        "1234567890".repeat(6),
        "246913578024691357802469135780".repeat(2),
    );
    assert_eq!(cases(&apps[1])[1], [(number.as_str(), double.as_str())]);
    assert_eq!(apps[1].entry_point().unwrap().place, Place::Solution);
    let taco = problems("taco.jsonl");
    let ids: Vec<&str> = taco.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["0", "1"]);
    assert_eq!(
        (taco[0].platform.as_str(), taco[0].title.as_str()),
        ("geeksforgeeks", "Backwards")
    );
    assert_eq!(taco[1].entry_point().unwrap().place, Place::Module);
    assert_eq!(cases(&taco[1])[1], [("1\n2", "3")]);
}

#[test]
fn hostile_records_of_apps_are_told_by_line_and_field() {
    let told = told("apps_hostile.jsonl");
    for (told, words) in told.iter().zip([
        ":1: field `input_output` has no tests",
        ":2: field `input_output` has no tests",
        ":3: field `input_output` has 1 inputs and 0 outputs",
        ":4: field `input_output` has a test 0 whose input is not a text or a list of lines",
        ":5: field `input_output` holds no JSON that can be read: missing field `outputs`",
        ":6: field `input_output` is \"a b\", which cannot be the name of a function",
        ":7: field `input_output` has a test 0 whose input is not a list of arguments",
        ":8: field `input_output` holds no JSON that can be read",
        ":9: field `solutions` holds no JSON that can be read",
        ":10: field `question` is missing",
    ]) {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(told.len(), 10);
}

#[test]
fn a_data_set_of_ours_is_the_same_as_what_is_exported_of_it() {
    let own = problems("run");
    let exported = problems("exported.jsonl");
    assert_eq!(own.len(), 3);
    for (mut own, exported) in own.into_iter().zip(exported) {
        assert_eq!(exported.benchmark, Benchmark::LiveCodeBench);
        own.benchmark = Benchmark::LiveCodeBench;
        // An export has a date, since the form asks for one, and leaves out tests that are no text.
        own.date = exported.date;
        let Tests::Cases { private, .. } = &mut own.tests else {
            panic!("{own:?}");
        };
        private.retain(|it| std::str::from_utf8(&it.input).is_ok());
        assert_eq!(own, exported);
    }
    let bytes = problems("run").remove(1);
    let Tests::Cases { private, .. } = bytes.tests else {
        panic!("the data set has tests");
    };
    assert_eq!(private[1].input, b"\xff\"");
}

#[test]
fn a_test_of_no_task_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let tasks = std::fs::read_to_string(path("run/data/tasks.jsonl")).unwrap();
    let tests = std::fs::read_to_string(path("run/data/tests.jsonl")).unwrap();
    std::fs::write(data.join("tasks.jsonl"), tasks).unwrap();
    std::fs::write(
        data.join("tests.jsonl"),
        tests.replace("t000004", "t000009"),
    )
    .unwrap();
    let found: Vec<_> = files::problems(folder.path(), None, Bounds::default())
        .unwrap()
        .collect();
    assert_eq!(found.iter().filter(|it| it.is_ok()).count(), 3);
    let stray = found.last().unwrap().as_ref().unwrap_err().to_string();
    assert!(
        stray.contains("tests.jsonl:5: a test of \"t000009\""),
        "{stray}"
    );
    let nothing = files::problems(Path::new("absent"), None, Bounds::default());
    assert!(nothing.is_err_and(|error| error.to_string() == "cannot open absent"));
}

#[test]
fn a_record_of_no_benchmark_is_told_and_one_may_be_named() {
    let told = told("unknown.jsonl");
    assert!(
        told[0].contains("of no known benchmark, it has the fields [\"instruction\", \"output\"]")
    );
    assert_eq!(told[1], "later");
    let lone = read("run/data/tasks.jsonl", None);
    let lone = lone[0].as_ref().unwrap_err().to_string();
    assert!(lone.contains("give the folder instead"), "{lone}");
    let misnamed = read("humaneval.jsonl", Some(Benchmark::Apps));
    let misnamed = misnamed[0].as_ref().unwrap_err().to_string();
    assert!(misnamed.contains("`input_output` is missing"), "{misnamed}");
}

#[test]
fn too_many_tests_are_refused() {
    let bounds = Bounds {
        tests: 1,
        ..Bounds::default()
    };
    let found: Vec<_> = files::problems(&path("livecodebench.jsonl"), None, bounds)
        .unwrap()
        .collect();
    let refused = found[0].as_ref().unwrap_err().to_string();
    assert!(refused.contains("has 2 tests, more than 1"), "{refused}");
}
