//! A language that the verifier has never heard of.

use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures::StreamExt as _;
use synthsmith_proto::corpus::v1::{Limits, Verdict};
use synthsmith_testkit::engine_or_skip;

use crate::page;
use crate::verifier::{Source, Verifier};

/// What the page calls the image.
const IMAGE: &str = "synthsmith-example-node:1";
/// What the sandbox's own image is made from, one of which an engine has where a verifier has started.
const BASES: [&str; 2] = ["debian:bookworm-slim", "synthsmith-base:bookworm"];

const READ: &str = "const a = require('fs').readFileSync(0, 'utf8').split(' ').map(Number);";

/// Building the image takes a minute where the engine has not built it before.
#[tokio::test]
async fn long_a_row_and_an_image_add_a_language() {
    if !engine_or_skip("long_a_row_and_an_image_add_a_language") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("verifier.toml");
    std::fs::write(&file, page::block("toml")).unwrap();
    let file = file.to_str().expect("temporary folders have plain names");
    let verifier = Verifier::start(&[("CONFIG", file), ("VERIFIER__POOL_SIZE", "1")]).await;
    build(&page::block("dockerfile")).await;

    judges_programs(&verifier).await;
    calls_functions(&verifier).await;
    keeps_the_other_rows(&verifier).await;
    verifier.end().await;
}

async fn judges_programs(verifier: &Verifier) {
    let programs = [
        ("console.log(a[0] + a[1])", Verdict::Ac),
        ("console.log(a[0] - a[1])", Verdict::Wa),
        ("while (true);", Verdict::Tle),
        ("throw new Error('no');", Verdict::Re),
        (
            "const all = []; while (true) all.push(Buffer.alloc(1 << 20, 1));",
            Verdict::Mle,
        ),
        (
            "const all = []; while (true) all.push([all.length, 'x'.repeat(100)]);",
            Verdict::Mle,
        ),
        (
            "const deep = (n) => n ? 1 + deep(n - 1) : 0; console.log(deep(50000) - 49958)",
            Verdict::Ac,
        ),
        ("console.log(", Verdict::Ce),
    ];
    for (end, verdict) in programs {
        let source = Source {
            language: "javascript",
            function: "",
            text: &format!("{READ}\n{end}"),
        };
        let judged = verifier.judge(source, ("20 22", "42"), limits()).await;
        assert_eq!(judged.verdict(), verdict, "{end}: {judged:?}");
    }
}

async fn calls_functions(verifier: &Verifier) {
    let source = Source {
        language: "javascript",
        function: "join",
        text: "function join(words, glue) { console.log('debug'); return [words.join(glue)]; }",
    };
    let judged = verifier
        .judge(source, ("[\"a\", \"b\"]\n\"-\"", "[\"a-b\"]"), limits())
        .await;
    assert_eq!(judged.verdict(), Verdict::Ac, "{judged:?}");
}

async fn keeps_the_other_rows(verifier: &Verifier) {
    let source = Source {
        language: "python3",
        function: "",
        text: "print(sum(map(int, input().split())))",
    };
    let judged = verifier.judge(source, ("20 22", "42"), limits()).await;
    assert_eq!(judged.verdict(), Verdict::Ac, "{judged:?}");
}

fn limits() -> Limits {
    Limits {
        cpu_time: Some(Duration::from_secs(2).try_into().unwrap()),
        memory_bytes: 128 << 20,
        ..Limits::default()
    }
}

/// As `docker build` would, with what is built upon named, since a machine may have no registry.
async fn build(dockerfile: &str) {
    let docker = Docker::connect_with_defaults().unwrap();
    let mut base = None;
    for image in BASES {
        if base.is_none() && docker.inspect_image(image).await.is_ok() {
            base = Some(image);
        }
    }
    let base = base.expect("a verifier has built its image from one of them");
    let options = BuildImageOptionsBuilder::default()
        .t(IMAGE)
        .buildargs(&[("BASE", base)].into())
        // Engines without a bridge can build with the host's network only.
        .networkmode("host")
        .rm(true)
        .forcerm(true)
        .build();
    let body = bollard::body_full(context(dockerfile).into());
    let mut steps = docker.build_image(options, None, Some(body));
    while let Some(step) = steps.next().await {
        let step = step.unwrap();
        assert!(step.error_detail.is_none(), "{:?}", step.error_detail);
    }
}

fn context(dockerfile: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    archive
        .append_data(&mut header, "Dockerfile", dockerfile.as_bytes())
        .unwrap();
    archive.into_inner().unwrap()
}
