//! Replies in the shapes that models really give, each with what it holds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use synthsmith_reply::{Error, Language, Reply};

const SUM_PY: &str = "import sys\nprint(sum(map(int, sys.stdin.read().split()[1:])))\n";
const SUM_CPP: &str = "#include <iostream>\nint main() {\n    long long n, x, s = 0;\n    \
                       for (std::cin >> n; std::cin >> x;) s += x;\n    std::cout << s << '\\n';\n}\n";
const FENCE_PY: &str = "\"\"\"\n```\n3\n1 2 3\n```\n\"\"\"\nimport sys\nprint(sum(map(int, sys.stdin.read().split()[1:])))\n";
const SUM_JSON: &str = r##"{"question":"# Sum\n\nGiven n numbers, print their sum.","notes":[]}"##;
const FENCE_JSON: &str = r##"{"question":"# Sum\n\n```\n3\n1 2 3\n```\n\nprints {6}.","notes":["a \"quoted\" brace }"]}"##;

/// What the fixture is asked for, and what that is to be: the thing itself, or an error's name.
enum Case {
    Python(&'static str, Result<&'static str, &'static str>),
    Cpp(&'static str, Result<&'static str, &'static str>),
    Json(&'static str, Result<&'static str, &'static str>),
}
use Case::{Cpp, Json, Python};

const CASES: &[Case] = &[
    Python("r1_think_then_code", Ok(SUM_PY)),
    Python("r1_without_opening_tag", Ok(SUM_PY)),
    Python("r1_drafts_code_while_thinking", Ok(SUM_PY)),
    Python("r1_thinking_cut_by_the_token_limit", Err("truncated")),
    Python("r1_answer_tags", Ok(SUM_PY)),
    Python("r1_answer_tag_never_closed", Err("truncated")),
    Python("qwen3_empty_thinking", Ok(SUM_PY)),
    Python("qwen3_approach_headings_and_complexity", Ok(SUM_PY)),
    Python(
        "qwq_thinks_in_prose_and_shows_two_versions",
        Err("several_blocks"),
    ),
    Python("gpt4o_heres_the_solution", Ok(SUM_PY)),
    Python("gpt4o_code_with_sample_run", Ok(SUM_PY)),
    Python("gpt4o_sample_in_an_untagged_block", Err("several_blocks")),
    Python("gpt4o_how_to_run_it", Ok(SUM_PY)),
    Python("gpt5_bare_code_block", Ok(SUM_PY)),
    Python("gpt5_code_without_any_fence", Err("no_code")),
    Python("o_series_untagged_block", Ok(SUM_PY)),
    Cpp("o_series_reasoning_summary_then_cpp", Ok(SUM_CPP)),
    Cpp("o_series_cpp_with_standard_in_the_tag", Ok(SUM_CPP)),
    Python("claude_thinking_tags", Ok(SUM_PY)),
    Python("claude_preamble_before_thinking", Ok(SUM_PY)),
    Python("claude_numbered_list_with_code", Ok(SUM_PY)),
    Python("claude_python_and_cpp_side_by_side", Err("several_blocks")),
    Python("claude_artifact_style_four_backticks", Ok(SUM_PY)),
    Python("llama_tildes", Ok(SUM_PY)),
    Python("code_with_a_fence_inside_a_longer_one", Ok(FENCE_PY)),
    Python("pandoc_attributes", Ok(SUM_PY)),
    Python("title_in_the_tag", Ok(SUM_PY)),
    Python("windows_line_ends", Ok(SUM_PY)),
    Python("byte_order_mark_before_thinking", Ok(SUM_PY)),
    Python("code_cut_by_the_token_limit", Err("truncated")),
    Python("asked_for_python_got_java", Err("wrong_language")),
    Python("asked_for_python_got_only_output", Err("wrong_language")),
    Cpp("gpt5_bare_code_block", Err("wrong_language")),
    Python("empty_code_block", Err("no_code")),
    Python("html_code_element", Err("no_code")),
    Python("only_thinking_no_answer", Err("no_answer")),
    Python("refusal_gpt", Err("refused")),
    Json("refusal_gpt", Err("refused")),
    Python("refusal_claude_with_typographic_quotes", Err("refused")),
    Json("refusal_after_thinking", Err("refused")),
    Json("json_alone", Ok(SUM_JSON)),
    Json("json_pretty_in_a_fence", Ok(SUM_JSON)),
    Json("json_between_begin_and_end", Ok(SUM_JSON)),
    Json("json_in_prose", Ok(SUM_JSON)),
    Json("json_after_thinking_with_a_draft", Ok(SUM_JSON)),
    Json("json_in_an_untagged_fence", Ok(SUM_JSON)),
    Json("json_with_fences_in_its_strings", Ok(FENCE_JSON)),
    Json("json_windows_line_ends", Ok(SUM_JSON)),
    Json("json_byte_order_mark", Ok(SUM_JSON)),
    Json("json_cut_by_the_token_limit", Err("truncated")),
    Json("json_cut_between_begin_and_end", Err("truncated")),
    Json("json_twice", Err("several_objects")),
    Json("json_two_fences", Err("several_objects")),
    Json("json_list_of_objects", Err("inside_array")),
    Json("json_trailing_comma", Err("malformed")),
    Json("json_comments", Err("malformed")),
    Json("json_single_quotes", Err("malformed")),
    Json("json_python_literals", Err("malformed")),
    Json("json_not_a_number", Err("malformed")),
    Json("json_duplicate_keys", Err("malformed")),
    Json("json_duplicate_keys_deep_down", Err("malformed")),
    Json("json_raw_line_break_in_a_string", Err("malformed")),
    Json("json_expression_instead_of_a_value", Err("malformed")),
    Json("json_ellipsis", Err("malformed")),
    Json("json_asked_but_prose_given", Err("no_object")),
    Json("gpt5_bare_code_block", Err("no_object")),
];

impl Case {
    fn name(&self) -> &'static str {
        let (Python(name, _) | Cpp(name, _) | Json(name, _)) = self;
        name
    }

    fn want(&self) -> Result<&'static str, &'static str> {
        let (Python(_, want) | Cpp(_, want) | Json(_, want)) = self;
        *want
    }

    fn taken_from(&self, reply: &Reply) -> Result<String, Error> {
        match self {
            Python(..) => reply.code_block(Language::Python),
            Cpp(..) => reply.code_block(Language::Cpp),
            Json(..) => reply
                .json_object()
                .map(|object| serde_json::to_string(&object).unwrap()),
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap()
}

#[test]
fn every_fixture_holds_what_it_should() {
    for case in CASES {
        let reply = Reply::read(&fixture(case.name()), "");
        let got = case.taken_from(&reply);
        let got = got.as_ref().map(String::as_str).map_err(Error::name);
        assert_eq!(got, case.want(), "{}", case.name());
    }
}

#[test]
fn every_fixture_is_used() {
    let used: BTreeSet<String> = CASES
        .iter()
        .map(|case| format!("{}.txt", case.name()))
        .collect();
    let files = std::fs::read_dir(folder()).unwrap();
    let there: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(used, there);
    assert!(there.len() >= 45);
}

#[test]
fn reasoning_given_apart_leaves_the_content_to_the_answer() {
    let reply = Reply::read(&fixture("gpt5_bare_code_block"), "I add them up.\n");
    assert_eq!(reply.reasoning(), "I add them up.");
    assert_eq!(reply.code_block(Language::Python).unwrap(), SUM_PY);
    assert!(reply.has_complete_reasoning());
}

#[test]
fn reasoning_that_used_up_all_tokens_leaves_no_answer() {
    let reply = Reply::read("", "Let me think about the first case, which");
    assert_eq!(
        reply.code_block(Language::Python).unwrap_err().name(),
        "no_answer"
    );
}

#[test]
fn reasoning_counts_as_complete_only_when_there_is_some_and_it_ends() {
    for (name, want) in [
        ("r1_think_then_code", true),
        ("r1_without_opening_tag", true),
        ("claude_thinking_tags", true),
        ("r1_thinking_cut_by_the_token_limit", false),
        ("qwen3_empty_thinking", false),
        ("gpt5_bare_code_block", false),
    ] {
        let reply = Reply::read(&fixture(name), "");
        assert_eq!(reply.has_complete_reasoning(), want, "{name}");
    }
}
