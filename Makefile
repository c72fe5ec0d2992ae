# `make demo` and `make test` do all the set-up they need: the tools of .venv and node_modules, pinned by lock files.
PYTHON ?= python3
STORY ?=
STYLE ?= manga
STYLE_TEXT ?=
CHAPTERS ?=
LETTERING ?=
# From the command line only: desktops set it for their own messages.
LANGUAGE :=
YES ?=
PORT ?= 7071
DATA ?= .data
N ?= 200
SEED ?= 1
ROWS ?=
HOST_COMMAND ?=
PATIENCE ?= $(if $(HOST_COMMAND),4,1)
CHROMIUM ?= chromium
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Images of containers often forbid compiled files: every process that a test starts would compile the app again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo run test test-contract pictures soak bench check check-model format setup machine browser lock clean

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

DEMO = $(if $(STORY),--story "$(STORY)") --style $(STYLE) $(if $(STYLE_TEXT),--style-text "$(STYLE_TEXT)") \
	$(if $(CHAPTERS),--chapters "$(CHAPTERS)") $(if $(LETTERING),--lettering "$(LETTERING)") \
	$(if $(LANGUAGE),--language "$(LANGUAGE)") $(if $(YES),--yes)
demo: setup  ## Turn a story into a manga in out/ (STORY=path STYLE=manga|comic STYLE_TEXT="ink wash" CHAPTERS=auto LETTERING=text LANGUAGE=ja YES=1)
	python -m tools.devstack demo $(DEMO)

run: NEEDS = --port $(PORT)
run: setup  ## Serve the app at http://127.0.0.1:7071 until Ctrl-C (PORT=7071 DATA=.data)
	@exec python -m tools.devstack run --port $(PORT) --data "$(DATA)"

# A file's tests share their hosts. The order is kept, so that the many short files come last and fill the gaps.
BY_FILE = --dist loadfile --no-loadscope-reorder

test pictures: NEEDS = --browser "$(CHROMIUM)"
test: setup browser  ## Pass every test
	CHROMIUM="$$(command -v $(CHROMIUM))" pytest -n 4 $(BY_FILE) --ignore=tests/faults --ignore=tests/explorer
	@# The fault suite tells a call that was cut off from one that was only slow by how long the call took: it shares
	@# the machine with nothing but the explorer, which needs one core.
	pytest -n 2 $(BY_FILE) tests/explorer tests/faults

test-contract: setup  ## Tests of the app on another host (HOST_COMMAND="…" PATIENCE=4)
	HOST_COMMAND='$(HOST_COMMAND)' TEST_PATIENCE=$(PATIENCE) pytest tests/contract tests/hostile
	HOST_COMMAND='$(HOST_COMMAND)' TEST_PATIENCE=$(PATIENCE) pytest tests/faults

pictures: setup browser  ## Draw the pictures in docs/pictures/, the page's icons, samples and its sample comic again
	python -m tools.devstack sample
	python -m tools.gemini_emulator.looks
	CHROMIUM="$$(command -v $(CHROMIUM))" SCREENSHOTS=docs/pictures UPDATE_ICONS=1 pytest \
		tests/browser/test_icons.py tests/browser/usability/test_screenshots.py \
		tests/unit/api/export/test_pictures.py tests/unit/api/typesetting/test_pictures.py

soak: setup  ## Run generations under a seeded schedule of faults (N=200 SEED=1)
	@python -m tests.faults --generations $(N) --seed $(SEED)

bench: setup  ## Measure what users notice (ROWS="first-panel …" for single rows)
	@python -m tools.benchmarks $(ROWS)

check: setup  ## Check formatting, lint, types, the Azure template, and pinned packages for known vulnerabilities
	ruff format --check .
	ruff check .
	pyright
	python -m tests.deploy.check
	python -m tools.audit

check-model: setup  ## Draw a sheet and a panel, and change it, with the real model of GEMINI_API_KEY, and print tokens, price and time
	@python -m tools.check_model

format: setup  ## Format, and fix what the linter can fix
	ruff format .
	ruff check --fix .

browser: machine  ## Install Debian's Chromium for the tests in a real browser, unless there is one (CHROMIUM=path)
	@command -v "$(CHROMIUM)" >/dev/null || { $(AS_ROOT) apt-get update -qq && \
		$(AS_ROOT) apt-get install -y -qq --no-install-recommends chromium; }

setup: .venv/installed node_modules/installed  ## Install the tools into .venv and node_modules

# Says what is missing before anything is installed. NEEDS: what a target needs beyond Python, Node.js and npm.
machine:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.13," \
		"or name it: make demo PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) tools/check_machine.py $(NEEDS)

.venv/installed: requirements-dev.txt .python-version | machine
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

node_modules/installed: package-lock.json | machine
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

lock: setup  ## Pin the newest packages that pyproject.toml allows
	uv pip compile pyproject.toml --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --upgrade -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --python-version 3.13 -c requirements.txt --generate-hashes --no-emit-index-url --no-header --upgrade -q -o requirements-dev.txt

clean:  ## Remove what the tools made, results and state included
	rm -rf .venv node_modules out .data .pytest_cache .ruff_cache
