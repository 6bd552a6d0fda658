#!/usr/bin/env bash
# Builds the trainer with the feature `cuda` and runs the tests of its engine. Needs a C compiler; where no toolkit is
# installed the CUDA compiler comes from PyPI, and where there is no driver a library that knows no device takes its
# place, so that all but the computing on a device is tried.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'cuda: %s\n' "$*" >&2; }

environment=target/cuda-env
links=$PWD/target/cuda-lib
rm -rf "$links"
mkdir -p "$links"

if ! command -v nvcc >/dev/null; then
    scripts/python-env.sh "$environment" tests/python/cuda.txt
    toolkit=$(echo "$PWD/$environment"/lib/python3*/site-packages/nvidia/cu13)
    export CUDA_HOME=$toolkit CUDA_PATH=$toolkit PATH=$toolkit/bin:$PATH
    # The packages have no names without versions, by which programs are linked.
    for library in "$toolkit"/lib/lib*.so.*; do
        name=$(basename "$library")
        ln -s "$library" "$links/${name%%.so.*}.so"
    done
    export LD_LIBRARY_PATH=$toolkit/lib:$links:${LD_LIBRARY_PATH:-}
fi
export LIBRARY_PATH=$links:${LIBRARY_PATH:-}

has_driver() { ldconfig -p | grep -q 'libcuda\.so\.1'; }

# Every function of the driver answers that there is no device (100).
without_driver() {
    say "there is no driver: nothing will compute on a device"
    cargo fetch --locked --quiet
    cat "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/cudarc-*/src/driver/sys/mod.rs |
        grep -oE '\bfn cu[A-Z][A-Za-z0-9_]*' | sort -u |
        sed 's/^fn \(.*\)$/int \1(void) { return 100; }/' >"$links/driver.c"
    cc -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$links/libcuda.so.1" "$links/driver.c"
    ln -s libcuda.so.1 "$links/libcuda.so"
    export LD_LIBRARY_PATH=$links:${LD_LIBRARY_PATH:-}
    # The kernels need the name of a generation where none can be asked.
    export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-90}
}

has_driver || without_driver
# The kernels take minutes; what is built without the feature stays as it is.
export CARGO_TARGET_DIR=${CUDA_TARGET_DIR:-target/cuda}
cargo test --package synthsmith-training --features cuda
cargo build --package synthsmith-trainer --features cuda
