# make run   start the proxy on 127.0.0.1:8080        make run PORT=8181 ARGS="--set anime_deadline=5"
# make test  everything the tests need, then all tests       make test TESTS=tests/certs
# make gpu   add the diffusion engine for an NVIDIA GPU to .venv
# make lint  ruff and mypy only
# make clean remove .venv and what tools leave behind

PORT ?= 8080
ARGS ?=
BIN := .venv/bin
SETUP := pyproject.toml scripts/venv scripts/find-python scripts/cpu-overrides.txt scripts/gpu-overrides.txt

.PHONY: run test lint gpu clean
.DELETE_ON_ERROR:

run: .venv/base.stamp
	@exec $(BIN)/avatanime run --port $(PORT) $(ARGS)

test: .venv/test.stamp
	@scripts/apt-packages
	$(MAKE) --no-print-directory lint
ifdef TESTS
	$(BIN)/python -m pytest $(TESTS)
else
	$(BIN)/python -m pytest -q -n auto --dist worksteal --durations=10 -m "not e2e"
	$(BIN)/python -m pytest --durations=10 -m e2e # one by one: they measure what a busy machine would blur
endif

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=tests/e2e $(BIN)/mypy -p harness

gpu:
	@scripts/venv gpu
	@touch .venv/base.stamp

.venv/base.stamp: $(SETUP)
	@scripts/venv base
	@touch $@

.venv/test.stamp: $(SETUP)
	@scripts/venv test
	@touch $@ .venv/base.stamp

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis artifacts build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
