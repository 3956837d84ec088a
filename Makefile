# `make daily` and `make test` set everything up by themselves, offline apart from installing packages.
PYTHON ?= python3
BIN := .venv/bin

# The script of the interactive map: the modules in scripts/, built into one file that is committed, so that only those
# who change them need node (18 or newer) and npm.
SCRIPTS := tracker/outputs/page/scripts
SCRIPT := tracker/outputs/page/static/map.js

.PHONY: setup daily test bench texts words lint script check-script test-js fixtures clean

setup: .venv/.ready

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

daily: setup
	$(BIN)/tracker daily

test: setup
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# tracker beside what people use today: tests/benchmarks/RESULTS.md; on real maps where ../shared is there.
bench: setup
	cd tests && ../$(BIN)/python -m benchmarks.run

# How well the bulletin names what DeepState's own texts named; needs ../shared.
texts: setup
	$(BIN)/python tests/texts.py

# Bring the catalogues of words up to date with the texts of the code, and compile them.
words: setup
	$(BIN)/python tests/words.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/words.py --check

node_modules/.ready: package.json package-lock.json
	npm ci
	touch $@

script: node_modules/.ready
	npm run --silent bundle -- --outfile=$(SCRIPT)

# Fails where the committed script is not what the modules make.
check-script: node_modules/.ready
	npm run --silent bundle -- --outfile=build/map.js
	diff --brief build/map.js $(SCRIPT) || (echo "$(SCRIPT) is not made of $(SCRIPTS): run make script" >&2; exit 1)

# What the modules reckon, against the fixtures that Python writes.
test-js:
	node --test tests/js/*.test.mjs

# Write the cases anew that Python and the page must agree on.
fixtures: setup
	$(BIN)/python tests/test_fixtures.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build dist node_modules
