//! What judges outputs, and functions that are called.

use super::*;
use crate::compare::Rule;
use crate::judge::Checker;

fn judged_by(rule: Option<Wire>, function: &str) -> Result<Judgement<Tests>, Error> {
    judgement(pb::JudgeProgramRequest {
        program: Some(program("python3")),
        tests: tests(1),
        checker: Some(pb::Checker { rule }),
        function: function.to_owned(),
        ..Default::default()
    })
}

#[test]
fn a_checker_is_what_the_request_says_or_the_usual_rule() {
    let comparison = |comparison: pb::Comparison| Some(Wire::Comparison(comparison as i32));
    let tolerance = pb::FloatTolerance {
        absolute: 1e-6,
        relative: 0.0,
    };
    let table = [
        (None, "", Rule::Lines),
        (None, "f", Rule::Json),
        (comparison(pb::Comparison::Unspecified), "", Rule::Lines),
        (comparison(pb::Comparison::Unspecified), "f", Rule::Json),
        (comparison(pb::Comparison::Lines), "f", Rule::Lines),
        (comparison(pb::Comparison::Exact), "", Rule::Exact),
        (comparison(pb::Comparison::Tokens), "", Rule::Tokens),
        (
            comparison(pb::Comparison::UnorderedLines),
            "",
            Rule::UnorderedLines,
        ),
        (comparison(pb::Comparison::Json), "", Rule::Json),
        (
            Some(Wire::Tolerance(tolerance)),
            "",
            Rule::Tolerance {
                absolute: 1e-6,
                relative: 0.0,
            },
        ),
    ];
    for (wire, function, expected) in table {
        let Checker::Rule(rule) = judged_by(wire, function).unwrap().checker else {
            panic!("no program was asked for");
        };
        assert_eq!(rule, expected);
    }
    let program = judged_by(Some(Wire::Program(program("cpp17"))), "").unwrap();
    let Checker::Program(checker) = program.checker else {
        panic!("a program was asked for");
    };
    assert_eq!(checker.limits, Config::default().default_limits());
}

#[test]
fn refuses_a_checker_that_makes_no_sense() {
    let tolerance = |absolute, relative| {
        let tolerance = pb::FloatTolerance { absolute, relative };
        Some(Wire::Tolerance(tolerance))
    };
    let table = [
        (Some(Wire::Comparison(77)), "checker.comparison is 77"),
        (tolerance(-1.0, 0.0), "checker.tolerance absolute"),
        (tolerance(0.0, f64::NAN), "checker.tolerance relative"),
        (
            Some(Wire::Program(program("cobol"))),
            "checker.program.language",
        ),
    ];
    for (rule, field) in table {
        assert_names(&told(judged_by(rule, "")), &[field]);
    }
}

#[test]
fn a_function_needs_a_language_that_can_call_it() {
    let called = judged_by(None, "f").unwrap().program;
    let source = String::from_utf8(called.source.to_vec()).unwrap();
    assert!(source.contains("def f(): pass") && source.len() > "def f(): pass".len());
    let plain = judged_by(None, "").unwrap().program;
    assert_eq!(plain.source, "def f(): pass");

    let mut config = Config::default();
    let mut mute = config.languages["python3"].clone();
    mute.call = None;
    config.languages.insert("mute".to_owned(), mute);
    let request = pb::ExecuteProgramRequest {
        program: Some(program("mute")),
        inputs: vec![Vec::new()],
        function: "f".to_owned(),
        ..Default::default()
    };
    let told = told(Decoder::new(&config, &nothing()).execution(request));
    assert!(
        told.starts_with("function cannot be called in this language, but in "),
        "{told}"
    );
    assert!(told.contains("python3") && !told.contains("mute"), "{told}");
}

#[test]
fn a_function_is_no_keyword_and_not_main() {
    for (name, reason) in [
        ("lambda", "function is a keyword of the language"),
        ("main", "function must not be main"),
    ] {
        assert_names(&told(judged_by(None, name)), &[reason]);
    }
    assert!(
        judged_by(None, "union").is_ok(),
        "a keyword of another language"
    );
}
