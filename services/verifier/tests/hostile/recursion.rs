//! Programs that call themselves.

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, RE_OR_MLE, Submission};

const RECURSION_CPP: &str = r#"
#include <cstdio>
__attribute__((noinline)) long depth(long n, volatile long* above) {
    volatile long mine[8] = {n};
    return n == 0 ? *above : depth(n - 1, mine) + (mine[0] - n);
}
int main() {
    long n;
    if (scanf("%ld", &n) == 1) printf("%ld\n", depth(n, &n));
}"#;
const RECURSION_PYTHON: &str = r#"
import sys
way = input()
def frames(n): return 0 if n == 0 else frames(n - 1)
# Each level passes through the interpreter's own stack.
def nested(n): return 0 if n == 0 else next(map(nested, [n - 1]))
if way == "default": frames(-1)
sys.setrecursionlimit(10 ** 9)
if way == "deep": frames(50_000)
if way == "frames": frames(-1)
if way == "deep-stack": nested(50_000)
if way == "stack": nested(-1)
print("right")
"#;

/// Relies on: stack limit raised.
pub(crate) async fn case_25_deep_recursion_is_fine(server: &Server) -> Held {
    Submission::cpp(RECURSION_CPP)
        .cpu_ms(5_000)
        .memory_mib(256)
        .test("1000000", "1", AC)
        .judged(server)
        .await?;
    Submission::python(RECURSION_PYTHON)
        .cpu_ms(5_000)
        .memory_mib(256)
        .test("deep", "right", AC)
        .test("deep-stack", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Relies on: the stack ends before the memory does.
pub(crate) async fn case_25_endless_recursion_on_the_stack_is_a_crash(server: &Server) -> Held {
    let outcomes = Submission::cpp(RECURSION_CPP)
        .cpu_ms(5_000)
        .memory_mib(256)
        .test("1000000000000", "1", RE)
        .judged(server)
        .await?;
    require(
        outcomes[0].signal == Some(11),
        format!("endless recursion ends by {:?}", outcomes[0].signal),
    )
}

/// Since Python 3.11 a call from Python to Python takes no stack, so that it uses up the memory instead. One that passes
/// through C takes both, and either may end first.
///
/// Relies on: memory limit.
pub(crate) async fn case_25_endless_recursion_of_python_is_stopped(server: &Server) -> Held {
    Submission::python(RECURSION_PYTHON)
        .cpu_ms(5_000)
        .memory_mib(256)
        .test("default", "right", RE)
        .test("frames", "right", RE_OR_MLE)
        .test("stack", "right", RE_OR_MLE)
        .test("good", "right", AC)
        .judged(server)
        .await
        .map(drop)
}
