//! `/run_code`, with the bodies of verl's client.

use serde_json::{Value, json};
use synthsmith_verifier::Config;

use super::{brisk, brisk_in_cells, with_engine};

fn body(language: &str, code: &str, stdin: &Value) -> Value {
    json!({"compile_timeout": 10, "run_timeout": 5, "code": code, "stdin": stdin, "memory_limit_MB": 1024,
        "language": language, "files": {}, "fetch_files": []})
}

const CPP: &str =
    "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }";

const SUM: &str = "print(sum(map(int, input().split())))";
const REST: &str = "import sys; print([sys.stdin.read()])";

/// Language, code, input; the status, the compiler's return code, and of the run status, return code and output.
#[rustfmt::skip]
fn table() -> Value {
    json!([
        ["python", SUM, "3 4\n", "Success", null, "Finished", 0, "7\n"],
        ["python", REST, null, "Success", null, "Finished", 0, "['']\n"],
        ["python", "print(1); exit(3)", "", "Failed", null, "Finished", 3, "1\n"],
        ["python", "def f(:", "", "Failed", null, "Finished", 1, ""],
        ["python", "while True: pass", "", "Failed", null, "TimeLimitExceeded", null, ""],
        ["python", "import os; os.kill(os.getpid(), 11)", "", "Failed", null, "Finished", -11, ""],
        ["cpp", CPP, "3 4", "Success", 0, "Finished", 0, "7"],
        ["cpp", "int main() { return x; }", "", "Failed", 1, null, null, null],
    ])
}

#[tokio::test]
async fn run_code_says_what_verl_reads() {
    says_what_verl_reads("run_code_says_what_verl_reads", brisk()).await;
}

#[tokio::test]
async fn run_code_says_the_same_of_programs_in_cells() {
    let test = "run_code_says_the_same_of_programs_in_cells";
    says_what_verl_reads(test, brisk_in_cells()).await;
}

async fn says_what_verl_reads(test: &str, config: Config) {
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    for case in table().as_array().unwrap() {
        let (language, code) = (case[0].as_str().unwrap(), case[1].as_str().unwrap());
        let answer = plain.ok("/run_code", &body(language, code, &case[2])).await;
        let (compile, run) = (&answer["compile_result"], &answer["run_result"]);
        let ran = [&run["status"], &run["return_code"], &run["stdout"]];
        let told = json!([
            answer["status"],
            compile["return_code"],
            ran[0],
            ran[1],
            ran[2]
        ]);
        assert_eq!(
            told.as_array().unwrap(),
            &case.as_array().unwrap()[3..],
            "{code}: {answer}"
        );
        assert_eq!(compile.is_null(), case[4].is_null(), "{code}: {answer}");
        let rest = json!([
            answer["message"],
            answer["files"],
            answer["executor_pod_name"]
        ]);
        assert_eq!(rest, json!(["", {}, null]));
    }
    running.drain().await.unwrap();
}

#[tokio::test]
async fn run_code_says_what_else_happens() {
    let test = "run_code_says_what_else_happens";
    let Some((running, plain)) = with_engine(test, brisk()).await else {
        return;
    };
    let syntax = plain
        .ok("/run_code", &body("python", "def f(:", &json!("")))
        .await;
    let stderr = syntax["run_result"]["stderr"].as_str().unwrap();
    assert!(stderr.contains("SyntaxError"), "{stderr}");

    let code = "import sys; sys.stdout.buffer.write(b'7\\xff')";
    let undecodable = plain
        .ok("/run_code", &body("python", code, &json!("")))
        .await;
    assert_eq!(undecodable["status"], "Success");
    let stdout = undecodable["run_result"]["stdout"].as_str().unwrap();
    assert!(stdout.starts_with("[DecodeError]"), "{stdout}");

    let least = json!({"code": "print(1)", "language": "python3", "args": ["-x"], "unknown": {"a": [1]},
        "files": {"a.txt": null}});
    let answer = plain.ok("/run_code", &least).await;
    assert_eq!(
        answer["run_result"]["stdout"], "1\n",
        "what is ignored, and the least"
    );
    running.drain().await.unwrap();
}

