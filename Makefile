# `make run` starts the site, `make test` and `make check` look after its code. Each sets itself up.

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-quality faults train-starter measure-starter format messages setup setup-dev browser

PYTHON_FILES := manage.py conftest.py digitsite datasets training recognizer tests benchmarks

help:
	@echo "make run            start the site on http://127.0.0.1:8000  (PORT=8001, DATA_DIR=/path/to/data)"
	@echo "make test           all tests, with a PostgreSQL, a Valkey and a Chromium of their own"
	@echo "make check          lint, format, types, migrations, compose file"
	@echo "make format         rewrite the sources as 'make check' wants them"
	@echo "make messages       bring the German and French catalogues up to date  (needs gettext)"
	@echo "make bench          benchmarks, as ratios against a baseline measured in the same run"
	@echo "make bench-quality  how well the networks read unseen people  (DIGITSITE_DATA=/folder/with/mnist/and/unipen)"
	@echo "make faults         break a running site while it trains, and see what becomes of the run"
	@echo "make train-starter  train the starter versions again  (DATA=/folder/with/mnist/and/unipen, SEEDS=1,2,3; hours)"
	@echo "make measure-starter  test them again and write their figures  (DATA=as above; minutes)"

# The tests are shared, file by file, among processes with servers of their own; with PROCESSES=0 there is just one.
PROCESSES ?= 2
IN_PARALLEL = -n $(PROCESSES) --dist loadgroup --no-loadscope-reorder

# TRAINING=training-gpu, in a fresh .venv, trains on an NVIDIA GPU.
TRAINING ?= training

setup:
	@requirements/install.sh web.txt embedded.txt $(TRAINING).txt
	@requirements/scripts.sh

setup-dev: setup
	@requirements/install.sh dev.txt
	@requirements/scripts.sh --dev

run: setup
	@exec .venv/bin/python -m digitsite.supervisor

test: setup-dev browser
	.venv/bin/python -m pytest $(IN_PARALLEL) $(ARGS)

browser: setup-dev
	@tests/browser.sh

check: setup-dev
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)
	.venv/bin/python -m tests.services .venv/bin/mypy manage.py digitsite datasets training recognizer
	.venv/bin/python -m tests.services .venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/djlint --check --lint templates
	@if [ -x node_modules/.bin/eslint ]; then PATH="$$PWD/.venv/bin:$$PATH" npm run --silent lint; \
	else echo "npm could not be used: static/js is not checked"; [ -z "$$CI" ]; fi
	@if docker compose version >/dev/null 2>&1; then compose="docker compose"; \
	elif command -v docker-compose >/dev/null; then compose=docker-compose; \
	else echo "docker compose is not installed: docker-compose.yml is not checked"; exit 0; fi; \
	echo "$$compose config -q"; \
	SECRET_KEY=x DATABASE_PASSWORD=x REDIS_PASSWORD=x $$compose --env-file .env.example config -q

format: setup-dev
	.venv/bin/ruff check --fix $(PYTHON_FILES)
	.venv/bin/ruff format $(PYTHON_FILES)
	.venv/bin/djlint --reformat --quiet templates

# No service is asked: the addresses only have to be there. A date in the catalogues would change them each time.
messages: export SECRET_KEY := x
messages: export DATABASE_URL := postgres://x:x@127.0.0.1:1/x
messages: export REDIS_URL := redis://127.0.0.1:1/0
messages: setup-dev
	@command -v msgfmt >/dev/null || { echo "msgfmt is not installed: install gettext"; exit 1; }
	.venv/bin/python manage.py makemessages --locale de --locale fr --no-obsolete --add-location file \
		--ignore .venv --ignore var --ignore node_modules --ignore tests
	@for catalogue in locale/*/LC_MESSAGES/django.po; do \
		sed '/^"POT-Creation-Date:/d' "$$catalogue" > "$$catalogue.new" && mv "$$catalogue.new" "$$catalogue"; \
	done
	.venv/bin/python manage.py compilemessages --ignore .venv --ignore var --ignore node_modules

bench: setup-dev
	.venv/bin/python -m benchmarks $(ARGS)

# DIGITSITE_DATA is a folder with mnist/ and unipen/; ARGS names parts, and options: ARGS=--help.
bench-quality: setup-dev
	.venv/bin/python -m benchmarks.quality $(ARGS)

# Break a running site while it trains; DIGITSITE_DATA is a folder with mnist/.
faults: setup-dev
	.venv/bin/python -m benchmarks.faults $(ARGS)

# DATA is a folder with mnist/ and unipen/, see the README; SEEDS=1,2,3 trains each network three times.
train-starter: setup-dev
	@test -d "$(DATA)" || { echo "Name the folder that holds mnist/ and unipen/: make train-starter DATA=..."; exit 1; }
	.venv/bin/python -m tests.services training/starter_versions/train.sh "$(DATA)" $(SEEDS)

measure-starter: setup-dev
	@test -d "$(DATA)" || { echo "Name the folder that holds mnist/ and unipen/: make measure-starter DATA=..."; exit 1; }
	.venv/bin/python -m tests.services training/starter_versions/measure.sh "$(DATA)"
