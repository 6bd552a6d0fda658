//! Sources that attack the compiler, or surprise it.

use synthsmith_proto::corpus::v1::Verdict;
use tonic::Code;

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, Submission, TLE};

/// Includes what is no header. Success would be a compiler that hangs, or that finds something there.
const INCLUDED: [&str; 9] = [
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/fd/0",
    "/proc/self/environ",
    "/dev/urandom",
    "/etc/shadow",
    "/proc/1/environ",
    "/box/build",
    "/runner",
];

/// Relies on: memory limit, own uid of the compiler, empty stdin of the compiler.
pub(crate) async fn case_49_including_devices_does_not_compile(server: &Server) -> Held {
    for path in INCLUDED {
        let source = format!("#include \"{path}\"\nint main() {{ return planted; }}");
        Submission::cpp(source)
            .test("", "", AC)
            .does_not_compile(server)
            .await
            .map_err(|reason| format!("{path}: {reason}"))?;
    }
    Ok(())
}

/// Explodes in time, in memory or in size. Success would be a compiler that goes on, or a program of gigabytes.
const EXPLOSIONS: [(&str, &str); 11] = [
    (
        "templates without end",
        "template <long n> struct A { static constexpr long v = A<n - 1>::v + A<n - 2>::v + A<n * 3 % 1000003>::v; };\n\
         int main() { return A<1000000>::v; }",
    ),
    (
        "templates that double",
        "template <int n, int m> struct A { using L = typename A<n - 1, 2 * m>::T; using R = typename A<n - 1, 2 * m + 1>::T; struct T : L, R {}; };\n\
         template <int m> struct A<0, m> { struct T {}; };\nint main() { A<24, 1>::T t; }",
    ),
    (
        "constexpr without end",
        "constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) s += i * i % 7; return s; }\n\
         constexpr long g(int n) { return n ? g(n - 1) + g(n - 1) : f(100000); }\nconstexpr long x = g(30);\nint main() { return x; }",
    ),
    (
        "macros that double",
        "#define A x,x,x,x,x,x,x,x,x,x\n#define B A,A,A,A,A,A,A,A,A,A\n#define C B,B,B,B,B,B,B,B,B,B\n#define D C,C,C,C,C,C,C,C,C,C\n\
         #define E D,D,D,D,D,D,D,D,D,D\n#define F E,E,E,E,E,E,E,E,E,E\n#define G F,F,F,F,F,F,F,F,F,F\n#define H G,G,G,G,G,G,G,G,G,G\n\
         int x; int y[] = {H,H,H,H,H,H,H,H,H,H}; int main() {}",
    ),
    (
        "a file that includes itself",
        "#include __FILE__\n#include __FILE__\nint main() {}",
    ),
    (
        "an object of a gigabyte",
        "int a[1 << 28] = {1}; int main() { return a[5]; }",
    ),
    (
        "an object of four gigabytes",
        "int a[1 << 30] = {1}; int main() { return a[5]; }",
    ),
    (
        "a section of four gigabytes",
        "__attribute__((section(\".data\"), aligned(1 << 20))) char a[4L << 30] = {1};\nint main() { return a[5]; }",
    ),
    (
        "space",
        "asm(\".data\\n.fill 2000000000, 8, 1\\n\"); int main() {}",
    ),
    (
        "the kernel's memory",
        "asm(\".data\\n.incbin \\\"/proc/kcore\\\"\\n\"); int main() {}",
    ),
    (
        "zeros without end",
        "asm(\".data\\n.incbin \\\"/dev/zero\\\"\\n\"); int main() {}",
    ),
];

/// Relies on: CPU time and memory of the compiler, fsize rlimit, tmpfs size.
pub(crate) async fn case_50_explosions_of_the_compiler_do_not_compile(server: &Server) -> Held {
    for (what, source) in EXPLOSIONS {
        Submission::cpp(source)
            .test("", "", AC)
            .does_not_compile(server)
            .await
            .map_err(|reason| format!("{what}: {reason}"))?;
    }
    // A literal that Python folds into gigabytes while it compiles.
    for source in ["(".repeat(200_000), format!("x = {}1", "-".repeat(900_000))] {
        Submission::python(source.clone())
            .test("", "", AC)
            .does_not_compile(server)
            .await
            .map_err(|reason| format!("{}: {reason}", &source[..10]))?;
    }
    Ok(())
}

