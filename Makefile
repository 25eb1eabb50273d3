# Two commands for everyone: `make demo` and `make test`. Both do all set-up in .venv first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test coverage coverage-of-all test-properties fuzz test-spark test-browser test-typing test-packaging test-floor sbom lint docs prove overlaps mutants agreement same-bytes archive goldens bench clean

demo: $(READY)
	$(BIN)/ipt-formulate demo

# With the fifth part of the examples of each property; `make test-properties` draws all of them.
test: $(READY) lint
	IPT_EXAMPLES=0.2 $(BIN)/pytest --numprocesses 2 --dist worksteal

# What the tests reach of what decides, all of which must be reached; counting makes tests two to three times slower.
DECIDING := --cov=ipt_formulate.evaluation --cov=ipt_formulate.formulation --cov=ipt_formulate.reasoning
coverage: $(READY)
	IPT_EXAMPLES=0.1 $(BIN)/pytest --numprocesses 2 --dist worksteal $(DECIDING) --cov-report= tests/unit tests/properties tests/report tests/cases tests/decisions tests/rules tests/interchange tests/schemas tests/practice
	$(BIN)/python tests/coverage_floor.py

# The same of the whole library, by all tests.
coverage-of-all: $(READY)
	IPT_EXAMPLES=0.1 $(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report=term
	$(BIN)/python tests/coverage_floor.py

# Every example of every property.
test-properties: $(READY)
	$(BIN)/pytest --numprocesses 2 --dist worksteal -m "hypothesis and not spark and not browser and not packaging"

# Spark in local mode. It needs Java 17 or later, which .ci/run installs where it is missing.
test-spark: $(VENV)/.spark
	$(BIN)/pytest -m spark tests/cohort

# The page and the practice page in Chromium, which .ci/run installs where it is missing.
test-browser: $(VENV)/.browser
	$(BIN)/pytest -m browser tests/browser

# A user's code under pyright (basedpyright, whose wheel carries all it needs); `make test` asks mypy.
test-typing: $(VENV)/.typing
	$(BIN)/basedpyright --project tests/typing --pythonpath $(BIN)/python
	$(BIN)/python tests/typing/completeness.py

# Wheel and sdist, built twice and installed into fresh environments; what they are made of.
test-packaging: $(VENV)/.packaging
	$(BIN)/pytest -m packaging -s tests/packaging

# The software bill of materials of what a user installs, as CycloneDX JSON in dist/.
sbom: $(VENV)/.packaging
	$(BIN)/python tests/packaging/sbom.py dist/sbom.cdx.json

# The lowest versions that pyproject.toml allows of what the library needs; `make test` has the highest, which are those of the lock.
test-floor: $(VENV)/.floor
	$(VENV)/floor/bin/python tests/typing/user_code.py
	$(VENV)/floor/bin/python -m pytest -W default -k "not without_a_new_version" tests/unit/test_case.py tests/unit/test_case_edges.py tests/unit/test_command_line.py tests/unit/test_report.py tests/cases tests/schemas

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

# 10,000 calls by eight threads and by four processes give the bytes that one thread gives.
CALLS ?= 10000
same-bytes: $(READY)
	$(BIN)/python benchmarks/same_bytes.py --calls $(CALLS)

# Keeps the rule base of today among the released ones; run it before the version in rules/rulebase.yaml goes up.
archive: $(READY)
	$(BIN)/python tests/archive_rules.py

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
	$(BIN)/python benchmarks/practice.py

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
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target $(VENV)/axe --upgrade --requirement requirements-browser.lock
	touch $@

$(VENV)/.typing: $(READY) requirements-typing.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-typing.lock
	touch $@

$(VENV)/.packaging: $(READY) requirements-packaging.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-packaging.lock
	touch $@

# The tools of testing are those of the lock; what the library needs comes after them, and lower.
$(VENV)/.floor: $(READY) requirements-floor.lock
	$(PYTHON) -m venv $(VENV)/floor
	$(VENV)/floor/bin/pip install --quiet --disable-pip-version-check $$(grep -oE '^(pytest|hypothesis|import-linter|hatchling|editables)==[0-9.]+' requirements.lock)
	$(VENV)/floor/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-floor.lock
	$(VENV)/floor/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.fuzz: $(READY) requirements-fuzz.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-fuzz.lock
	touch $@

clean:
	rm -rf $(VENV) site dist build
