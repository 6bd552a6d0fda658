#!/usr/bin/env bash
# Builds the judge's tests and puts them, with the files they may read, on the disk `tests`. The guest's own script and
# settings are on it too. programs.sh SLOWNESS, how many times slower than this machine the guest is.
. "$(dirname "$0")/prelude.sh"
slowness=$1

# Test programs, whatever their package.
wanted=(docker verifier_api hostile)
packages=(synthsmith-sandbox synthsmith-verifier)
folders=(crates/sandbox services/verifier)

tree="$vm/tests"
rm -rf "$tree"
mkdir -p "$tree/repo/target/tmp"

say "building the tests"
cd "$repo"
cargo test --quiet --no-run "${packages[@]/#/--package=}" --test '*' --message-format json >"$vm/cargo.json" \
    || fail "the tests do not build"

# Prints `KIND<tab>MANIFEST<tab>EXECUTABLE` of all that cargo made.
made() {
    sed -n 's/.*"manifest_path":"\([^"]*\)".*"kind":\["\([a-z]*\)"\].*"executable":"\([^"]*\)".*/\2\t\1\t\3/p' "$vm/cargo.json"
}

# Puts a file where the guest has it under the same name.
carry() {
    case $1 in "$repo"/*) ;; *) fail "$1 lies outside of $repo: unset CARGO_TARGET_DIR, and run this again" ;; esac
    install -D "$1" "$tree/repo/${1#"$repo"/}"
}

for folder in "${folders[@]}"; do
    mkdir -p "$tree/repo/$(dirname "$folder")"
    cp -r "$folder" "$tree/repo/$folder"
done
while IFS=$'\t' read -r kind manifest executable; do
    carry "$executable"
    name=$(basename "${executable%-*}")
    case $kind:" ${wanted[*]} " in
    test:*" $name "*) printf '%s\t%s\n' "$(dirname "$manifest")" "$executable" >>"$tree/programs" ;;
    esac
done < <(made)
[ -s "$tree/programs" ] || fail "cargo built none of the tests ${wanted[*]}"

cp "$repo"/scripts/vm/guest/{run,engine,left-out} "$tree/"
cat >"$tree/settings" <<SETTINGS
repo='$repo'
wanted='${VM_TESTS:-}'
test_limit=$((slowness > 1 ? 600 : 240))
export SYNTHSMITH_SLOW_MACHINE=$slowness
SETTINGS
pack "$tree" "$vm/tests.disk" tests 8
rm -rf "$tree/repo"
