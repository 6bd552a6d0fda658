//! Every row of the table runs, and so do an operator's.

use std::time::Duration;

use bollard::query_parameters::{ListImagesOptions, RemoveImageOptions, TagImageOptionsBuilder};
use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, Ok};
use synthsmith_sandbox::{Config, DockerSandbox, Error, Job, Language, Limits, Sandbox as _};

use crate::life::docker;
use crate::runs::{Ran, job, sandbox, sandbox_with};

const C: &str = r#"
#include <math.h>
#include <stdio.h>
int main(void) { double x; scanf("%lf", &x); printf("%.0f\n", 2 * sqrt(x * x)); }"#;
const CPP: &str = r"
#include <bits/stdc++.h>
int main() { long long x; std::cin >> x; std::cout << 2 * x << '\n'; }";
const CPP20: &str = r"
#include <bits/stdc++.h>
int main() {
    long long x; std::cin >> x;
    auto doubled = std::views::iota(0, 2) | std::views::transform([x](int) { return x; });
    std::cout << std::accumulate(doubled.begin(), doubled.end(), 0LL) << '\n';
}";
const PYTHON: &str = "print(int(input()) * 2)";

#[tokio::test]
async fn every_language_says_hello_and_refuses_what_it_cannot_read() {
    let Some(sandbox) = sandbox("every_language_says_hello").await else {
        return;
    };
    let sources = [
        ("c17", C),
        ("cpp17", CPP),
        ("cpp20", CPP20),
        ("pypy3", PYTHON),
        ("python3", PYTHON),
    ];
    let told: Vec<String> = Language::table().into_keys().collect();
    assert_eq!(told, sources.map(|(language, _)| language));
    for (language, source) in sources {
        let ran = Ran::on(&sandbox, job(language, source), ["1", "21"]).await;
        assert!(
            ran.compilation.succeeded,
            "{language}: {:?}",
            ran.compilation
        );
        assert_eq!(ran.statuses(), [Ok, Ok], "{language}: {:?}", ran.outcomes);
        assert_eq!(ran.outputs(), ["2\n", "42\n"], "{language}");
        let broken = Ran::on(&sandbox, job(language, "int main( {"), [""]).await;
        assert!(!broken.compilation.succeeded, "{language}");
        assert!(!broken.compilation.messages.is_empty(), "{language}");
    }
    sandbox.close().await;
}

#[tokio::test]
async fn sets_of_either_python_print_in_the_same_order_every_time() {
    let Some(sandbox) = sandbox("sets_of_either_python_print_in_the_same_order").await else {
        return;
    };
    let source = "print({str(i) for i in range(50)}, hash('x'))";
    for language in ["python3", "pypy3"] {
        let mut outputs = Ran::on(&sandbox, job(language, source), ["", ""])
            .await
            .outputs();
        outputs.extend(
            Ran::on(&sandbox, job(language, source), [""])
                .await
                .outputs(),
        );
        assert!(outputs[0].len() > 100);
        outputs.dedup();
        assert_eq!(outputs.len(), 1, "{language}");
    }
    sandbox.close().await;
}

#[tokio::test]
async fn the_factors_of_a_language_give_its_programs_more() {
    let Some(sandbox) = sandbox("the_factors_of_a_language_give_its_programs_more").await else {
        return;
    };
    let source =
        "import time\nwhile time.process_time() < 0.6: pass\nprint(len(bytearray(100 << 20)))";
    let plain = Job {
        limits: Limits::new(Duration::from_millis(300), 64 << 20),
        ..job("python3", source)
    };
    let mut generous = plain.clone();
    generous.language.cpu_time_factor = 5.0;
    generous.language.memory_factor = 4.0;
    assert_eq!(
        Ran::on(&sandbox, plain, [""]).await.statuses(),
        [CpuTimeExceeded]
    );
    let ran = Ran::on(&sandbox, generous, [""]).await;
    assert_eq!(ran.outputs(), ["104857600\n"], "{:?}", ran.outcomes);
    sandbox.close().await;
}

