# Two commands to remember: `make check` and `make test`. `make help` lists the others.
PYTHON ?= python3
UV ?= uv
.DEFAULT_GOAL := help
.PHONY: help demo desk setup setup-run test test-faults test-clients bundle test-bundle check docs pages bench lock clean
.DELETE_ON_ERROR:

# What a developer's shell may hold and these commands must not see.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONNOUSERSITE
unexport PYTEST_ADDOPTS PYTEST_PLUGINS MYPYPATH MYPY_CONFIG_FILE_DIR RUFF_CONFIG VIRTUAL_ENV
unexport PIP_TARGET PIP_PREFIX PIP_USER PIP_ROOT PIP_REQUIRE_VIRTUALENV PIP_NO_BINARY PIP_CONSTRAINT PIP_REQUIREMENT
unexport UV_INDEX UV_INDEX_URL UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_CONSTRAINT UV_OVERRIDE
unexport DANCU_PROFILE

RUN_LOCKS := requirements/run.txt requirements/build.txt
DEV_LOCKS := requirements/dev.txt requirements/docs.txt requirements/build.txt
# A stamp names what was installed, from where, by which Python: an unchanged environment is used as it is.
fingerprint = $(shell { $(PYTHON) -V; pwd; cat pyproject.toml $(1); } 2>&1 | sha256sum | cut -c 1-16)
DESK_LOCKS := requirements/sandbox.txt requirements/build.txt
RUN_STAMP := .venv-run/ready-$(call fingerprint,$(RUN_LOCKS))
DEV_STAMP := .venv/ready-$(call fingerprint,$(DEV_LOCKS))
DESK_STAMP := .venv-desk/ready-$(call fingerprint,$(DESK_LOCKS))

RUN := .venv-run/bin/python -I -X utf8
DEV := .venv/bin/python -I -X utf8
PIP_INSTALL := -m pip install --disable-pip-version-check --no-input --progress-bar off --quiet
CHECKED := $(wildcard src mock_server tests examples tools benchmarks)

# $(call install,environment,locks): a new virtual environment with exactly the locked packages, and dancu from here.
define install
@sh requirements/ensure-venv "$(PYTHON)"
rm -rf $(1)
$(PYTHON) -I -m venv $(1)
$(1)/bin/python -I $(PIP_INSTALL) --only-binary :all: --require-hashes $(addprefix -r ,$(2))
$(1)/bin/python -I $(PIP_INSTALL) --no-deps --no-build-isolation -e .
@touch $@
endef

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' Makefile | expand -t 14

demo: $(RUN_STAMP)  ## show dancu at work against its own mock server
	@$(RUN) examples/demo.py

desk: $(DESK_STAMP)  ## open the one-stop desk over a mock platform (PROFILE=FILE: over yours, or a gateway)
	@.venv-desk/bin/python -I -X utf8 examples/one_stop_desk $(if $(PROFILE),--profile "$(PROFILE)")

setup-run: $(RUN_STAMP)  ## make .venv-run, which holds what the demo needs

setup: $(DEV_STAMP)  ## make .venv, which holds what the tests and checks need

$(RUN_STAMP):
	$(call install,.venv-run,$(RUN_LOCKS))

$(DESK_STAMP):
	$(call install,.venv-desk,$(DESK_LOCKS))

$(DEV_STAMP):
	$(call install,.venv,$(DEV_LOCKS))

# What takes long: the matrices of faults, and requests and processes without end.
LONG := tests/faults tests/gateway/test_gateway_schemathesis.py tests/gateway/test_gateway_drain.py \
	tests/gateway/test_gateway_rotation.py tests/mock/test_mock_control_schemathesis.py tests/cli/test_cli_process.py \
	tests/mock/test_mock_population.py tests/unit/test_conformance.py tests/gateway/test_gateway_even.py \
	tests/gateway/test_gateway_sharing.py

test: $(DEV_STAMP)  ## run the tests, without those that take long
	@sh requirements/ensure-tests
	$(DEV) -m pytest tests $(addprefix --ignore=,$(LONG) tests/clients tests/bundle) -n 2 --dist loadfile

