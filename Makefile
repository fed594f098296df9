# make demo: set up and run the main job. make test: set up and run every check.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Pinned here and not in requirements.txt, since it is built for Linux on x86-64 only.
ATHERIS := 3.0.0

.PHONY: install demo test bench conformance fuzz localstack localstack-stop clean

install: $(VENV)/installed

$(VENV)/installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer found; set PYTHON=/path/to/python"; exit 2; }
	@echo "setting up $(VENV) with $(PYTHON); about a minute"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --editable .
	@$(BIN)/pip install -qq --disable-pip-version-check --only-binary :all: atheris==$(ATHERIS) \
	  2>/dev/null || echo "no build of atheris for this machine: fuzzing is not guided by coverage"
	@touch $@

demo: install
	$(BIN)/ekm run throttle_storm

test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 3 --dist loadfile

bench: install
	$(BIN)/python -m benchmarks

conformance: install
	$(BIN)/python -m conformance --against gateway,localstack,moto,ministack --write

fuzz: install
	$(BIN)/python -m fuzz --seconds 60

localstack: install
	$(BIN)/python tools/localstack.py start

localstack-stop:
	$(BIN)/python tools/localstack.py stop

clean:
	rm -rf $(VENV) .localstack .conformance .clients tests/clients/scripts/node_modules build *.egg-info