/// A name that doubles with each level, told in one message; and many small messages.
const TALKATIVE: &str = "template <class, class> struct P {};\n\
     template <int n> struct N { using T = P<typename N<n - 1>::T, P<typename N<n - 1>::T, typename N<n - 1>::T>>; };\n\
     template <> struct N<0> { using T = int; };\n\
     template <class T> void f() { T::missing(); }\n\
     int main() { f<N<17>::T>(); }";

/// Relies on: stderr cap, CPU time of the compiler.
pub(crate) async fn case_51_endless_messages_of_the_compiler_are_cut(server: &Server) -> Held {
    let many = "a b;\n".repeat(200_000);
    for source in [TALKATIVE.to_owned(), many] {
        let submission = Submission::cpp(source).test("", "", AC);
        let response = submission.judge(server).await?;
        let length = response.compilation.unwrap_or_default().messages.len();
        require(
            response.verdict == Verdict::Ce as i32 && (1..=16 << 10).contains(&length),
            format!(
                "verdict {} with {length} bytes of messages",
                response.verdict
            ),
        )?;
    }
    Ok(())
}

const TRAP: &str =
    "#include <cstdio>\nint main() { puts(\"right\"); fflush(stdout); __builtin_trap(); }";
const WIDE: &str = r#"
#pragma GCC optimize("O3", "unroll-loops")
#pragma GCC target("avx512f,avx512bw")
#include <immintrin.h>
#include <cstdio>
int main() {
    alignas(64) volatile int in[16];
    for (int i = 0; i < 16; i++) in[i] = i;
    __m512i v = _mm512_load_si512((const void*)in);
    printf("%d\n", _mm512_reduce_add_epi32(_mm512_mullo_epi32(v, v)));
}"#;

/// Relies on: a signal of the program's own is its runtime error.
pub(crate) async fn case_52_instructions_that_the_machine_lacks_are_runtime_errors(
    server: &Server,
) -> Held {
    let has_them = std::fs::read_to_string("/proc/cpuinfo")
        .unwrap()
        .contains("avx512bw");
    let trapped = Submission::cpp(TRAP)
        .test("", "right", RE)
        .judged(server)
        .await?;
    let wide = Submission::cpp(WIDE)
        .test("", "1240", if has_them { AC } else { RE })
        .judged(server)
        .await?;
    let signals = [trapped[0].signal, wide[0].signal];
    let expected = [Some(4), if has_them { None } else { Some(4) }];
    require(signals == expected, format!("{signals:?}"))
}

/// Code that runs before or after `main`, or without it.
const OUTSIDE_MAIN: [(&str, &[Verdict]); 8] = [
    (
        "#include <unistd.h>\n__attribute__((constructor)) void f() { write(1, \"right\", 5); _exit(0); }\nint main() { return 1; }",
        AC,
    ),
    (
        "#include <cstdlib>\n__attribute__((constructor)) void f() { abort(); }\nint main() {}",
        RE,
    ),
    (
        "struct S { S() { for (;;) asm volatile(\"\"); } } s;\nint main() {}",
        TLE,
    ),
    (
        "#include <cstdio>\nstruct S { ~S() { puts(\"right\"); } } s;\nint main() {}",
        AC,
    ),
    (
        "#include <cstdio>\n#include <unistd.h>\nvoid f() { puts(\"right\"); }\nasm(\".section .init_array,\\\"aw\\\"\\n.quad _Z1fv\\n.text\");\nint main() {}",
        AC,
    ),
    (
        "#include <cstdio>\nextern \"C\" void code();\nasm(\".data\\ncode: ret\\n.text\\n\");\nint main() { code(); puts(\"right\"); }",
        RE,
    ),
    (
        "#include <cstdio>\nstatic int early = puts(\"right\");\nint main() { return early < 0; }",
        AC,
    ),
    (
        "#include <cstdio>\n__attribute__((destructor)) void f() { for (;;) asm volatile(\"\"); }\nint main() { puts(\"right\"); }",
        TLE,
    ),
];