#[tokio::test]
async fn programs_run_in_an_image_of_the_operators_that_has_nothing_of_ours() {
    let test = "programs_run_in_an_image_of_the_operators";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let image = format!("operator-of-{}:latest", std::process::id());
    name_our_image(&image).await;
    let row = Language {
        image: Some(image.clone()),
        ..Language::python3()
    };
    let rows = [("mine".to_owned(), row.clone())].into();
    sandbox.check_images(&rows).await.unwrap();
    let in_it = Job {
        language: row,
        ..job("python3", PYTHON)
    };
    for _ in 0..2 {
        let ran = Ran::on(&sandbox, in_it.clone(), ["4"]).await;
        assert_eq!(ran.outputs(), ["8\n"]);
    }
    let usual = Ran::on(&sandbox, job("python3", PYTHON), ["5"]).await;
    assert_eq!(usual.outputs(), ["10\n"]);
    sandbox.close().await;
    let untagged = docker()
        .await
        .remove_image(&image, None::<RemoveImageOptions>, None)
        .await;
    untagged.unwrap();
}

/// Gives the default image another name, by which it is an operator's.
async fn name_our_image(image: &str) {
    let docker = docker().await;
    let images = docker.list_images(None::<ListImagesOptions>).await.unwrap();
    let ours = images
        .iter()
        .flat_map(|image| &image.repo_tags)
        .find(|tag| tag.starts_with("synthsmith-sandbox:"))
        .unwrap();
    let (name, tag) = image.split_once(':').unwrap();
    let options = TagImageOptionsBuilder::default()
        .repo(name)
        .tag(tag)
        .build();
    docker.tag_image(ours, Some(options)).await.unwrap();
}

#[tokio::test]
async fn a_missing_image_is_told_with_the_row_that_names_it() {
    let Some(sandbox) = sandbox("a_missing_image_is_told_with_the_row_that_names_it").await else {
        return;
    };
    let row = Language {
        image: Some("nobody/has-this:1".to_owned()),
        ..Language::python3()
    };
    let rows = [("exotic".to_owned(), row.clone())].into();
    let refused = sandbox.check_images(&rows).await.unwrap_err().to_string();
    assert!(
        refused.contains("languages.exotic") && refused.contains("nobody/has-this:1"),
        "{refused}"
    );
    let error = compile_error(&sandbox, row).await;
    assert!(
        matches!(error, Error::OperatorImageMissing { .. }),
        "{error:?}"
    );
    assert!(!error.is_passing());
    sandbox.close().await;
}

async fn compile_error(sandbox: &DockerSandbox, language: Language) -> Error {
    let job = Job {
        language,
        ..job("python3", PYTHON)
    };
    sandbox.compile(job).await.unwrap_err()
}

#[tokio::test]
async fn a_source_that_lets_the_compiler_wait_forever_does_not_compile() {
    let test = "a_source_that_lets_the_compiler_wait_forever_does_not_compile";
    // The compiler's own end of the pipe to the assembler: nobody ever closes it.
    let source = "#include \"/proc/self/fd/1\"\nint main() {}";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let ran = Ran::on(&sandbox, job("cpp17", source), [""]).await;
    assert_eq!(ran.compilation.messages, b"the compilation stood still\n");
    assert!(!ran.compilation.succeeded);
    let good = Ran::on(&sandbox, job("python3", PYTHON), ["1"]).await;
    assert_eq!(good.outputs(), ["2\n"]);
    sandbox.close().await;
}

#[tokio::test]
async fn a_compilation_that_the_clock_ends_says_nothing_about_the_source() {
    let test = "a_compilation_that_the_clock_ends_says_nothing_about_the_source";
    // Up before it is seen that nothing in the container can go on.
    let config = Config {
        compile_cpu_ms: 300,
        ..Config::default()
    };
    let Some(sandbox) = sandbox_with(test, config).await else {
        return;
    };
    let waits = job("cpp17", "#include \"/proc/self/fd/1\"\nint main() {}");
    let error = sandbox.compile(waits).await.unwrap_err();
    assert!(matches!(error, Error::CompilationStalled(_)), "{error:?}");
    sandbox.close().await;
}
