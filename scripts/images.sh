#!/usr/bin/env bash
# Builds the images of the daemons and of the command: images.sh [NAME…], all of them without a name.
#
# IMAGES_PROFILE   the profile of cargo: release (the default), or dev, which is quicker to have
# IMAGES_PREFIX    what their names begin with, for example a registry and a slash
# IMAGES_TAG       their tag; the version of the workspace
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'images: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

all=(gateway feature-evolver task-synth solver test-gen verifier orchestrator teacher command)
names=("${@:-${all[@]}}")
profile=${IMAGES_PROFILE:-release}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
tag=${IMAGES_TAG:-$version}
own_base=synthsmith-base:bookworm

for name in "${names[@]}"; do
    case " ${all[*]} " in
    *" $name "*) ;;
    *) fail "there is no image '$name'; there are: ${all[*]}" ;;
    esac
done

# A base that the engine has, can pull, or is given; the verifier makes its sandbox of the same.
base() {
    local pulled=debian:bookworm-slim
    docker image inspect "$pulled" >/dev/null 2>&1 && printf '%s\n' "$pulled" && return
    docker image inspect "$own_base" >/dev/null 2>&1 && printf '%s\n' "$own_base" && return
    timeout 60 docker pull --quiet "$pulled" >/dev/null 2>&1 && printf '%s\n' "$pulled" && return
    command -v mmdebstrap >/dev/null || fail "no registry answers, and mmdebstrap is missing: apt-get install mmdebstrap"
    say "no registry answers; making a base with mmdebstrap"
    mmdebstrap --quiet --variant=minbase bookworm - | docker import - "$own_base" >/dev/null
    printf '%s\n' "$own_base"
}

say "building the program, profile $profile"
cargo build --profile "$profile" --package synthsmith-cli
folder=$profile
[ "$profile" = dev ] && folder=debug
context=$(mktemp -d)
trap 'rm -rf "$context" "$context.log"' EXIT
strip -o "$context/synthsmith" "${CARGO_TARGET_DIR:-target}/$folder/synthsmith"
# Engines without BuildKit build every stage above the one that is asked for: they see the part of the daemons alone.
sed -n '/^# === daemons/,$p' Dockerfile >"$context/Dockerfile"
base=$(base)
for name in "${names[@]}"; do
    image="${IMAGES_PREFIX:-}synthsmith-$name:$tag"
    [ "$name" = command ] && image="${IMAGES_PREFIX:-}synthsmith:$tag"
    docker build --quiet --network host --target "$name" --build-arg "DAEMON_BASE=$base" --build-arg "VERSION=$version" \
        --tag "$image" "$context" >"$context.log" 2>&1 || fail "$image could not be built: $(cat "$context.log")"
    say "$image, $(docker image inspect --format '{{.Size}}' "$image" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
done
