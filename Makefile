# SPDX-License-Identifier: BSD-3-Clause
# Every target sets up what it needs, says what it does, and is quick the second time.
#   make demo   build, then score real encodes end to end and show the result
#   make test   build, lint, and run every test but those that take minutes
#   make test-long  run those: builds of the C library, fuzz targets, clusters, kills; CI runs both
#   make install  build the package, and put it into .venv as users get it
#   make check  the inner loop: ruff, and the tests that are quick, in a few minutes
#   make bench  time everything beside its peers, and write docs/benchmarks.md
#   make bench-compare BASE=<revision>  time this tree beside another revision
#   make test-newest  run every test with the newest packages that pyproject.toml admits
#   make test-oldest  run every test with the lowest versions of the run-time dependencies
#   make test-python PYTHON=python3.13  run every test but those of training with another Python
#   make lock   pin every package again; UPGRADE=--upgrade takes the newest
#   make fuzz SECONDS=60  fuzz the readers, the kernels and the extractor, each for so long (installs clang)
#   make sanitize  the tests of Python under the sanitizers; TESTS=tests takes all of them
#   make soak   eight threads open, run and close sessions for a minute, then 100 000 opens and closes
#   make models  train the shipped models again, from the committed tables into model/tiny
#   make lint   ruff, mypy, clang-format, codespell, and what GitHub reads
#   make docs   the docs as a site, in build/site; docs-serve shows it and follows changes
#   make coverage  which lines of Python and C++ the tests run
#   make wheel  the wheel, in dist/; wheels: of every Python; wheel-models: of the other models; sdist; sbom
#   make sdist-test  sdist, wheel, and the quick tests outside the tree
#   make clean  remove what was built (not .venv)

PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
# Every package comes in the version that this file pins; empty means the newest.
PINS := requirements/lock.txt
PIP_INSTALL = $(PIP) install $(if $(PINS),--constraint $(PINS))
requirements_of = $$($(BIN)/python tools/requirements.py $(1))
CPP := $(shell find csrc fuzz tests/cc bench examples -name '*.cc' -o -name '*.h' -o -name '*.inl' -o -name '*.c' 2>/dev/null)
SOURCES := CMakeLists.txt pyproject.toml README.md $(CPP) csrc/exports.map $(wildcard cmake/*) \
  $(shell find python training/vmaf_train model -type f -not -name '*.pyc' 2>/dev/null)

# The peers of our tests and benches import onnxruntime, which otherwise reports and writes under HOME.
export ORT_DISABLE_TELEMETRY := 1

# Tests share the cores; each process loads PyTorch, hence not one for every core of a large machine.
WORKERS := --numprocesses auto --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test test-long install check suite test-newest test-oldest test-python lock bench bench-compare fuzz sanitize soak models lint docs docs-serve coverage format wheel wheels wheel-models sdist sdist-test sbom clean

help:
	@sed -n 's/^#   //p' Makefile

$(VENV)/.system:
	@echo "== compiler, Python headers, nlohmann-json, npm"
	@tools/system-packages
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.system pyproject.toml $(PINS)
	@echo "== Python packages to build and run"
	@$(PIP_INSTALL) $(call requirements_of,build project video)
	@touch $@

# torch first and by its exact version: a bare `torch` would bring another build.
$(VENV)/.test: $(VENV)/.runtime
	@echo "== Python packages to train and test"
	@$(PIP_INSTALL) torch==2.13.0
	@$(PIP_INSTALL) $(call requirements_of,training verify models test bench)
	@touch $@

$(VENV)/.dev: $(VENV)/.test
	@echo "== Python packages to lint, document and lock"
	@$(PIP_INSTALL) $(call requirements_of,dev)
	@touch $@

# Touched only if something was fetched.
$(VENV)/.web: $(VENV)/.system FORCE
	@tools/web-assets $@
FORCE:

$(VENV)/.browser: $(VENV)/.system
	@tools/system-packages chromium
	@touch $@

$(VENV)/.installed: $(VENV)/.runtime $(VENV)/.web $(SOURCES)
	@echo "== vmaf_dnn into .venv"
	@$(PIP) install --no-build-isolation --no-deps --force-reinstall . ./model
	@touch $@

install: $(VENV)/.dev $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/vmaf-dnn demo

test: lint $(VENV)/.installed $(VENV)/.browser
	@echo "== tests, and every bench once with timing off"
	@$(BIN)/python -m pytest --benchmark-disable -m "not long" $(WORKERS)

test-long: $(VENV)/.dev $(VENV)/.installed
	@echo "== tests that take minutes"
	@$(BIN)/python -m pytest --benchmark-disable -m long $(WORKERS) tests

check: $(VENV)/.dev $(VENV)/.installed
	@echo "== ruff, and the tests that are quick"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m pytest --quiet -m "not slow and not long" --ignore tests/training --ignore tests/bench $(WORKERS) tests

suite: $(VENV)/.test $(VENV)/.installed $(VENV)/.browser
	@$(BIN)/python -m pytest --benchmark-disable $(WORKERS)

test-newest:
	@$(MAKE) --no-print-directory suite VENV=$(CURDIR)/.venv-newest PINS=

test-oldest:
	@$(MAKE) --no-print-directory suite VENV=$(CURDIR)/.venv-oldest PINS=requirements/oldest.txt

test-python: VENV = $(CURDIR)/.venv-$(shell $(PYTHON) -c "import sysconfig; print(sysconfig.get_config_var('LDVERSION'))")
test-python:
	@$(MAKE) --no-print-directory VENV=$(VENV) $(VENV)/.installed
	@$(PIP_INSTALL) $(call requirements_of,verify models test-python)
	@$(BIN)/python -m pytest --ignore tests/training --ignore tests/bench $(WORKERS) tests

UPGRADE ?=
COMPILE = $(BIN)/python tools/requirements.py $(1) | $(BIN)/uv pip compile - --quiet $(UPGRADE) \
  --custom-compile-command "make lock" --constraint requirements/torch.txt
lock: $(VENV)/.system
	@echo "== requirements/lock.txt, requirements/oldest.txt"
	@$(PIP_INSTALL) $(call requirements_of,lock)
	@$(call COMPILE,build project verify models dask dev release) --universal --python-version 3.11 -o requirements/lock.txt
	@$(BIN)/python tools/requirements.py lowest > $(VENV)/lowest.txt
	@$(call COMPILE,build project verify models training test bench) --python-version 3.11 \
	  --constraint $(VENV)/lowest.txt -o requirements/oldest.txt

bench: $(VENV)/.dev $(VENV)/.installed
	@echo "== benches, about eight minutes"
	@$(BIN)/python -m bench

bench-compare: $(VENV)/.dev $(VENV)/.installed
	@echo "== this tree beside $(BASE)"
	@$(BIN)/python -m bench.compare "$(BASE)"

TESTS ?= tests/engine tests/features tests/session tests/hosts
sanitize: $(VENV)/.test $(VENV)/.web
	@echo "== tests of Python under the sanitizers"
	@tools/sanitize $(BIN)/python $(TESTS)

SECONDS ?= 60
fuzz: $(VENV)/.dev $(VENV)/.installed
	@echo "== each fuzz target for $(SECONDS) seconds"
	@$(BIN)/python -m fuzz --seconds $(SECONDS)

soak: $(VENV)/.dev $(VENV)/.installed
	@echo "== soak, about two minutes"
	@$(BIN)/python -m tools.soak 60 100000

models: $(VENV)/.dev $(VENV)/.installed
	@echo "== models, about forty minutes on one core"
	@for plan in shipped v4_neg v4_4k v5; do \
		$(BIN)/vmaf-train all --config training/configs/$$plan.json --out model/tiny --force || exit 1; \
	done

SCHEMA := $(BIN)/check-jsonschema --quiet --builtin-schema vendor.
lint: $(VENV)/.dev $(VENV)/.installed
	@echo "== lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet --no-progress .github
	@$(SCHEMA)github-workflows .github/workflows/*.yml
	@$(SCHEMA)github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/idea.yml
	@$(SCHEMA)github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(SCHEMA)dependabot .github/dependabot.yml
	@$(SCHEMA)citation-file-format CITATION.cff
	@$(BIN)/clang-format --dry-run --Werror $(CPP)

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/clang-format -i $(CPP)

docs: $(VENV)/.dev
	@echo "== docs, in build/site"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

docs-serve: $(VENV)/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

sdist: $(VENV)/.runtime $(VENV)/.web
	@echo "== sdist"
	@$(PIP_INSTALL) build
	@$(BIN)/python -m build --sdist --no-isolation --outdir dist . >/dev/null
	@ls dist/*.tar.gz

sdist-test: sdist
	@echo "== sdist, wheel, tests outside the tree"
	@tools/sdist-test $(BIN)/python $(PINS)

wheels: $(VENV)/.runtime $(VENV)/.web
	@echo "== wheels of every Python, in containers"
	@$(PIP_INSTALL) cibuildwheel
	@$(BIN)/cibuildwheel --output-dir dist

wheel-models: $(VENV)/.runtime
	@echo "== wheel of the frame models and plans, in dist"
	@$(PIP) wheel --no-build-isolation --no-deps --wheel-dir dist ./model

sbom: $(VENV)/.runtime
	@echo "== what the package is made of, as CycloneDX: dist/sbom.json"
	@$(PIP_INSTALL) cyclonedx-bom
	@$(BIN)/python tools/sbom.py $(PINS) dist/sbom.json

coverage: $(VENV)/.dev $(VENV)/.web $(VENV)/.browser
	@echo "== coverage of Python and C++"
	@tools/coverage $(BIN)/python

# The time of every file in a wheel: two builds of a commit are alike.
wheel wheels wheel-models sdist: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 1767225600)
wheel: $(VENV)/.runtime $(VENV)/.web
	@echo "== wheel"
	@$(PIP) wheel --no-build-isolation --no-deps --wheel-dir dist .
	@cd dist && sha256sum *.whl > SHA256SUMS && cat SHA256SUMS

clean:
	rm -rf build dist vmaf_dnn_demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	rm -f $(VENV)/.installed
