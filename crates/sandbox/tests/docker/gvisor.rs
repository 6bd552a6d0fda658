//! Programs under gVisor: the programs' kernel is then another one than the machine's.

use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, MemoryExceeded, Ok};
use synthsmith_sandbox::{Config, DockerSandbox};

use crate::runs::{Ran, job};
use crate::second_engine::SecondEngine;

const PYTHON: &str = "
way = input()
while way == 'spin': pass
if way == 'grow': print(len(bytearray(b'x') * (400 << 20)))
print(way)";
const CPP: &str = r#"
#include <iostream>
#include <vector>
int main() {
    std::string way;
    std::cin >> way;
    while (way == "spin") asm volatile("");
    if (way == "grow") std::cout << std::vector<char>(400 << 20, 'x').size();
    std::cout << way << "\n";
}"#;

pub(crate) async fn gvisor_runs_programs_and_holds_limits(test: &str) {
    let Some(engine) = SecondEngine::start(test, &["runsc"]).await else {
        return;
    };
    let config = Config {
        runtime: "runsc".to_owned(),
        ..engine.config()
    };
    let sandbox = DockerSandbox::open(config).await.unwrap();
    for (language, source) in [("python3", PYTHON), ("cpp17", CPP)] {
        let ways = ["fine", "spin", "grow", "fine"];
        let ran = Ran::on(&sandbox, job(language, source), ways).await;
        assert_eq!(
            ran.statuses(),
            [Ok, CpuTimeExceeded, MemoryExceeded, Ok],
            "{language}: {ran:?}"
        );
        assert_eq!(ran.outputs()[3], "fine\n");
    }
    sandbox.close().await;
}
