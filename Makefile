# The verbs of the lecture. `make lecture` and `make test` work from a bare clone with Python 3.11 or newer.
PYTHON ?= python3
LAB_ARGS ?=
LESSONS ?=
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: lecture test record pages bench clean

lecture: $(READY)  ## open the lecture in JupyterLab
	JUPYTER_CONFIG_PATH="$(CURDIR)/lab" JUPYTER_PATH="$(CURDIR)/lab" \
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" $(LAB_ARGS) notebooks/index.ipynb

test: $(READY)  ## every test, and every notebook on the CPU
	LECTURE_DEVICE=cpu $(BIN)/python -m pytest

record: $(READY)  ## execute the notebooks (LESSONS="03 04" for some), store outputs, write data/ledger.json
	$(BIN)/python -m lecture_utils.lesson.record $(LESSONS)

pages: $(READY)  ## bring Colab badges and the maps in README and index up to date
	$(BIN)/python -m lecture_utils.lesson.pages

bench: $(READY)  ## speed against torch's own layers: ratios of medians, taken in one run
	$(BIN)/python tests/bench/attention.py
	$(BIN)/python tests/bench/transformer.py
	$(BIN)/python tests/bench/gpt.py
	$(BIN)/python tests/bench/tabnet.py
	$(BIN)/python tests/bench/bpe.py
	$(BIN)/python tests/bench/informer.py

clean:  ## remove the environment and everything built
	rm -rf $(VENV) build dist

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt "torch" --editable ".[lab,boosting,test]"
	touch $(READY)
