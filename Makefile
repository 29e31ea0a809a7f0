# Every command sets up what it needs; a second start does no work.
PYTHON ?= python3
VENV := .venv/bin

.PHONY: help run test check bench lock messages docs screenshots clean

help:
	@echo "make run       start Qipan at http://127.0.0.1:8000 (first start fills a demonstration zone)"
	@echo "make test      prove everything: lint, types, layers, documents, unit, both databases, browser"
	@echo "make check     the fast loop for what you changed, under a minute"
	@echo "make bench     measure, beside peers, and rewrite docs/performance.md (ONLY=name for one script)"
	@echo "make messages  collect the texts of pages and commands for translation, and say what is missing"
	@echo "make docs      rewrite the documents that are made from catalogues"
	@echo "make screenshots  renew the pictures of docs/screens from a demonstration zone"
	@echo "make lock      choose the versions of all libraries anew"
	@echo "make clean     remove everything that can be made again (never the data folder)"

run:
	@$(PYTHON) scripts/prepare.py run
	@exec $(VENV)/qipan serve --demo-if-empty $(ARGS)

test:
	@$(PYTHON) scripts/prepare.py test
	@exec $(VENV)/python scripts/prove.py $(LEGS)

check:
	@$(PYTHON) scripts/prepare.py test
	@exec $(VENV)/python scripts/check.py

bench:
	@$(PYTHON) scripts/prepare.py bench
	@exec $(VENV)/python scripts/bench.py $(ONLY)

lock:
	@$(PYTHON) scripts/lock.py

messages:
	@$(PYTHON) scripts/prepare.py test
	@exec $(VENV)/python scripts/messages.py merge

docs:
	@$(PYTHON) scripts/prepare.py test
	@$(VENV)/python scripts/write_problem_docs.py
	@$(VENV)/python scripts/write_command_docs.py
	@$(VENV)/python scripts/write_health_docs.py

screenshots:
	@$(PYTHON) scripts/prepare.py test
	@exec $(VENV)/python scripts/screenshots.py

clean:
	rm -rf .venv .cache .pytest_cache .ruff_cache .import_linter_cache dist build src/qipan/web/static/vendor
	find src -name '*.mo' -path '*/locale/*' -delete
