//! Accepted tasks in forms that others read: pure, one entry at a time.

use serde::Serialize;
use serde_json::{Value, json};
use synthsmith_prompt::question;

use crate::args::Format;
use crate::data_set::{Candidates, Entry, Solution};

/// Records of `LiveCodeBench` need a date; ours are of no contest, and nothing measured goes into an export.
const NO_DATE: &str = "1970-01-01T00:00:00";

/// What could not be told in the form that was asked for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Tests whose bytes are no text.
    pub tests: u64,
}

/// The record of an entry.
pub(crate) fn record(
    entry: &Entry,
    format: Format,
    left_out: &mut LeftOut,
) -> anyhow::Result<Value> {
    Ok(match format {
        Format::Livecodebench => problem(entry, left_out)?,
        Format::Messages => {
            let [task, answer] = turns(entry)?;
            json!({"messages": [
                {"role": "user", "content": task},
                {"role": "assistant", "content": answer},
            ]})
        }
        Format::Sharegpt => {
            let [task, answer] = turns(entry)?;
            json!({"conversations": [
                {"from": "human", "value": task},
                {"from": "gpt", "value": answer},
            ]})
        }
    })
}

#[derive(Serialize)]
struct Case<'a> {
    input: &'a str,
    output: &'a str,
    testtype: &'static str,
}

/// As `lcb_runner/benchmarks/code_generation.py` reads it: lists of tests are texts of JSON.
fn problem(entry: &Entry, left_out: &mut LeftOut) -> anyhow::Result<Value> {
    let task = &entry.task;
    let public: Vec<Case<'_>> = task
        .samples
        .iter()
        .map(|sample| case(&sample.input, &sample.output))
        .collect();
    let private: Vec<Case<'_>> = entry
        .tests
        .iter()
        .filter_map(|test| Some(case(test.input.as_deref()?, test.output.as_deref()?)))
        .collect();
    left_out.tests += (entry.tests.len() - private.len()) as u64;
    Ok(json!({
        "question_title": title(&task.statement).unwrap_or(&task.id),
        "question_content": task.statement,
        "platform": task.style,
        "question_id": task.id,
        "contest_id": "synthsmith",
        "contest_date": NO_DATE,
        // All styles read standard input.
        "starter_code": "",
        "difficulty": difficulty(&task.candidates),
        "public_test_cases": serde_json::to_string(&public)?,
        "private_test_cases": serde_json::to_string(&private)?,
        "metadata": "{}",
    }))
}

fn case<'a>(input: &'a str, output: &'a str) -> Case<'a> {
    let testtype = "stdin";
    Case {
        input,
        output,
        testtype,
    }
}

/// The first heading or line in bold.
fn title(statement: &str) -> Option<&str> {
    let line = statement.lines().map(str::trim).find(|it| !it.is_empty())?;
    let title = line.trim_matches(['#', '*', ' ']);
    (title.len() < line.len() && !title.is_empty()).then_some(title)
}

/// By the share of candidates that are right everywhere: those who tried are the only measure that there is.
fn difficulty(candidates: &Candidates) -> &'static str {
    let (right, of) = (candidates.agree_on_all_labels, candidates.run);
    if 3 * right > 2 * of {
        "easy"
    } else if 3 * right > of {
        "medium"
    } else {
        "hard"
    }
}

/// What is asked, and what the golden solution answers.
fn turns(entry: &Entry) -> anyhow::Result<[String; 2]> {
    let golden = entry.solutions.iter().find(|solution| solution.golden);
    let golden = golden.ok_or_else(|| {
        anyhow::anyhow!(
            "{} has no golden solution in solutions.jsonl",
            entry.task.id
        )
    })?;
    let (name, tag) = language(golden);
    let task = question(&entry.task.statement, name);
    Ok([task, answer(golden, tag)])
}

