# `make run` starts the site, `make test` and `make check` look after its code. Each sets itself up.

.DEFAULT_GOAL := help
.PHONY: help run test check bench train-starter format setup setup-dev browser

PYTHON_FILES := manage.py conftest.py digitsite datasets training recognizer tests benchmarks

help:
	@echo "make run            start the site on http://127.0.0.1:8000  (PORT=8001, DATA_DIR=/path/to/data)"
	@echo "make test           all tests, with a PostgreSQL, a Valkey and a Chromium of their own"
	@echo "make check          lint, format, types, migrations, compose file"
	@echo "make format         rewrite the sources as 'make check' wants them"
	@echo "make bench          benchmarks, as ratios against a baseline measured in the same run"
	@echo "make train-starter  train the starter versions again  (DATA=/folder/with/mnist/and/unipen; hours)"

setup:
	@requirements/install.sh web.txt embedded.txt training.txt

setup-dev: setup
	@requirements/install.sh dev.txt

run: setup
	@exec .venv/bin/python -m digitsite.supervisor

test: setup-dev browser
	.venv/bin/python -m pytest $(ARGS)

browser: setup-dev
	@tests/browser.sh

check: setup-dev
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)
	.venv/bin/python -m tests.services .venv/bin/mypy manage.py digitsite datasets training recognizer
	.venv/bin/python -m tests.services .venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/djlint --check --lint templates
	@if command -v node >/dev/null; then \
		echo "node --check static/js/*.js"; \
		for file in $$(find static/js -name '*.js'); do \
			node --input-type=module --check < "$$file" || { echo "in $$file"; exit 1; }; \
		done; \
	else echo "node is not installed: static/js is not checked"; fi
	@if docker compose version >/dev/null 2>&1; then compose="docker compose"; \
	elif command -v docker-compose >/dev/null; then compose=docker-compose; \
	else echo "docker compose is not installed: docker-compose.yml is not checked"; exit 0; fi; \
	echo "$$compose config -q"; \
	SECRET_KEY=x DATABASE_PASSWORD=x REDIS_PASSWORD=x $$compose --env-file .env.example config -q

format: setup-dev
	.venv/bin/ruff check --fix $(PYTHON_FILES)
	.venv/bin/ruff format $(PYTHON_FILES)
	.venv/bin/djlint --reformat --quiet templates

bench: setup-dev
	.venv/bin/python -m benchmarks $(ARGS)

# DATA is a folder with mnist/ and unipen/ as they are published.
train-starter: setup-dev
	@test -d "$(DATA)" || { echo "Name the folder that holds mnist/ and unipen/: make train-starter DATA=..."; exit 1; }
	.venv/bin/python -m tests.services training/starter_versions/train.sh "$(DATA)"
