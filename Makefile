# `make daily` and `make test` set everything up by themselves, offline apart from installing packages.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup daily test bench words lint clean

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
words: setup
	$(BIN)/python tests/words.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build dist
