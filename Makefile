# make             set up (once) and reproduce all reports
# make test        all checks; make test PROCESSES=1: without a second process
# make lab         JupyterLab on the notebooks
# make pdf         a page on paper: make pdf PAGE=country_clusters LANGUAGE=vi (either may be all)
# make tidy        code and notebooks in the form that is committed
# make lint        style and types
# make messages    catalogues of translations brought up to date; what lacks a translation
# make refresh     one source fetched again: make refresh SOURCE=ilostat_employment
# make status      how fresh each source is; make status ASK=yes: the publishers are asked
# make promote     a live fetch held against the embedded figures; WRITE=yes: it replaces them
# make registers   the owner's lists of offices, agreements, exchanges and graduates checked
# make explain     why headline numbers changed since a release: make explain RELEASE=v0.1.0
# make record      first step of a release: make record VERSION=0.2.0 DATE=2026-12-01
# make release     second step: checks, results to the DVC remote, site as a zip, tag
# make publish     the public site in reports/public; refused where terms of a source forbid it
# make benchmarks  measured times
# make lock        requirements.lock anew; make relock: dvc.lock anew; make environment: .venv alone
# make axe         the accessibility checker, which make test gets by itself
# make clean       delete everything that is rebuilt
SHELL := /bin/bash
PYTHON ?= python3
ENV := .venv
BIN := $(abspath $(ENV))/bin
STAMP := $(ENV)/.ready
AXE := tests/axe/node_modules/.ready
# here, for many machines have a variable LANGUAGE of their own; the command line still decides
LANGUAGE := en
# of the tests: more of them want more memory, each has a browser of its own
PROCESSES ?= 2
# stages run plain `python`: it must be the one of the environment; bytecode saves seconds a stage
export PATH := $(BIN):$(PATH)
export VIRTUAL_ENV := $(abspath $(ENV))
export PYTHONDONTWRITEBYTECODE :=
export UV_PYTHON_DOWNLOADS := never
# many small matrices: threads that wait for each other cost four times the time
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := all
.PHONY: all environment reproduce test axe lint tidy lab pdf messages registers relock refresh status promote lock benchmarks clean \
  explain record release publish

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

# in as many processes as there are cores here and in continuous integration
test: reproduce axe
	@pytest -n $(PROCESSES)

# axe-core, in the version and with the hash of tests/axe/package-lock.json
axe:
	@if test $(AXE) -nt tests/axe/package-lock.json; then :; \
	elif ! command -v npm >/dev/null; then echo "No npm here: the accessibility tests will skip."; \
	elif (cd tests/axe && npm ci --loglevel=error >/dev/null); then touch $(AXE); \
	else echo "npm could not install axe-core: the accessibility tests will skip."; fi

lint: $(STAMP)
	@ruff check && ruff format --check && mypy

tidy: $(STAMP)
	@ruff check --fix --quiet; ruff format --quiet; python tools/tidy_notebooks.py

# in a container the user is often root, which Jupyter refuses unless told; more options: LAB="..."
lab: $(STAMP)
	@jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

pdf: $(STAMP)
	@test -n "$(PAGE)" || { echo "Say which page: make pdf PAGE=country_clusters LANGUAGE=vi"; exit 1; }
	@python tools/print_page.py "$(PAGE)" --language "$(LANGUAGE)"

messages: $(STAMP)
	@python tools/messages.py update && python tools/messages.py missing

registers: $(STAMP)
	@python tools/check_registers.py

# after a change of dvc.yaml: a lock file without entries of what is no longer there
relock: $(STAMP)
	@rm -f dvc.lock && dvc repro

explain: $(STAMP)
	@test -n "$(RELEASE)" || { echo "Say since which release: make explain RELEASE=v0.1.0"; exit 1; }
	@python tools/explain_changes.py "$(RELEASE)"

# what is recorded is what the pages say, so they are brought up to date before and after
record: reproduce
	@test -n "$(VERSION)" -a -n "$(DATE)" || \
	  { echo "Say version and day: make record VERSION=0.2.0 DATE=2026-12-01"; exit 1; }
	@python tools/record_release.py "$(VERSION)" "$(DATE)"
	@dvc repro
	@echo "Now read the pages, sign them in params.yaml, run make, commit all, and call:"
	@echo "  make release VERSION=$(VERSION)"

release: $(STAMP)
	@test -n "$(VERSION)" || { echo "Say which release: make release VERSION=0.2.0"; exit 1; }
	@python tools/make_release.py "$(VERSION)" $(if $(DATE),--date "$(DATE)")

publish: reproduce
	@python tools/publish_site.py $(if $(COMMERCIAL),--commercial)

# from: live asks the publisher anew, from: file reads the file again; ACCEPT=fewer lets in figures
# that have lost countries or values
refresh: $(STAMP)
	@test -n "$(SOURCE)" || { echo "Say which source: make refresh SOURCE=ilostat_employment"; exit 1; }
	@TECHDIPLOMACY_ACCEPT="$(ACCEPT)" python tools/check_settings.py --refresh "$(SOURCE)"
	@TECHDIPLOMACY_REFRESH="$(SOURCE)" TECHDIPLOMACY_ACCEPT="$(ACCEPT)" \
	  dvc repro --single-item --force "fetch_source@$(SOURCE)"

status: $(STAMP)
	@python tools/status.py $(if $(ASK),--ask)

promote: $(STAMP)
	@test -n "$(SOURCE)" || { echo "Say which source: make promote SOURCE=ilostat_employment"; exit 1; }
	@python tools/promote_figures.py "$(SOURCE)" $(if $(WRITE),--write) $(if $(filter fewer,$(ACCEPT)),--fewer)

lock: $(STAMP)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --group dev pyproject.toml --output-file requirements.lock --quiet

benchmarks: reproduce
	@python benchmarks/clean_run.py && python benchmarks/no_op.py && python benchmarks/rank_draws.py && \
	  python benchmarks/gravity_refits.py && python -m benchmarks.site_build && \
	  python -m benchmarks.briefs

clean:
	rm -rf $(ENV) tests/axe/node_modules data/raw data/clean data/features data/results data/scratch reports .dvc/cache .dvc/tmp
