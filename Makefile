# Every target alone works on a fresh clone: the first one run makes .venv. Needs make and Python 3.11 or newer;
# to choose the Python, say `make play PYTHON=/path/to/python`.

PYTHON ?=
BIN := .venv/bin

.PHONY: play serve test test-all check check-all still lint types layers lessons format pictures reference bench clean

play: .venv/ready  # Open the playground.
	$(BIN)/microcrad

serve: .venv/ready  # Open it in a browser.
	$(BIN)/microcrad serve

# Those of the app wait more than they work, so there are more workers than cores; what one compiles, all read.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist worksteal

test: .venv/ready  # Run the tests, but for the slow ones.
	$(PYTEST) -m "not slow"

test-all: .venv/ready  # Run every test.
	$(PYTEST)

check: still  # What must hold before a change lands; the tests come last.
	@$(MAKE) --no-print-directory test

check-all: still  # The same with every test.
	@$(MAKE) --no-print-directory test-all

still: .venv/ready  # What needs no tests, two at a time.
	@$(MAKE) --no-print-directory -j 2 lessons types lint layers

lint: .venv/ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: .venv/ready
	$(BIN)/mypy

layers: .venv/ready  # That imports only point the way the architecture says.
	$(BIN)/lint-imports --no-logo --no-cache

lessons: .venv/ready  # That every lesson can be taken, and says what it should.
	$(BIN)/microcrad lessons check

format: .venv/ready  # Rewrite the sources as `check` wants them.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

pictures: .venv/ready  # Draw the pictures of the documentation again, and the one that moves.
	$(BIN)/python docs/pictures.py

reference: .venv/ready  # Write the pages about the language and about the library again.
	$(BIN)/python docs/reference.py
	$(BIN)/python docs/api.py

bench: .venv/ready  # Measure; prints ratios, asserts nothing.
	$(BIN)/python benchmarks/eager.py
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BIN)/python benchmarks/tape.py
	$(BIN)/python benchmarks/app.py

clean:
	rm -rf .venv

# A candidate counts only if it runs: the name may exist and fail, or lack what makes virtual environments.
.venv/ready: pyproject.toml
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "microcrad needs Python 3.11 or newer with its venv module, and found none." >&2; \
	    echo "Install it (on Debian or Ubuntu: apt install python3 python3-venv), or say make PYTHON=/path/to/python" >&2; \
	    exit 1; \
	fi; \
	echo "Setting up .venv with $$python, and then what microcrad needs in it. It is done once and takes about a minute."; \
	"$$python" -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
