//! All daemons, each a process of its own.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::Daemon;
use crate::daemon::{binary, free_port};
use crate::python::repository;

/// The daemons that a run and a training need, called before callers.
#[derive(Debug)]
pub struct System {
    daemons: Vec<(&'static str, Daemon, u16)>,
}

impl System {
    /// Starts them all on free ports, with the teacher for a model.
    pub async fn start() -> Self {
        let mut system = Self {
            daemons: Vec::new(),
        };
        let teacher = system.add("teacher", &[]).await + "/v1";
        let gateway = system
            .add("gateway", &[("GATEWAY__ENDPOINT__BASE_URL", &teacher)])
            .await;
        let evolver = [("FEATURE_EVOLVER__GATEWAY_ADDRESS", gateway.as_str())];
        let evolver = system.add("feature-evolver", &evolver).await;
        let tasks = [("TASK_SYNTH__GATEWAY_ADDRESS", gateway.as_str())];
        let tasks = system.add("task-synth", &tasks).await;
        let solver = [("SOLVER__GATEWAY_ADDRESS", gateway.as_str())];
        let solver = system.add("solver", &solver).await;
        let verifier = [("VERIFIER__POOL_SIZE", "1"), ("VERIFIER__HTTP", "false")];
        let verifier = system.add("verifier", &verifier).await;
        let tests = [
            ("TEST_GEN__GATEWAY_ADDRESS", gateway.as_str()),
            ("TEST_GEN__VERIFIER_ADDRESS", verifier.as_str()),
        ];
        let tests = system.add("test-gen", &tests).await;
        let orchestrator = [
            ("ORCHESTRATOR__SERVICES__GATEWAY", gateway.as_str()),
            ("ORCHESTRATOR__SERVICES__FEATURE_EVOLVER", &evolver),
            ("ORCHESTRATOR__SERVICES__TASK_SYNTH", &tasks),
            ("ORCHESTRATOR__SERVICES__SOLVER", &solver),
            ("ORCHESTRATOR__SERVICES__TEST_GEN", &tests),
            ("ORCHESTRATOR__SERVICES__VERIFIER", &verifier),
        ];
        system.add("orchestrator", &orchestrator).await;
        let trainer = [
            ("TRAINER__GATEWAY_ADDRESS", gateway.as_str()),
            ("TRAINER__VERIFIER_ADDRESS", verifier.as_str()),
        ];
        system.add("trainer", &trainer).await;
        system
    }

    /// Starts a daemon; returns its URL.
    async fn add(&mut self, name: &'static str, settings: &[(&str, &str)]) -> String {
        let (port, table) = (free_port(), name.replace('-', "_").to_uppercase());
        let (key, admin) = (
            format!("SERVER__{table}__ADMIN_LISTEN"),
            format!("127.0.0.1:{port}"),
        );
        let mut settings = settings.to_vec();
        settings.push((&key, &admin));
        let daemon = Daemon::start(name, &settings).await;
        let url = format!("http://{}", daemon.authority());
        self.daemons.push((name, daemon, port));
        url
    }

    /// Those that speak gRPC, and the ports of their measures.
    pub fn scraped(&self) -> Vec<(&'static str, u16)> {
        self.daemons
            .iter()
            .map(|(name, _, port)| (*name, *port))
            .collect()
    }

    /// Has the command make a small data set with these services.
    pub async fn run_five_tasks(&self) {
        let place = tempfile::tempdir().unwrap();
        let samples = repository().join("samples");
        let (samples, out) = (samples.to_str().unwrap(), place.path().join("run"));
        let url = self.url("orchestrator");
        let size = "--tasks 5 --candidates 4 --tests 8 --evolution-rounds 1";
        let mut args = vec!["run", "--connect", &url, "--samples", samples];
        args.extend(size.split(' '));
        args.extend(["--out", out.to_str().unwrap()]);
        command(place.path(), &args).await;
    }

    /// Has the command ask this verifier for a verdict.
    pub async fn judge_a_program(&self) {
        let place = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("double.py", "print(2 * int(input()))"),
            ("1.in", "4"),
            ("1.out", "8"),
        ] {
            std::fs::write(place.path().join(name), text).unwrap();
        }
        let url = self.url("verifier");
        command(
            place.path(),
            &["judge", "double.py", ".", "--connect", &url],
        )
        .await;
    }

    /// Has the command train a small model with this trainer and evaluate it there, on a problem that it cannot solve.
    pub async fn train_and_evaluate_a_model(&self) {
        let place = tempfile::tempdir().unwrap();
        let row = r#"{"messages":[{"role":"user","content":"1 + 2"},{"role":"assistant","content":"3"}]}"#;
        std::fs::write(place.path().join("rows.jsonl"), format!("{row}\n")).unwrap();
        let url = self.url("trainer");
        let mut args = vec!["train", "sft", "rows.jsonl", "--connect", &url];
        args.extend("--out trained --steps 3 --sequences 2 --length 64".split(' '));
        command(place.path(), &args).await;

        let problem = json!({
            "task_id": "HumanEval/0",
            "prompt": "def one():\n",
            "canonical_solution": "    return 1\n",
            "test": "def check(candidate):\n    assert candidate() == 1\n",
            "entry_point": "one",
        });
        std::fs::write(place.path().join("problems.jsonl"), problem.to_string()).unwrap();
        let report = std::fs::read(place.path().join("trained/report.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let model = report["job"].as_str().unwrap();
        let mut args = vec!["eval", "problems.jsonl", "--connect", &url];
        args.extend(["--model", model]);
        args.extend("--out evaluated --max-tokens 8".split(' '));
        command(place.path(), &args).await;
        // The same words bring the same report, others are refused there.
        command(place.path(), &args).await;
        args.extend(["--samples", "2"]);
        let other = output_of(place.path(), &args).await;
        let said = String::from_utf8_lossy(&other.stderr);
        assert!(said.contains("another evaluation"), "{said}");
        let report = std::fs::read(place.path().join("evaluated/report.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(
            (&report["samples"], &report["passed"]),
            (&json!(1), &json!(0))
        );
        assert!(place.path().join("evaluated/report.html").exists());
    }

    /// Where a daemon is called.
    pub fn url(&self, name: &str) -> String {
        let (_, daemon, _) = self.daemons.iter().find(|(of, _, _)| *of == name).unwrap();
        format!("http://{}", daemon.authority())
    }
}

async fn command(place: &Path, args: &[&str]) {
    let output = output_of(place, args).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
}

async fn output_of(place: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(binary("synthsmith"));
    command
        .args(args)
        .current_dir(place)
        .output()
        .await
        .unwrap()
}