test-faults: $(DEV_STAMP)  ## run the tests of broken networks, disks and processes, and of random requests
	@sh requirements/ensure-faults
	$(DEV) -m pytest $(LONG)

GENERATOR := build/openapi-generator
GENERATOR_STAMP := $(GENERATOR)/ready-$(call fingerprint,requirements/clients.txt)

$(GENERATOR_STAMP): | $(DEV_STAMP)
	rm -rf $(GENERATOR)
	$(DEV) $(PIP_INSTALL) --only-binary :all: --require-hashes --no-deps --target $(GENERATOR) -r requirements/clients.txt
	@touch $@

test-clients: $(DEV_STAMP) $(GENERATOR_STAMP)  ## compile the Java and C# clients, as root installing what they need, and run them
	@sh requirements/ensure-clients
	$(DEV) -m pytest tests/clients

bundle: $(DEV_STAMP)  ## build the bundle for machines without internet into build/bundle
	$(DEV) tools/bundle.py

test-bundle: bundle  ## install the bundle without a network, ask, back up, restore, upgrade, go back
	$(DEV) -m pytest tests/bundle

check: $(DEV_STAMP)  ## lint, format, types, floors, documents
	$(DEV) -m ruff check .
	$(DEV) -m ruff format --check .
	$(DEV) -m mypy $(CHECKED)
	$(DEV) -m pyright --warnings
	$(DEV) -m pytest -q tests/architecture/test_floors.py
	$(MAKE) --no-print-directory docs

docs: $(DEV_STAMP)  ## build the documents into build/docs; a warning fails
	$(DEV) -m sphinx -q -E -W --keep-going -b html docs build/docs

pages: $(DEV_STAMP)  ## write the generated documents anew; the tests hold them to the code
	$(DEV) -m dancu.cli gateway openapi --out docs/openapi/dancu-gateway-3.0.3.json
	$(DEV) -m dancu.cli gateway openapi --openapi 3.1.0 --out docs/openapi/dancu-gateway-3.1.json
	$(DEV) -m dancu.cli profile schema > docs/schemas/dancu-profile.schema.json
	$(DEV) -m dancu.cli forms schema > docs/schemas/dancu-form.schema.json
	$(DEV) tests/provinces/matrix.py > docs/provinces.md
	$(DEV) tests/mock/personas_page.py
	$(DEV) -m dancu.cli mock scenarios schema > docs/schemas/scenario.schema.json
	$(DEV) tests/mock/scenarios_page.py
	$(DEV) tests/faults/catalogue.py
	$(DEV) tools/build_documents.py
	WRITE_PAGES=1 $(DEV) -m pytest -q tests/integration/test_prefill_golden.py tests/faults/test_retry_storms.py

bench: $(DEV_STAMP)  ## run benchmarks/*.py one after the other
ifneq ($(wildcard benchmarks/*.py),)
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(DEV) "$$file"; done
else
	@echo "benchmarks/ holds no *.py yet, so there is nothing to measure"
endif

COMPILE = $(UV) pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(LOCK_FLAGS)

lock:  ## resolve requirements/*.in anew (LOCK_FLAGS=--upgrade for newer versions); needs uv
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it, or name it with UV=" >&2; exit 2; }
	$(COMPILE) pyproject.toml -o requirements/sdk.txt
	$(COMPILE) pyproject.toml requirements/run.in -c requirements/sdk.txt -o requirements/run.txt
	$(COMPILE) pyproject.toml requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) requirements/docs.in -c requirements/dev.txt -o requirements/docs.txt
	$(COMPILE) requirements/build.in -c requirements/dev.txt -c requirements/docs.txt -o requirements/build.txt
	$(COMPILE) requirements/clients.in -o requirements/clients.txt
	$(COMPILE) pyproject.toml --extra all -c requirements/dev.txt -o requirements/sandbox.txt
	$(COMPILE) pyproject.toml requirements/bundle.in --extra cli --extra gateway --extra forms --extra redis \
		-c requirements/dev.txt -o requirements/bundle.txt

clean:  ## remove the environments, caches and built files
	rm -rf .venv .venv-run .venv-desk build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find $(CHECKED) docs -name __pycache__ -prune -exec rm -rf {} +