fn answer(golden: &Solution, tag: &str) -> String {
    let fence = fence(&golden.source);
    let code = format!("{fence}{tag}\n{}\n{fence}", golden.source.trim_end());
    if golden.reasoning.trim().is_empty() {
        return code;
    }
    format!("<think>\n{}\n</think>\n\n{code}", golden.reasoning.trim())
}

/// Longer than any that the program holds.
fn fence(source: &str) -> String {
    let longest = source
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    "`".repeat(3.max(longest + 1))
}

fn language(solution: &Solution) -> (&str, &str) {
    match solution.language.as_str() {
        "python3" => ("Python 3", "python"),
        "cpp17" => ("C++17", "cpp"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(source: &str, reasoning: &str) -> Entry {
        let read = |value: Value| serde_json::from_value(value).unwrap();
        Entry {
            task: serde_json::from_value(json!({
                "task_id": "t000001", "style": "codeforces", "statement": "# Double it\n\nRead n.",
                "samples": [{"input": "1\n", "output": "2\n"}],
                "candidates": {"run": 8, "agree_on_all_labels": 4},
            }))
            .unwrap(),
            solutions: vec![
                read(json!({"task_id": "t000001", "filtered_out": "no_code"})),
                read(json!({
                    "task_id": "t000001", "golden": true, "language": "python3",
                    "source": source, "reasoning": reasoning,
                })),
            ],
            tests: vec![
                serde_json::from_value(
                    json!({"task_id": "t000001", "input": "2\n", "output": "4\n"}),
                )
                .unwrap(),
                serde_json::from_value(
                    json!({"task_id": "t000001", "input_base64": "/w==", "output": "4\n"}),
                )
                .unwrap(),
            ],
        }
    }

    #[test]
    fn a_problem_has_its_tests_as_texts_and_says_what_it_cannot_hold() {
        let mut left_out = LeftOut::default();
        let record = record(&entry("x", ""), Format::Livecodebench, &mut left_out).unwrap();
        assert_eq!(record["question_title"], "Double it");
        assert_eq!(record["difficulty"], "medium");
        let cases =
            |name: &str| -> Value { serde_json::from_str(record[name].as_str().unwrap()).unwrap() };
        assert_eq!(
            cases("private_test_cases"),
            json!([{"input": "2\n", "output": "4\n", "testtype": "stdin"}])
        );
        assert_eq!(cases("public_test_cases")[0]["output"], "2\n");
        assert_eq!(cases("metadata"), json!({}));
        assert_eq!(left_out, LeftOut { tests: 1 });
    }

    #[test]
    fn a_chat_is_the_task_and_the_golden_solution_with_what_was_thought() {
        let mut left_out = LeftOut::default();
        let chat = |source, reasoning, format, left_out: &mut LeftOut| {
            record(&entry(source, reasoning), format, left_out).unwrap()
        };
        let messages = chat("print(2)\n", "Twice.", Format::Messages, &mut left_out);
        assert_eq!(
            messages["messages"][1]["content"],
            "<think>\nTwice.\n</think>\n\n```python\nprint(2)\n```"
        );
        let asked = messages["messages"][0]["content"].as_str().unwrap();
        assert!(
            asked.starts_with("# Double it") && asked.contains("Python 3"),
            "{asked}"
        );
        let shared = chat("s = '```'", "", Format::Sharegpt, &mut left_out);
        assert_eq!(
            shared["conversations"][1],
            json!({"from": "gpt", "value": "````python\ns = '```'\n````"})
        );
    }

    #[test]
    fn difficulty_follows_from_those_who_tried() {
        let table = [
            (8, 8, "easy"),
            (6, 9, "medium"),
            (3, 9, "hard"),
            (0, 0, "hard"),
        ];
        for (agree_on_all_labels, run, difficulty) in table {
            let candidates = Candidates {
                run,
                agree_on_all_labels,
            };
            assert_eq!(super::difficulty(&candidates), difficulty, "{candidates:?}");
        }
    }
}
