#!/usr/bin/env bash
# Builds the images of the daemons, of the command, and the one that has the sandbox's image as a file: images.sh [NAME…],
# all of them without a name.
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

all=(gateway feature-evolver task-synth solver test-gen verifier orchestrator trainer model-server teacher command sandbox-archive)
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

# The image that programs run in, as this very program wants it. Its name is a digest of what it is made of: the engine knows
# which one was tried.
sandbox_image() {
    local began tried
    began=$(date +%s)
    # Whatever else it finds lacking is of this machine, not of the image.
    (cd "$context" && env --unset=SYNTHSMITH_CONFIG "$program" doctor --build) >"$context.log" 2>&1 || true
    tried=$(docker events --since "$began" --until "$(date +%s.%N)" --filter type=container --filter event=create \
        --format '{{.Actor.Attributes.image}}' | grep '^synthsmith-sandbox:' | sort -u) || true
    [ "$(wc -w <<<"$tried")" = 1 ] || fail "the sandbox's image cannot be told from: '$tried'; $(cat "$context.log")"
    printf '%s\n' "$tried"
}

# Writes it into a file, which Docker makes for its owner alone; pods are another user.
save_sandbox() {
    local image
    image=$(sandbox_image)
    say "saving $image"
    docker save --output "$1" "$image"
    chmod 0644 "$1"
}

# Whether it starts, as pods start it.
try() {
    local run=(docker run --rm --network none --read-only --user 65532:65532)
    case "$1" in
    command) "${run[@]}" "$2" --version ;;
    sandbox-archive) "${run[@]}" "$2" cp /sandbox.tar /dev/null ;;
    *) "${run[@]}" "$2" --help ;;
    esac
}

say "building the program, profile $profile"
cargo build --profile "$profile" --package synthsmith-cli
folder=$profile
[ "$profile" = dev ] && folder=debug
context=$(mktemp -d)
trap 'rm -rf "$context" "$context.log"' EXIT
mkdir "$context/daemon" "$context/sandbox-archive"
program=$context/daemon/synthsmith
strip -o "$program" "${CARGO_TARGET_DIR:-target}/$folder/synthsmith"
# Engines without BuildKit build every stage above the one that is asked for: they see one part of the file alone.
sed -n '/^# === daemons/,/^# === archive/p' Dockerfile >"$context/daemon/Dockerfile"
sed -n '/^# === archive/,$p' Dockerfile >"$context/sandbox-archive/Dockerfile"
base=$(base)
for name in "${names[@]}"; do
    image="${IMAGES_PREFIX:-}synthsmith-$name:$tag"
    [ "$name" = command ] && image="${IMAGES_PREFIX:-}synthsmith:$tag"
    from=$context/daemon
    [ -d "$context/$name" ] && from=$context/$name
    [ "$name" = sandbox-archive ] && save_sandbox "$from/sandbox.tar"
    docker build --quiet --network host --target "$name" --build-arg "DAEMON_BASE=$base" --build-arg "VERSION=$version" \
        --tag "$image" "$from" >"$context.log" 2>&1 || fail "$image could not be built: $(cat "$context.log")"
    try "$name" "$image" >"$context.log" 2>&1 || fail "$image does not start: $(cat "$context.log")"
    say "$image, $(docker image inspect --format '{{.Size}}' "$image" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
done
