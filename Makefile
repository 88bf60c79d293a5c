# make run   opens the page          make test   runs every check
# make ingest PATHS=folder   adds documents       make eval   measures what we claim
# make prove  breaks it on purpose, for hours (ARGS=--short: minutes)
.DEFAULT_GOAL := run
PYTHON ?= python3.11
# Compiled once here, or every start compiles what a read-only system does not keep.
export UV_COMPILE_BYTECODE ?= 1
# uv sees what pip's own configuration sees.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export ANONYMIZED_TELEMETRY = False
export GRADIO_ANALYTICS_ENABLED = False
export HF_HUB_OFFLINE = 1
PY := .venv/bin/python
MODEL := var/models/multilingual-e5-small

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv || python3 -m venv .venv
	.venv/bin/pip install --quiet uv
	.venv/bin/uv pip install --quiet --python $(PY) -r requirements.txt
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	.venv/bin/uv pip install --quiet --python $(PY) -r requirements-dev.txt
	touch $@

$(MODEL)/modules.json: .venv/ready
	$(PY) -m ingest.default_model $(MODEL)

.PHONY: setup run test lint eval prove ingest lock
setup: .venv/ready $(MODEL)/modules.json
run: setup
	$(PY) app.py
test: setup .venv/ready-dev lint
	$(PY) -m pytest
lint: .venv/ready-dev
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
eval: setup
	$(PY) -m evals $(ARGS)
prove: setup .venv/ready-dev
	$(PY) -m evals.prove $(ARGS)
ingest: setup
	$(PY) -m ingest $(or $(PATHS),corpus)
# Without the old lock, which would steer uv from a local CPU build of torch to the CUDA build.
lock:
	rm -f requirements.txt
	.venv/bin/uv pip compile requirements.in -o requirements.txt --no-header --no-annotate
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.txt
	.venv/bin/uv pip compile requirements-dev.in -o requirements-dev.txt --no-header --no-annotate
