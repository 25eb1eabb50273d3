# Two commands for everyone: `make demo` and `make test`. Both do all set-up in .venv first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test fuzz test-spark test-browser lint docs prove overlaps mutants agreement goldens bench clean

demo: $(READY)
	$(BIN)/ipt-formulate demo

test: $(READY) lint
	$(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report=term
	$(BIN)/python tests/coverage_floor.py

# Spark in local mode. It needs Java 17 or later, which .ci/run installs where it is missing.
test-spark: $(VENV)/.spark
	$(BIN)/pytest -m spark tests/cohort

# The page in Chromium, which .ci/run installs where it is missing.
test-browser: $(VENV)/.browser
	$(BIN)/pytest -m browser tests/browser

# The readers, guided by coverage, each for so long.
SECONDS ?= 60
fuzz: $(VENV)/.fuzz
	$(BIN)/python tests/fuzz/run.py all $(SECONDS)

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ipt-formulate lint

docs: $(READY)
	$(BIN)/python docs/generate.py --check
	$(BIN)/mkdocs build --strict

# Fails where a promise is not proved, and where anything else comes out than is published (docs/reference/proofs.md).
prove: $(VENV)/.proof
	$(BIN)/pytest tests/properties/test_proof_encoding.py
	$(BIN)/pytest tests/docs/test_pages.py -k ten-minutes
	$(BIN)/pytest --cov --cov-config=tests/proof_coverage.toml --cov-report= tests/unit/test_proofs.py tests/unit/test_differing.py tests/unit/test_kept_proofs.py tests/unit/test_overlaps.py tests/unit/test_exactness.py
	$(BIN)/python tests/coverage_floor.py proof=95
	$(BIN)/ipt-formulate prove --tradition all --certificate docs/reference/certificate.json
	$(BIN)/python docs/generate.py --check

# Written anew after a change of the rules; which of several smallest cases the solver comes upon can change with it.
overlaps: $(VENV)/.proof
	$(BIN)/ipt-formulate overlaps --tradition all --json > docs/reference/overlaps.json
	$(BIN)/python docs/generate.py

# Every small change of the rules is told by an example, a decision, a golden or a solver-made case, or proved to be none.
mutants: $(VENV)/.proof
	$(BIN)/pytest tests/unit/test_mutation.py tests/properties/test_mutants.py
	$(BIN)/ipt-formulate mutate --report docs/reference/mutants.json > /dev/null
	$(BIN)/python docs/generate.py --check

agreement: $(READY)
	$(BIN)/python tests/agreement.py

goldens: $(READY)
	$(BIN)/pytest tests/cases --write-goldens

bench: $(VENV)/.proof
	$(BIN)/pip install --quiet --disable-pip-version-check zen-engine rule-engine duckdb polars
	$(BIN)/python benchmarks/one_case.py
	$(BIN)/python benchmarks/reasoning.py
	$(BIN)/python benchmarks/live.py
	$(BIN)/python benchmarks/a_million.py
	$(BIN)/python benchmarks/cohort.py
	$(BIN)/python benchmarks/proofs.py

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/pip check --disable-pip-version-check
	touch $@

$(VENV)/.proof: $(READY) requirements-proof.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-proof.lock
	touch $@

$(VENV)/.spark: $(READY) requirements-spark.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-spark.lock
	touch $@

$(VENV)/.browser: $(READY) requirements-browser.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-browser.lock
	touch $@

$(VENV)/.fuzz: $(READY) requirements-fuzz.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-fuzz.lock
	touch $@

clean:
	rm -rf $(VENV) site dist build
