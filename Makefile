# Thin: every recipe is one command that a person could type.
SHELL := /bin/bash
export CARGO_TERM_COLOR ?= auto

.PHONY: run test check fmt web fonts bench torture docs

# Yipan with its demo city on an embedded database, playing a storm, at http://127.0.0.1:8642
run: web fonts
	cargo run --locked -p yipan -- serve --data data/demo --demo --storm

# Everything that proves the house, on a fresh Debian-like machine.
test: tools/setup.done web fonts
	cargo build --workspace --all-targets --locked
	cargo test --workspace --locked
	cd web && npm test
	tools/e2e.sh
	SHORT=1 torture/run.sh
	tools/calendars/check.sh
	python3 tools/city/make.py --check
	python3 tools/storm/dutyroom.py --check

# Format, lints, the rule of the floors, the pages' types.
check: web
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --locked -p yipan --test architecture
	cd web && npm run check

fmt:
	cargo fmt --all

# What it costs: a release build under load. Long.
bench: tools/setup.done web fonts
	bench/run.sh

# Makes a house fail in every way that machines fail, and looks whether it kept its word. Hours.
torture: tools/setup.done web fonts
	torture/run.sh

# Documents that are made from the source, and the pictures.
docs: web
	YIPAN_UPDATE_DOCS=1 cargo test --locked -p yipan-casework --test casework the_documents_show
	YIPAN_UPDATE_DOCS=1 cargo test --locked -p yipan --test api description
	cd web && npm run types
	tools/e2e.sh screenshots

# What `make test` needs and this machine lacks.
tools/setup.done: tools/setup.sh
	tools/setup.sh
	touch $@

# The pages, built into the binary.
web: web/dist/index.html
web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/*.html web/*.ts web/package.json -type f 2>/dev/null)
	cd web && npm run build
	touch $@
web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

# The fonts that documents are printed with.
fonts:
	tools/fonts/take.sh
