# Everything a checkout needs, from an empty machine with Python 3.11 to 3.13. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
SEEDS ?= seeds
DATA ?=
# Numbers of passages that the bench builds; ENCODER= names a faster encoder than the one in the box.
SCALE ?= 1k
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
# The first Python of a fitting version; PYTHON=... names another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)

.PHONY: help install index serve run test check eval bench stress clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

install: $(VENV)/installed ## make .venv with everything that runs the service and its tests

# torch comes first, so that the version of TORCH (or a build that pip's own settings offer) is the one that stays.
$(VENV)/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found; install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "The environment could not be made; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	$(BIN)/python -m pip install --quiet "$(TORCH)" -c constraints.txt
	$(BIN)/python -m pip install --quiet -e ".[test,llm]" -c constraints.txt
	@touch $@

index: install ## build the index from SEEDS (default: seeds)
	$(BIN)/python -m index build $(SEEDS)

serve: install ## serve what was indexed on http://127.0.0.1:$(PORT)
	$(BIN)/python -m qa serve --port $(PORT)

run: index ## install, build the index, serve the web form and /ask
	$(BIN)/python -m qa serve --port $(PORT)

test: install ## run all tests
	$(BIN)/python -m pytest

check: install ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: index ## answer the five test sets and report by category
	$(BIN)/python -m qa eval tests/testset/semarang.jsonl --json var/eval/semarang.json --html var/eval/semarang.html
	$(BIN)/python -m index build tests/testset/news_dev.corpus.jsonl.xz --index-url file:var/news_dev
	$(BIN)/python -m qa eval tests/testset/news_dev.jsonl --index-url file:var/news_dev --json var/eval/news_dev.json --html var/eval/news_dev.html
	$(BIN)/python -m index build tests/testset/everyday.corpus.jsonl.xz --index-url file:var/everyday
	$(BIN)/python -m qa eval tests/testset/everyday.jsonl --index-url file:var/everyday --json var/eval/everyday.json --html var/eval/everyday.html
	$(BIN)/python -m index build tests/testset/local.corpus.jsonl.xz --index-url file:var/local
	$(BIN)/python -m qa eval tests/testset/local.jsonl --index-url file:var/local --json var/eval/local.json --html var/eval/local.html
	$(BIN)/python -m index build tests/testset/unseen.corpus.jsonl.xz --index-url file:var/unseen
	$(BIN)/python -m qa eval tests/testset/unseen.jsonl --index-url file:var/unseen --json var/eval/unseen.json --html var/eval/unseen.html

bench: index ## measure start, load, passage sizes, SCALE=1k,10k,... passages, HTML, near-duplicates, other recipes; with DATA=folder also cleaning and fusion
	$(BIN)/python -m pip install --quiet -e ".[training]" -c constraints.txt
	$(BIN)/python -m training.measure_start
	$(BIN)/python -m training.measure_load
	$(BIN)/python -m training.measure_passages
	$(BIN)/python -m training.measure_html
	$(BIN)/python -m training.measure_scale --sizes $(SCALE) $(if $(DATA),--data $(DATA))
	$(BIN)/python -m training.measure_duplicates
	$(BIN)/python -m training.measure_peers --torch "$(TORCH)"
	@if [ -n "$(DATA)" ]; then \
	  $(BIN)/python -m training.measure_cleaning --data $(DATA) && $(BIN)/python -m training.measure_fusion --data $(DATA); \
	else echo "cleaning and fusion need the training data: make bench DATA=folder"; fi

stress: install ## the long versions of the tests
	STRESS=1 $(BIN)/python -m pytest -m "not browser"

clean: ## remove the environment, built indexes and caches
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
