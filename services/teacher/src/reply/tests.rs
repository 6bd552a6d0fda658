mod micro;

use super::{Asked, Reply, answer};
use crate::config::{Config, Mistakes};
use crate::truth;
use serde_json::Value;

fn ask(config: &Config, prompt: &str, sample: i64) -> Reply {
    answer(&Asked {
        config,
        conversation: prompt,
        prompt,
        sample,
    })
}

fn faultless() -> Config {
    Config {
        mistakes: Mistakes::none(),
        ..Config::default()
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.content)
        .unwrap_or_else(|error| panic!("{error}: {}", reply.content))
}

fn statement(config: &Config, style: &str, sample: i64) -> String {
    let prompt = format!(
        "# Write a task\nWrite it.\n<features>\n{{\"algorithm\": [\"prefix sums\", \"sorting\", \"shortest path\", \"edit distance\"]}}\n</features>\n<strategy>Together.</strategy>\n<style>{style}</style>\n"
    );
    json(&ask(config, &prompt, sample))["question"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn solve_prompt(statement: &str, language: &str) -> String {
    format!(
        "# Solve a task\nSolve it.\n<task>\n{statement}\n</task>\n<language>{language}</language>\n"
    )
}

#[test]
fn every_stage_follows_from_the_one_before() {
    let config = faultless();
    let code =
        "n = int(input())\na = sorted(map(int, input().split()))\nfor x in a:\n    print(x % 7)\n";
    let tagged = |reply: &Reply| {
        let inner = reply
            .content
            .strip_prefix("<begin>\n")
            .unwrap()
            .strip_suffix("\n<end>")
            .unwrap();
        inner.to_owned()
    };
    let extract =
        format!("# Extract features\n<program language=\"python\">\n{code}\n</program>\n");
    let extracted = tagged(&ask(&config, &extract, 0));
    let evolved = tagged(&ask(
        &config,
        &format!("# Evolve features\n<features>\n{extracted}\n</features>\n"),
        0,
    ));
    let chosen = json(&ask(
        &config,
        &format!("# Choose features\n<features>\n{evolved}\n</features>\n"),
        0,
    ));
    let selected = &chosen["selected_features_tree"];
    assert!(!selected.as_object().unwrap().is_empty(), "{chosen}");
    let write = format!(
        "# Write a task\n<features>\n{selected}\n</features>\n<strategy>x</strategy>\n<style>codeforces</style>\n"
    );
    let question = json(&ask(&config, &write, 0))["question"]
        .as_str()
        .unwrap()
        .to_owned();
    let inputs = format!("# Write test inputs\n<task>\n{question}\n</task>\n<count>15</count>\n");
    let cases = json(&ask(&config, &inputs, 0));
    let cases = cases["test_cases"].as_array().unwrap();
    assert_eq!(cases.len(), 15);
    for case in cases {
        let input = case["input_string"].as_str().unwrap();
        assert!(
            truth(&question, input.as_bytes()).is_some(),
            "{input}\n{question}"
        );
    }
    let solved = ask(&config, &solve_prompt(&question, "python3"), 0).content;
    assert_eq!(solved.matches("```python\n").count(), 1, "{solved}");
}

#[test]
fn content_depends_on_prompt_and_seeds_only() {
    let config = Config::default();
    let prompt = solve_prompt(&statement(&faultless(), "atcoder", 0), "cpp17");
    let first = ask(&config, &prompt, 5);
    assert_eq!(first, ask(&Config::default(), &prompt, 5));
    let contents: std::collections::BTreeSet<String> = (0..20)
        .map(|sample| ask(&config, &prompt, sample).content)
        .collect();
    assert!(contents.len() > 10, "{}", contents.len());
}

#[test]
fn a_misleading_task_misleads_the_same_way_each_time() {
    let mistakes = Mistakes {
        wrong_shared: 1.0,
        shared_reach: 1.0,
        ..Mistakes::none()
    };
    let config = Config {
        mistakes,
        ..Config::default()
    };
    let right = statement(&faultless(), "codeforces", 3);
    let asked = |sample| {
        let prompt = solve_prompt(&right, "python3");
        let asked = Asked {
            config: &config,
            conversation: &prompt,
            prompt: &prompt,
            sample,
        };
        let (task, _) = crate::statement::parse(&right).unwrap();
        super::solution::misled(&asked, &right, || crate::program::shared_faults(&task))
    };
    assert!(asked(0).is_some());
    assert!((1..9).all(|sample| asked(sample) == asked(0)));
}

type Hit = fn(&Reply) -> bool;

#[test]
fn accidents_happen_at_about_their_rates() {
    let none = Mistakes::none;
    #[rustfmt::skip]
    let cases: [(Mistakes, Hit); 6] = [
        (Mistakes { refusal: 0.5, ..none() }, |reply| reply.content.starts_with("I'm sorry")),
        (Mistakes { no_code: 0.5, ..none() }, |reply| !reply.content.contains("```")),
        (Mistakes { two_blocks: 0.5, ..none() }, |reply| reply.content.matches("```").count() == 4),
        (Mistakes { slow: 0.5, ..none() }, |reply| reply.content.contains("400000000")),
        (Mistakes { crash: 0.5, ..none() }, |reply| reply.content.contains("spare")),
        (Mistakes { think: 0.75, ..none() }, |reply| reply.content.starts_with("<think>")),
    ];
    let prompt = solve_prompt(&statement(&faultless(), "codeforces", 1), "python3");
    for (at, (mistakes, is_hit)) in cases.into_iter().enumerate() {
        let config = Config {
            mistakes,
            ..Config::default()
        };
        let hits = (0..400)
            .filter(|sample| is_hit(&ask(&config, &prompt, *sample)))
            .count();
        assert!((160..240).contains(&hits), "case {at}: {hits}");
    }
}

#[test]
fn wrong_samples_and_invalid_inputs_are_wrong_against_the_truth() {
    let mistakes = Mistakes {
        wrong_sample: 1.0,
        invalid_inputs: 1.0,
        ..Mistakes::none()
    };
    let config = Config {
        mistakes,
        ..Config::default()
    };
    for sample in 0..30 {
        let question = statement(&config, "codeforces", sample);
        let input = |part: &str| {
            part.split("Input\n```\n")
                .nth(1)
                .map(|text| text.split("```").next().unwrap().to_owned())
        };
        let examples: Vec<&str> = question.split("\nInput\n```").skip(1).collect();
        let is_wrong = |example: &&str| {
            let input = input(&format!("Input\n```{example}")).unwrap();
            let shown = example
                .split("Output\n```\n")
                .nth(1)
                .unwrap()
                .split("\n```")
                .next()
                .unwrap();
            truth(&question, input.as_bytes()).unwrap() != shown
        };
        assert_eq!(
            examples.iter().filter(|example| is_wrong(example)).count(),
            1,
            "{question}"
        );
        let prompt =
            format!("# Write test inputs\n<task>\n{question}\n</task>\n<count>8</count>\n");
        let cases = json(&ask(&config, &prompt, 0));
        let invalid = cases["test_cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|case| {
                truth(&question, case["input_string"].as_str().unwrap().as_bytes()).is_none()
            });
        assert_eq!(invalid.count(), 2, "{question}");
    }
}

#[test]
fn what_it_cannot_read_gets_a_polite_failure() {
    let config = faultless();
    for prompt in [
        "Hello",
        "# Solve a task\n<task>\nPrint the sum.\n</task>\n<language>python3</language>",
        "# Choose features\n<features>\nnot json\n</features>",
        "# Write a task\n<features>\n{\"a\": [\"blockchain\"]}\n</features>\n<style>atcoder</style>",
    ] {
        assert!(
            ask(&config, prompt, 0).content.starts_with("I'm sorry"),
            "{prompt}"
        );
    }
}
