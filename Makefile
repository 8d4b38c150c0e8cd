# make         set up (once) and reproduce all reports
# make test    all checks
# make lab     JupyterLab on the notebooks
SHELL := /bin/bash
PYTHON ?= python3
ENV := .venv
BIN := $(CURDIR)/$(ENV)/bin
STAMP := $(ENV)/.ready
# stages run plain `python`: it must be the one of the environment; bytecode saves seconds a stage
export PATH := $(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(ENV)
export PYTHONDONTWRITEBYTECODE :=
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := all
.PHONY: all environment reproduce test lint tidy lab relock refresh lock benchmarks clean

all: reproduce
	@echo "The pages are in reports/site: open reports/site/index.html"

environment: $(STAMP)

$(STAMP): requirements.lock tools/make_environment.sh
	@bash tools/make_environment.sh $(PYTHON) $(ENV)
	@touch $@

reproduce: $(STAMP)
	@if git rev-parse --git-dir >/dev/null 2>&1; \
	then dvc config --local --unset core.no_scm 2>/dev/null || true; \
	else dvc config --local core.no_scm true; fi
	@python tools/check_settings.py
	@dvc repro

test: reproduce
	@pytest

lint: $(STAMP)
	@ruff check && ruff format --check && mypy

tidy: $(STAMP)
	@ruff check --fix --quiet; ruff format --quiet; python tools/tidy_notebooks.py

# in a container the user is often root, which Jupyter refuses unless told; more options: LAB="..."
lab: $(STAMP)
	@jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

# after a change of dvc.yaml: a lock file without entries of what is no longer there
relock: $(STAMP)
	@rm -f dvc.lock && dvc repro

refresh: $(STAMP)
	@test -n "$(SOURCE)" || { echo "Say which source: make refresh SOURCE=ncses_articles"; exit 1; }
	@dvc repro --single-item --force fetch_source@$(SOURCE)

lock: $(STAMP)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --group dev pyproject.toml --output-file requirements.lock --quiet

benchmarks: reproduce
	@python benchmarks/clean_run.py && python benchmarks/no_op.py

clean:
	rm -rf $(ENV) data/raw data/clean data/features data/results data/scratch reports .dvc/cache .dvc/tmp
