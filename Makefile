# `make start` for students, `make test` for everyone who changes something. Both set up what is missing, and only that.
# A Python other than python3: make start PYTHON=python3.13

PYTHON ?= python3
JOBS ?= 2
PY := .venv/bin/python
INSTALLED := .venv/.installed

.PHONY: help start test setup data sandbox browser lint format derive pins clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

start: setup ## open the labs in JupyterLab
	@$(PY) -m course start $(ARGS)

test: setup sandbox browser ## run every check: labs, student labs, answers, tools, lint
	$(PY) -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=300 \
	    -n $(JOBS) --dist=loadfile --no-loadscope-reorder --durations=15 notebooks labs_solutions tests $(ARGS)

setup: $(INSTALLED) data ## virtual environment, packages, data

data: $(INSTALLED) ## data sets and trained networks of the labs
	@$(PY) -m utils.data --quiet $$($(PY) -m course list --data) && $(PY) -m utils.backbones --quiet || { \
	    echo "Step 3 of 3, data, failed: the reason is above. Call make again when it is mended: it carries on from here."; exit 1; }

sandbox: ## bubblewrap, which grading runs students' code in (Linux; installed where this is root's Debian)
	@command -v bwrap > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	    apt-get update -qq && apt-get install -y -qq bubblewrap > /dev/null; } || \
	    echo "There is no bubblewrap here: the tests that need it are skipped. On Debian and Ubuntu: sudo apt install bubblewrap"

browser: ## Chromium, in which tests look at what JupyterLab shows (installed where this is root's Debian)
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || { \
	    [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; } || \
	    echo "There is no Chromium here: the tests that need it are skipped. On Debian: sudo apt install chromium"

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "Step 1 of 3, Python: found $$($(PYTHON) --version 2>&1 || echo none), 3.11 to 3.13 is needed."; \
	    echo "Install one and name it: make start PYTHON=python3.13"; exit 1; }
	@echo "Step 1 of 3: virtual environment in .venv"
	@$(PYTHON) -m venv .venv || { \
	    echo "Step 1 of 3, virtual environment, failed. On Debian and Ubuntu: sudo apt install python3-venv. Then call make again."; exit 1; }
	@echo "Step 2 of 3: packages (about 3 GB on disk; a few minutes the first time)"
	@$(PY) -m pip install --disable-pip-version-check -r requirements.txt && \
	    $(PY) -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e . || { \
	    echo "Step 2 of 3, packages, failed: pip says above why. Is there a connection, and room on the disk?"; \
	    echo "Call make again when it is mended: it carries on from here."; exit 1; }
	@touch $@

lint: $(INSTALLED) ## ruff on code and notebooks, and the rules that labs keep
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m course lint

format: $(INSTALLED) ## let ruff format code and notebooks
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

derive: $(INSTALLED) ## student labs, start page and README table from labs_solutions/
	$(PY) -m course derive

pins: $(INSTALLED) ## newest versions of the packages that pyproject.toml names, into requirements.txt
	$(PY) -m pip install --quiet uv
	{ echo "# Written by 'make pins' from pyproject.toml: every package of the course, its version, and who needs it."; \
	    $(PY) -m uv pip compile --quiet --universal --upgrade --python-version 3.11 --fork-strategy fewest --no-header \
	        --no-emit-index-url --annotation-style line pyproject.toml; } > requirements.new
	mv requirements.new requirements.txt

clean: ## remove the virtual environment and caches; data sets stay
	rm -rf .venv .pytest_cache .ruff_cache *.egg-info
