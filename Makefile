# `make start` for students, `make test` for everyone who changes something. Both set up what is missing, and only that: start.py
# does it, and works without make. A Python other than python3: make start PYTHON=python3.13

PYTHON ?= python3
JOBS ?= 2
# Which tests: all but those that tests/cases.py marks. `make thorough` runs all.
MARKS ?= not thorough
PY := .venv/bin/python
# Packages of another Python are made anew only where PYTHON is named.
SET_UP = $(PYTHON) start.py $(if $(filter file,$(origin PYTHON)),--any-python)

.PHONY: help start test thorough setup packages sandbox browser site site-serve site-packages lint format derive pins clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

start: ## open the labs in JupyterLab
	@$(SET_UP) $(ARGS)

test: setup sandbox browser site-packages ## run every check: labs, student labs, answers, tools, lint
	$(PY) -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=300 \
	    -m "$(MARKS)" -n $(JOBS) --dist=loadfile --no-loadscope-reorder --durations=15 notebooks labs_solutions tests $(ARGS)

thorough: ## the same, with every case of the long lists of which `make test` tries some
	@$(MAKE) test MARKS=

setup: ## virtual environment, packages, data
	@$(SET_UP) --setup-only

packages: ## virtual environment and packages
	@$(SET_UP) --packages-only

sandbox: ## bubblewrap, which grading runs students' code in (Linux; installed where this is root's Debian)
	@command -v bwrap > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	    apt-get update -qq && apt-get install -y -qq bubblewrap > /dev/null; } || \
	    echo "There is no bubblewrap here: the tests that need it are skipped. On Debian and Ubuntu: sudo apt install bubblewrap"

browser: ## Chromium, in which tests look at what JupyterLab shows (installed where this is root's Debian)
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || { \
	    [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; } || \
	    echo "There is no Chromium here: the tests that need it are skipped. On Debian: sudo apt install chromium"

site: packages browser site-packages ## the course as a book: build/site (ARGS=--solutions: the instructor's)
	@$(PY) -m course site $(ARGS)

site-serve: packages ## show what `make site` has built to this machine's browsers
	@$(PY) -m course site --serve $(ARGS)

site-packages: packages ## what the site is made with and tested by
	@$(PY) -m pip install --quiet --require-hashes -r requirements-site.txt

lint: packages ## ruff on code and notebooks, and the rules that labs keep
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m course lint

format: packages ## let ruff format code and notebooks
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

derive: packages ## student labs, start page and README table from labs_solutions/
	$(PY) -m course derive

pins: packages ## newest versions of what pyproject.toml names, into requirements.txt; prints what changed
	@$(PY) -m course.pins

clean: ## remove the virtual environment and caches; data sets stay
	rm -rf .venv .venv.lock .pytest_cache .ruff_cache *.egg-info
