# H - Multi-Threading, in Go. `make` alone prints what there is.
# Works with GNU make 3.81, which macOS has.

.DEFAULT_GOAL := help
.PHONY: help setup lab test record handouts bench

help: ## print this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup:
	@docker/setup

lab: setup ## set everything up and open the lesson in JupyterLab
	@docker/start

test: setup ## set everything up and pass the tests
	@docker/start go run ./helpers/internal/course test

record: setup ## run every notebook and store its outputs
	@docker/start go run ./helpers/internal/course record

handouts: setup ## run every notebook and write it as HTML into handouts/
	@docker/start go run ./helpers/internal/course handouts

bench: setup ## time the cells against the bare toolchain, stock GoNB and Python
	@docker/start go run ./helpers/internal/course bench
