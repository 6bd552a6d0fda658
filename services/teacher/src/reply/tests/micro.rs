//! The profile `micro` from features to a program.

use super::{ask, json, solve_prompt};
use crate::config::{Config, Mistakes, Profile};
use crate::reply::Reply;
use crate::{micro, truth};
use std::collections::BTreeSet;

fn config(mistakes: Mistakes) -> Config {
    Config {
        profile: Profile::Micro,
        mistakes,
        ..Config::default()
    }
}

fn statement(config: &Config, features: &str, style: &str, sample: i64) -> String {
    let prompt = format!(
        "# Write a task\n<features>\n{features}\n</features>\n<strategy>x</strategy>\n<style>{style}</style>\n"
    );
    json(&ask(config, &prompt, sample))["question"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn every_stage_follows_from_the_one_before() {
    let config = config(Mistakes {
        think: 1.0,
        ..Mistakes::none()
    });
    let tree = r#"{"algorithm": {"sorting": ["quicksort", "merge sort"], "x": ["blockchain"]}, "data_structures": ["hash set", "array", "stack"]}"#;
    for (sample, style) in ["codeforces", "leetcode", "atcoder"]
        .into_iter()
        .enumerate()
    {
        let sample = sample as i64;
        let prompt = format!("# Choose features\n<features>\n{tree}\n</features>\n");
        let chosen = json(&ask(&config, &prompt, sample));
        let selected = chosen["selected_features_tree"].to_string();
        assert!(!selected.contains("blockchain") && selected.contains("potential_use"));
        let question = statement(&config, &selected, style, sample);
        let inputs =
            format!("# Write test inputs\n<task>\n{question}\n</task>\n<count>15</count>\n");
        let cases = json(&ask(&config, &inputs, sample));
        let inputs: BTreeSet<&str> = cases["test_cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["input_string"].as_str().unwrap())
            .collect();
        let outputs: BTreeSet<String> = inputs
            .iter()
            .map(|input| truth(&question, input.as_bytes()).unwrap())
            .collect();
        assert!(inputs.len() >= 12 && outputs.len() >= 3, "{question}");
        let generator = format!("# Write an input generator\n<task>\n{question}\n</task>\n");
        let generator = ask(&config, &generator, sample);
        assert!(generator.content.starts_with("```python\n"));
        let solved = |language| ask(&config, &solve_prompt(&question, language), sample);
        let python = solved("python3");
        assert!(python.reasoning.is_none());
        assert!(
            python.content.starts_with("```python\n"),
            "{}",
            python.content
        );
        assert_eq!(
            python,
            ask(&config, &solve_prompt(&question, "python3"), sample + 1)
        );
        assert!(solved("cpp17").content.starts_with("```cpp\n#include"));
    }
}

/// Each profile solves the tasks of the other one.
#[test]
fn a_task_is_solved_in_either_profile() {
    let question = statement(&config(Mistakes::none()), r#"["array"]"#, "atcoder", 1);
    let prompt = solve_prompt(&question, "python3");
    let standard = ask(&super::faultless(), &prompt, 0);
    assert_eq!(standard, ask(&config(Mistakes::none()), &prompt, 0));
    let other = solve_prompt(
        &super::statement(&super::faultless(), "atcoder", 0),
        "python3",
    );
    let solved = ask(&config(Mistakes::none()), &other, 0);
    assert!(solved.content.contains("```python\n"));
}

#[test]
fn different_features_and_seeds_make_different_tasks() {
    let config = config(Mistakes::none());
    let mut keys = BTreeSet::new();
    for sample in 0..40 {
        for features in [
            r#"["array"]"#,
            r#"["sorting"]"#,
            r#"["filtering", "array"]"#,
        ] {
            keys.insert(micro::key(&statement(&config, features, "codeforces", sample)).unwrap());
        }
    }
    assert!(keys.len() >= 110, "{}", keys.len());
}

#[test]
fn accidents_happen_at_about_their_rates() {
    type Hit = fn(&Reply, &Reply) -> bool;
    let none = Mistakes::none;
    #[rustfmt::skip]
    let cases: [(Mistakes, Hit); 6] = [
        (Mistakes { wrong_independent: 0.5, ..none() }, |reply, right| reply != right),
        (Mistakes { no_code: 0.5, ..none() }, |reply, _| !reply.content.contains("```")),
        (Mistakes { two_blocks: 0.5, ..none() }, |reply, _| reply.content.matches("```").count() == 4),
        (Mistakes { slow: 0.5, ..none() }, |reply, _| reply.content.contains("400000000")),
        (Mistakes { crash: 0.5, ..none() }, |reply, _| reply.content.contains("spare")),
        (Mistakes { syntax: 0.5, ..none() }, |reply, right| reply.content.len() + 1 == right.content.len()),
    ];
    let question = statement(&config(none()), r#"["array"]"#, "codeforces", 1);
    let prompt = solve_prompt(&question, "python3");
    let right = ask(&config(none()), &prompt, 0);
    for (at, (mistakes, is_hit)) in cases.into_iter().enumerate() {
        let config = config(mistakes);
        let is_hit = |sample: &i64| is_hit(&ask(&config, &prompt, *sample), &right);
        let hits = (0..400).filter(is_hit).count();
        assert!((160..240).contains(&hits), "case {at}: {hits}");
    }
}

#[test]
fn a_misleading_task_misleads_the_same_way_each_time() {
    let config = config(Mistakes {
        wrong_shared: 1.0,
        shared_reach: 1.0,
        ..Mistakes::none()
    });
    let question = statement(&config, r#"["array"]"#, "codeforces", 2);
    let prompt = solve_prompt(&question, "python3");
    let wrong = ask(&config, &prompt, 0);
    assert_ne!(wrong, ask(&self::config(Mistakes::none()), &prompt, 0));
    assert!((1..9).all(|sample| ask(&config, &prompt, sample) == wrong));
}

#[test]
fn wrong_samples_and_invalid_inputs_are_wrong_against_the_truth() {
    let config = config(Mistakes {
        wrong_sample: 1.0,
        invalid_inputs: 1.0,
        ..Mistakes::none()
    });
    for sample in 0..20 {
        let question = statement(&config, r#"["array"]"#, "codeforces", sample);
        let shown: Vec<&str> = question.split("```\n").skip(1).step_by(2).collect();
        let is_wrong =
            |pair: &&[&str]| truth(&question, pair[0].as_bytes()).unwrap() != pair[1].trim_end();
        assert_eq!(shown.chunks(2).filter(is_wrong).count(), 1, "{question}");
        let prompt =
            format!("# Write test inputs\n<task>\n{question}\n</task>\n<count>8</count>\n");
        let cases = json(&ask(&config, &prompt, 0));
        let is_invalid = |case: &&serde_json::Value| {
            truth(&question, case["input_string"].as_str().unwrap().as_bytes()).is_none()
        };
        let cases = cases["test_cases"].as_array().unwrap();
        assert_eq!(cases.iter().filter(is_invalid).count(), 2, "{question}");
    }
}
