# Every check and every show is one word. Start with `make demo` and `make test`; nothing else has to be typed first.

VENV := .venv
PY := $(VENV)/bin/python
PY_HERE := $(CURDIR)/$(PY)
TOOLS := $(CURDIR)/.tools
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PATH := $(TOOLS)/bin:$(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: validate help demo test test-rust campaign test-python test-differential python wheel fmt lint docs deny bench bench-short bench-instructions bench-live bench-peers bench-workbench forecast clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: ## One real day: live, simulated and replayed, with a report in out/demo
	cargo run --release --quiet -p sunline-examples --bin demo

test: test-rust test-python ## All tests, Rust and Python

test-rust: ## The tests of all crates; that of the gateway runs a client with python3
	cargo test --workspace --exclude sunline-python --exclude sunline-benches --features sunline-calendar/import-all,sunline-runtime/webhooks,sunline-runtime/failpoints

# Sizes of the whole campaign. A short one: `make campaign COMMANDS=1000000 DAYS=50 KILLS=24 EXITS=20 FUZZ=2`.
COMMANDS := 20000000
DAYS := 1000
KILLS := 200
EXITS := 200
FUZZ := 60
SEED := 1
export COMMANDS DAYS KILLS EXITS FUZZ SEED
campaign: python ## Everything at random, long: commands, faults, kills, exits, fuzzing; a summary in out/campaign.md
	tests/campaign

$(VENV)/.ready: sdk-python/requirements-dev.txt benches/peers/requirements.txt
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r sdk-python/requirements-dev.txt -r benches/peers/requirements.txt
	touch $@

python: $(VENV)/.ready ## The Python package, built and installed into .venv
	$(VENV)/bin/maturin develop --release --quiet -m sdk-python/Cargo.toml

test-python: python ## The tests of the Python package and of the data, types and style
	cd sdk-python && $(PY_HERE) -m pytest
	$(PY) -m pytest -q examples/data benches/peers benches/forecast
	cd sdk-python && $(PY_HERE) -m mypy && $(PY_HERE) -m pyright && ruff check . && ruff format --check .

validate: python ## A fitted world against weeks it has not seen: `make validate LOGS="a.csv b.csv"`
	$(PY) examples/validation/held_out.py $(LOGS)

test-differential: $(VENV)/.ready ## Every zone against zoneinfo, the importers against the Python libraries
	$(PY) -m pip install --quiet --disable-pip-version-check -r tests/differential/requirements.txt
	cargo build --release --quiet -p sunline-calendar --example zone_dump
	$(PY) tests/differential/zones.py target/release/examples/zone_dump
	$(PY) tests/differential/importers.py --check

wheel: $(VENV)/.ready ## An abi3 wheel in sdk-python/dist
	$(VENV)/bin/maturin build --release -m sdk-python/Cargo.toml --out sdk-python/dist

fmt: ## Is everything formatted?
	cargo fmt --all --check

lint: $(VENV)/.ready ## Clippy, warnings denied
	cargo clippy --workspace --all-targets --features sunline-runtime/webhooks,sunline-runtime/failpoints -- -D warnings

docs: ## The Rust documentation, warnings denied
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --exclude sunline-python

deny: ## Licences, bans and sources of all dependencies
	@cargo deny --version 2>/dev/null | grep -q ' 0\.20\.' || cargo install --quiet --locked --root $(TOOLS) cargo-deny@0.20.2
	cargo deny --all-features check bans licenses sources

bench: ## The benches, in full
	cargo bench -p sunline-benches

bench-short: ## A short run of the benches, then the instruction counts against their baseline
	cargo bench -p sunline-benches --bench matching --bench command -- --warm-up-time 0.2 --measurement-time 0.5 --sample-size 10
	benches/instructions/check

bench-instructions: ## Instruction counts against their baseline; `benches/instructions/check --renew` renews it
	benches/instructions/check

bench-live: python ## The live engine: commands a second, latency under a given load, what a submission costs in Rust and in Python
	cargo bench -p sunline-benches --bench live
	cargo bench -p sunline-benches --bench live_open_loop
	$(PY) benches/python/submit.py

bench-workbench: python ## The workbench from Python, with peers
	$(PY) benches/python/workbench.py

bench-peers: python ## Sunline beside its peers, in turn
	$(PY) benches/peers/run.py

forecast: python ## All figures of wait prediction: `make forecast LOGS="a.csv b.csv" SINCE=1999-04-01`
	$(PY) benches/forecast/run.py $(LOGS) --since "$(SINCE)"
	cargo test --release -p sunline-sim --test predictor -- --nocapture --test-threads 1
	cargo bench -p sunline-benches --bench predictor

clean: ## Everything that was made
	cargo clean
	rm -rf $(VENV) $(TOOLS) out
