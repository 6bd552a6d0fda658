//! Builds what the crate carries into the image, and leaves the paths to it: the runner as a static program, and the loop
//! of zygotes as a library that needs no other.

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
        "crates/zygote",
        "Dockerfile",
        "rust-toolchain.toml",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let runner = Part {
        package: "synthsmith-runner",
        // Without a dynamic linker the runner starts faster and needs nothing from the image.
        linked: "-C target-feature=+crt-static",
        lto: "off",
        kind: None,
        file: "synthsmith-runner",
    };
    let zygote_loop = Part {
        package: "synthsmith-zygote",
        // A process of its own has as few mappings of it as can be: every fork copies them.
        linked: "-C link-arg=-nostdlib -C link-arg=-Wl,-z,defs,-z,noseparate-code,-z,norelro,--build-id=none",
        // Else the standard library leaves names in it that nobody has.
        lto: "fat",
        kind: Some("cdylib"),
        file: "libsynthsmith_zygote.so",
    };
    let zygote = root.join("crates/zygote/src/zygote.py");
    for (name, path) in [
        ("RUNNER", runner.build(&root, &out_dir)),
        ("ZYGOTE_LOOP", zygote_loop.build(&root, &out_dir)),
        ("ZYGOTE", zygote),
        ("DOCKERFILE", root.join("Dockerfile")),
    ] {
        println!("cargo::rustc-env=SYNTHSMITH_{name}={}", path.display());
    }
}

/// A package of the workspace that is built for the image.
struct Part {
    package: &'static str,
    linked: &'static str,
    /// As of `lto` in a profile.
    lto: &'static str,
    /// The kind of crate, where it is not that of its manifest.
    kind: Option<&'static str>,
    file: &'static str,
}

impl Part {
    /// The path of what was built.
    fn build(&self, root: &Path, out_dir: &Path) -> PathBuf {
        let target_dir = out_dir.join(self.package);
        let cargo = env::var_os("CARGO").expect("cargo names itself");
        let mut command = Command::new(cargo);
        command
            .current_dir(root)
            .args(["rustc", "--release", "--package", self.package])
            .args(["--target", TARGET, "--target-dir"])
            .arg(&target_dir)
            .env("RUSTFLAGS", self.linked)
            .env("CARGO_PROFILE_RELEASE_LTO", self.lto)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2")
            .env("CARGO_PROFILE_RELEASE_PANIC", "abort");
        if let Some(kind) = self.kind {
            command.args(["--crate-type", kind]);
        }
        for setting in OUTER_SETTINGS {
            command.env_remove(setting);
        }
        let status = command.status().expect("cargo can be started");
        assert!(status.success(), "{} does not build", self.package);
        target_dir.join(TARGET).join("release").join(self.file)
    }
}
