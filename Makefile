# Thin: every recipe is one command that a person could type.
SHELL := /bin/bash
export CARGO_TERM_COLOR ?= auto

.PHONY: test check fmt

# Everything that proves the house, on a fresh Debian-like machine.
test: tools/setup.done
	cargo test --workspace --locked
	tools/calendars/check.sh
	python3 tools/city/make.py --check

# Format, lints, architecture.
check:
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --locked -p yipan --test architecture

fmt:
	cargo fmt --all

# PostgreSQL for the store's tests, where the machine has none.
tools/setup.done: tools/setup.sh
	tools/setup.sh
	touch $@

# The demo city on an embedded database, one appeal worked through it, and the proof of the data.
.PHONY: run
run:
	cargo run --locked -p yipan -- demo walk --data data/demo
