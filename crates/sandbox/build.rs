//! Builds the runner as a static program and leaves its path to the crate, which carries it into the image.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "x86_64-unknown-linux-gnu";
/// What cargo tells a build script about the outer build, and what must not reach the inner one.
const OUTER_SETTINGS: [&str; 8] = [
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_TARGET_DIR",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOCFLAGS",
];

fn main() {
    let manifest_dir = PathBuf::from(
        env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest directory"),
    );
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output directory"));
    let root = manifest_dir.join("../..");
    for watched in [
        "crates/runner",
        "crates/runner-protocol",
        "Dockerfile",
        "rust-toolchain.toml",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let target_dir = out_dir.join("runner");
    build(&root, &target_dir);
    let runner = target_dir.join(TARGET).join("release/synthsmith-runner");
    println!("cargo::rustc-env=SYNTHSMITH_RUNNER={}", runner.display());
    println!(
        "cargo::rustc-env=SYNTHSMITH_ZYGOTE={}",
        root.join("crates/runner/src/zygote/zygote.py").display()
    );
    println!(
        "cargo::rustc-env=SYNTHSMITH_DOCKERFILE={}",
        root.join("Dockerfile").display()
    );
}

fn build(root: &Path, target_dir: &Path) {
    let cargo = env::var_os("CARGO").expect("cargo names itself");
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .args([
            "build",
            "--release",
            "--package",
            "synthsmith-runner",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(target_dir)
        // Without a dynamic linker the runner starts faster and needs nothing from the image.
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2")
        .env("CARGO_PROFILE_RELEASE_PANIC", "abort");
    for setting in OUTER_SETTINGS {
        command.env_remove(setting);
    }
    let status = command.status().expect("cargo can be started");
    assert!(status.success(), "the runner does not build");
}
