#!/usr/bin/env bash
# Makes the root disk on which the engine has the sandbox image, as this machine's engine built it: the guest has no
# network to build it with. image.sh ACCELERATOR ROOT prints the disk. Which image the tests use only they know, so this
# machine's engine is watched while one of them runs.
. "$(dirname "$0")/prelude.sh"
accelerator=$1 root=$2
[ "$accelerator" = kvm ] || accelerator=tcg
load_limit_s=1800

command -v docker >/dev/null || fail "the command docker is missing: install docker.io or docker-cli, and run this again"
IFS=$'\t' read -r folder program <"$vm/tests/programs"

# Runs the program's tests until one has created a container, and prints the image of it.
image_in_use() {
    local name began process label
    while read -r name; do
        began=$(date +%s)
        (cd "$folder" && exec "$program" --exact "$name" --test-threads 1) >"$vm/first-test.log" 2>&1 &
        process=$!
        wait "$process" || say "$name failed on this machine; see $vm/first-test.log"
        label='{{index .Actor.Attributes "image"}} {{index .Actor.Attributes "synthsmith.owner"}}'
        docker events --since "$began" --until "$(($(date +%s) + 1))" --filter event=create --format "$label" \
            | awk -v of=" $process " 'index($0, of) { image = $1 } END { if (!image) exit 1; print image }' && return
    done < <("$program" --list --format terse --skip long_ | sed -n 's/: test$//p')
    fail "no test of $(basename "$program") created a container on this machine; see $vm/first-test.log"
}

say "looking which sandbox image the tests use; it is built first if it is missing"
export SYNTHSMITH_REQUIRE_DOCKER=1
image=$(image_in_use)
disk="$root/with-${image##*:}"
if [ ! -e "$disk" ]; then
    say "carrying $image into the machine; this takes some minutes, once for every image"
    rm -rf "$root"/with-* "$vm/image"
    mkdir "$vm/image"
    docker save --output "$vm/image/image.tar" "$image" || fail "the engine cannot save $image"
    cp "$repo/scripts/vm/guest/load" "$vm/image/run"
    cp "$repo/scripts/vm/guest/engine" "$vm/image/"
    pack "$vm/image" "$vm/image.disk" image 8
    rm -rf "$vm/image"
    cp --sparse=always "$root/disk" "$root/unfinished"
    "$repo/scripts/vm/boot.sh" "$accelerator" "$load_limit_s" "$root" "$vm/loaded" kept "" "$root/unfinished" "$vm/image.disk" \
        >"$vm/load.log" 2>&1 || true
    grep -q '^done' "$vm/loaded" || fail "the machine could not load $image; see $vm/load.log"
    rm -f "$vm/image.disk"
    mv "$root/unfinished" "$disk"
fi
printf '%s\n' "$disk"