/// Relies on: limits hold from the first instruction to the last.
pub(crate) async fn case_53_code_outside_main_is_run_and_judged(server: &Server) -> Held {
    for (source, allowed) in OUTSIDE_MAIN {
        Submission::cpp(source)
            .cpu_ms(500)
            .test("", "right", allowed)
            .judged(server)
            .await
            .map_err(|reason| format!("{source}: {reason}"))?;
    }
    Ok(())
}

/// Sources with no `main`, with two, or with one that is not theirs to define.
const WITHOUT_ONE_MAIN: [&str; 5] = [
    "\n\n// nothing\n",
    "int f() { return 0; }",
    "int main() {}\nint main() {}",
    "int main() {}\nasm(\".globl main\\nmain: ret\\n\");",
    "namespace a { int main() {} }",
];

/// Relies on: nothing but the compiler; a source that is too long is refused before.
pub(crate) async fn case_54_sources_without_one_main_do_not_compile(server: &Server) -> Held {
    for source in WITHOUT_ONE_MAIN {
        Submission::cpp(source)
            .test("", "", AC)
            .does_not_compile(server)
            .await
            .map_err(|reason| format!("{source:?}: {reason}"))?;
    }
    for (language, length) in [
        ("cpp17", 0),
        ("python3", 0),
        ("cpp17", 100 << 20),
        ("python3", 100 << 20),
    ] {
        let submission = Submission::new(language, "/".repeat(length)).test("", "", AC);
        let mut client = server.client.clone();
        let answer = client.judge_program(submission.request());
        let status = answer
            .await
            .map_or_else(|status| status.code(), |_| Code::Ok);
        require(
            status == Code::InvalidArgument,
            format!("a source of {length} bytes is answered with {status:?}"),
        )?;
    }
    Ok(())
}

/// A header may refuse a macro, as long as it always does.
const AC_OR_CE: &[Verdict] = &[Verdict::Ac, Verdict::Ce];
/// What precedes the one header of all, and a program whose answer depends on it.
const BEFORE_THE_HEADER: [(&str, &str, &[Verdict]); 7] = [
    ("", "puts(\"right\");", AC),
    (
        "#define _GLIBCXX_ASSERTIONS\n",
        "std::vector<int> v(1); volatile int i = 5; return v[i];",
        RE,
    ),
    (
        "#define private public\n#define protected public\n",
        "puts(\"right\");",
        AC_OR_CE,
    ),
    ("#define min 3\n", "puts(\"right\");", AC_OR_CE),
    ("#pragma once\n", "puts(\"right\");", AC),
    (
        "#pragma GCC optimize(\"O3,unroll-loops\")\n#pragma GCC target(\"sse4.2,popcnt\")\n",
        "volatile unsigned x = 255; puts(__builtin_popcount(x) == 8 ? \"right\" : \"wrong\");",
        AC,
    ),
    (
        "#include <cstdio>\n#define NDEBUG\n",
        "assert(false); puts(\"right\");",
        AC,
    ),
];

/// Behind a declaration the compiler does not take the precompiled header.
///
/// Relies on: nothing but the compiler.
pub(crate) async fn case_55_the_precompiled_header_changes_no_verdict(server: &Server) -> Held {
    for (before, body, allowed) in BEFORE_THE_HEADER {
        let mut verdicts = Vec::new();
        for declaration in ["", "extern int unused;\n"] {
            let source =
                format!("{before}{declaration}#include <bits/stdc++.h>\nint main() {{ {body} }}");
            let submission = Submission::cpp(source).test("", "right", allowed);
            verdicts.push(submission.judge(server).await?.verdict());
        }
        require(
            verdicts[0] == verdicts[1] && allowed.contains(&verdicts[0]),
            format!("{before:?}: {verdicts:?} and not {allowed:?}"),
        )?;
    }
    Ok(())
}
