# The verbs of this repository. Logic lives in scripts/ and in the programs themselves.

OUT ?= out/demo
SYNTHSMITH = cargo run --quiet --package synthsmith-cli --

.PHONY: demo images test test-all test-vm test-cuda lint setup tools

## Sets up what is missing, then makes a small verified data set into $(OUT).
demo: tools
	@scripts/timed.sh build cargo build --package synthsmith-cli
	@$(SYNTHSMITH) demo --out $(OUT)

## Builds the images of the daemons and of the command, and one that carries the image of the sandbox.
images: setup
	scripts/images.sh

## Runs every test but the long ones; installs and starts what they need.
test: setup
	SYNTHSMITH_REQUIRE_DOCKER=1 scripts/test.sh

## The tests above and the long ones, and every service compiled on its own.
test-all: setup
	SYNTHSMITH_REQUIRE_DOCKER=1 scripts/test.sh --all
	scripts/alone.sh

## The verifier's tests in a virtual machine with control groups of version 2 (docs/test-vm.md).
test-vm: setup
	scripts/vm/test.sh

## Builds the trainer for NVIDIA devices and runs its engine's tests; 15 minutes the first time.
test-cuda: tools
	scripts/cuda.sh

## Formatting, lints, licences, and the rules of the house.
lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo xtask check
	cargo deny check bans licenses sources

## Installs and starts what building, sandboxing and the tests need.
setup: tools
	@scripts/python-env.sh target/python-env tests/python/requirements.txt
	@scripts/python-env.sh target/s3-env tests/python/s3.txt
	@scripts/python-env.sh target/chart-env charts/check/requirements.txt
	@scripts/python-client.sh target/python-client
	@scripts/prometheus.sh target/prometheus

tools:
	@scripts/build-tools.sh
	@scripts/engine.sh
