#!/usr/bin/env bash
# Checks that every service and the command compile on their own, as their READMEs build them: in the whole workspace a
# dependency may have features that another package asked for.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${ALONE_TARGET_DIR:-target/alone}
for manifest in services/*/Cargo.toml crates/cli/Cargo.toml; do
    package=$(sed -n 's/^name = "\(synthsmith-[a-z-]*\)"$/\1/p' "$manifest" | head -1)
    printf 'alone: %s\n' "$package" >&2
    cargo check --quiet --locked --package "$package"
done
