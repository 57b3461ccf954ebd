# Everything here sets itself up: only Python 3.11, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help .venv run demo test cover fuzz prove check bench screenshots requirements

help:  ## show what can be made
	@grep -E '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

.venv: .venv/.installed  ## the virtual environment, with what the app and its tests need

.venv/.installed: requirements/dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

run: .venv  ## run the app from the environment and .env
	$(BIN)/python app.py

demo: .venv  ## try the app in the browser, between a stand-in Slack and a stand-in AlloMia: no account needed
	@$(BIN)/python -m sandbox

test: .venv  ## run the tests, on SQLite and on PostgreSQL (with PROVE=1 windows too, and all at full length)
	$(BIN)/python -m pytest -n 5 --dist worksteal

cover: .venv  ## the same, counting which lines and branches were run: 94 % of all, 98 % of calls/ and views/
	$(BIN)/python -m pytest -n 5 --dist worksteal --cov --cov-report=
	$(BIN)/coverage report --fail-under=94
	$(BIN)/coverage report --fail-under=98 --include='calls/*,views/*' --format=total

fuzz: .venv  ## draw twenty times as many cases as the tests do, new ones each time
	FUZZ=20 $(BIN)/python -m pytest -n 2 --timeout=1800 tests/test_fuzz_*.py

# Beside what is long: gestures made twice, the doorbell, a backup that is restored.
PROOFS := tests/test_prove_*.py tests/test_double_gestures.py tests/test_callback.py tests/test_operations.py

prove: .venv  ## prove at full length that nothing is lost and nobody is dialled twice; the tests do so shortened
	PROVE=1 $(BIN)/python -m pytest -n 2 --dist worksteal --timeout=1800 $(PROOFS)

check: .venv  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv .venv-app/.installed  ## measure speed and size, beside a bare and a naive app (docs/performance.md)
	$(BIN)/python -m bench --python .venv-app/bin/python

.venv-app/.installed: requirements/app.txt  # as on a server: without what only the tests need
	$(PYTHON) -m venv .venv-app
	.venv-app/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

screenshots: .venv  ## take the pictures in docs/images (needs Debian's chromium)
	PYTHONPATH=. $(BIN)/python tests/screenshots.py

requirements: .venv  ## compile the pinned, hashed requirement files anew
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make requirements' pyproject.toml -o requirements/app.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make requirements' pyproject.toml --group dev -o requirements/dev.txt