#[tokio::test]
async fn run_code_keeps_to_the_limits_that_it_is_given() {
    let test = "run_code_keeps_to_the_limits_that_it_is_given";
    let Some((running, plain)) = with_engine(test, brisk()).await else {
        return;
    };
    let mut hungry = body(
        "python",
        "x = bytearray(300 << 20); print(len(x))",
        &json!(""),
    );
    assert_eq!(plain.ok("/run_code", &hungry).await["status"], "Success");
    hungry["memory_limit_MB"] = json!(128);
    assert_eq!(plain.ok("/run_code", &hungry).await["status"], "Failed");
    hungry["memory_limit_MB"] = json!(-1);
    assert_eq!(plain.ok("/run_code", &hungry).await["status"], "Success");

    let mut sleeper = body("python", "import time; time.sleep(5)", &json!(""));
    sleeper["run_timeout"] = json!(0.5);
    let answer = plain.ok("/run_code", &sleeper).await;
    assert_eq!(
        answer["run_result"]["status"], "TimeLimitExceeded",
        "{answer}"
    );

    let mut bits = body("cpp", "#include <iostream>\nint main() {}", &json!(""));
    bits["compile_timeout"] = json!(0.001);
    let answer = plain.ok("/run_code", &bits).await;
    assert_eq!(
        answer["compile_result"]["status"], "TimeLimitExceeded",
        "{answer}"
    );
    assert_eq!(
        (&answer["status"], &answer["run_result"]),
        (&json!("Failed"), &json!(null))
    );
    running.drain().await.unwrap();
}

#[tokio::test]
async fn run_code_gives_files_and_fetches_what_the_program_leaves() {
    gives_and_fetches(
        "run_code_gives_files_and_fetches_what_the_program_leaves",
        brisk(),
    )
    .await;
}

#[tokio::test]
async fn run_code_does_the_same_with_files_in_cells() {
    gives_and_fetches(
        "run_code_does_the_same_with_files_in_cells",
        brisk_in_cells(),
    )
    .await;
}

/// Changes a file it was given, leaves one, and puts traps in the places of others.
const LEAVES: &str = "
import os, helper
open('data/in.bin', 'ab').write(b'!')
os.mkdir('out')
open('out/left.bin', 'wb').write(helper.twice(open('data/in.bin', 'rb').read()))
os.symlink('/etc/passwd', 'link')
os.mkfifo('pipe')
os.mkdir('directory')
open('closed', 'w').close()
os.chmod('closed', 0)
print(sorted(os.listdir('.')))
";

async fn gives_and_fetches(test: &str, config: Config) {
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    let wanted = [
        "data/in.bin",
        "out/left.bin",
        "link",
        "pipe",
        "directory",
        "closed",
        "absent",
    ];
    let mut request = body("python", LEAVES, &json!(""));
    request["files"] =
        json!({"data/in.bin": "AP8=", "helper.py": BASE64_OF_HELPER, "main.py": "cGFzcw=="});
    request["fetch_files"] = json!(wanted);
    let answer = plain.ok("/run_code", &request).await;
    assert_eq!(answer["status"], "Success", "{answer}");
    let files = json!({"data/in.bin": "AP8h", "out/left.bin": "AP8hAP8h"});
    assert_eq!((&answer["files"], &answer["message"]), (&files, &json!("")));

    let mut including = body(
        "cpp",
        "#include \"n.h\"\n#include <cstdio>\nint main() { std::printf(\"%d\", N); }",
        &json!(""),
    );
    including["files"] = json!({"n.h": "I2RlZmluZSBOIDQyCg=="});
    let answer = plain.ok("/run_code", &including).await;
    assert_eq!(answer["run_result"]["stdout"], "42", "{answer}");
    including["files"] = json!({"n.h": "I2RlZmluZSBOIDQzCg=="});
    let answer = plain.ok("/run_code", &including).await;
    assert_eq!(
        answer["run_result"]["stdout"], "43",
        "a build of other files is another"
    );

    let mut failing = body("python", "open('left', 'w').write('x'); 1 / 0", &json!(""));
    failing["fetch_files"] = json!(["left"]);
    let answer = plain.ok("/run_code", &failing).await;
    let told = (&answer["status"], &answer["files"]);
    assert_eq!(told, (&json!("Failed"), &json!({"left": "eA=="})));

    let mut again = body("python", "import os; print(os.listdir('.'))", &json!(""));
    again["fetch_files"] = json!(["left"]);
    let answer = plain.ok("/run_code", &again).await;
    let told = (&answer["run_result"]["stdout"], &answer["files"]);
    assert_eq!(
        told,
        (&json!("[]\n"), &json!({})),
        "nothing is left of others"
    );
    running.drain().await.unwrap();
}

/// `def twice(text): return text * 2`
const BASE64_OF_HELPER: &str = "ZGVmIHR3aWNlKHRleHQpOiByZXR1cm4gdGV4dCAqIDIK";
