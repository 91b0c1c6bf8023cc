# H - Multi-Threading, in Go. `make` alone prints what there is.
# Works with GNU make 3.81, which macOS has.

.DEFAULT_GOAL := help
.PHONY: help setup compat lab author lint test test-long record editions handouts slides worksheets bench image \
	test-image grade study hub test-hub badges audit update sbom

IMAGE = multithreading
SYFT = github.com/anchore/syft/cmd/syft@v1.57.0 # lists Debian's, Python's and Go's packages of an image, with their licences

# ## is what a student and a teacher need, ### what a maintainer needs.
help:
	@awk -F ':.* ##+ ' '/^[a-z-]+:.* ## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "To maintain the course:"
	@awk -F ':.* ##+ ' '/^[a-z-]+:.* ### / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: ## set everything up and open the lesson in JupyterLab: copies below work/, which are yours
	@docker/setup lab
	@docker/start

author: setup ### open the notebooks themselves in JupyterLab, with their recorded outputs, to write the course
	@docker/start jupyter lab

setup: ## set everything up, for a computer room say, and open nothing
	@docker/setup

# What only the tests of compatibility ask for: other versions of Jupyter, and its suite for kernels.
compat: setup
	@.ci/compat

LEFT_OUT = if [ -f .venv/left-out ]; then echo "Left out:"; sort -u .venv/left-out; fi

lint: setup ### read the code, the scripts and the Python files for what is wrong in them
	@rm -f .venv/left-out
	@docker/start .ci/lint
	@$(LEFT_OUT)

# Twice: what is racy on purpose has tests of its own, which the race detector would fail. The notebooks run in the second pass, on the
# real kernel and in the real JupyterLab. Of the helpers one package at a time, and then the lessons, so that no test disturbs another's
# times; what else is below internal mostly waits for kernels and browsers, and is held to times that a busy machine keeps too.
test: setup compat ### set everything up and pass the tests
	@rm -f .venv/left-out
	@docker/start .ci/lint
	@docker/start go test -race -short ./...
	@docker/start sh -c 'go test -p 1 -count 1 -timeout 60m $$(go list ./... | grep -v /internal/)'
	@docker/start sh -c 'go test -p 2 -count 1 -timeout 60m $$(go list ./helpers/internal/... | grep -v /lessons$$)'
	@docker/start go test -count 1 -timeout 60m ./helpers/internal/lessons
	@$(LEFT_OUT)

# Beyond what CI has time for.
test-long: setup ### a kernel's long life in full, 20,000 random cells and every cell built both ways (two hours), then each answer of the exercises 200 times
	@COURSE_LONG=1 docker/start go test -count 1 -timeout 4h -v -run TestLong ./helpers/internal/lab
	@docker/start go test -count 1 -timeout 24h ./helpers/internal/judge -times 200
	@COURSE_LONG=1 docker/start go test -count 1 -timeout 2h -v -run TestLong ./helpers/internal/engine
	@COURSE_LONG=1 docker/start go test -count 1 -timeout 2h ./helpers/internal/engine/replay

editions: setup ### write the students' exercises, which have no solutions, from the teacher's
	@docker/start go run ./helpers/internal/course editions

record: setup ### run every notebook and store its outputs
	@docker/start go run ./helpers/internal/course record

handouts: setup ## run every notebook and write it into handouts/ as pages, in which cells run; RECORDED=1 runs none, SINGLE=1 lets each page go alone, PDF=1 prints to PDF too, for A4 and Letter
	@docker/start go run ./helpers/internal/course handouts $(if $(RECORDED),-recorded) $(if $(SINGLE),-single) $(if $(PDF),-pdf)

worksheets: setup ## a different worksheet for each student and the key, in worksheets/: N=30 of them, by SEED=1; ANSWERS=file.csv grades what they answered
	@docker/start go run ./helpers/internal/worksheet -n "$(or $(N),30)" -seed "$(or $(SEED),1)" $(if $(ANSWERS),-answers "$(ANSWERS)")

slides: setup ## write the lesson as slides, in one file that needs no network: handouts/slides.html (npm gets reveal.js for it)
	@docker/start go run ./helpers/internal/course slides

bench: setup ### time the cells against the bare toolchain, stock GoNB and Python
	@docker/start go run ./helpers/internal/course bench

image: ## build the image for Docker, the same that Binder builds
	@docker build -f binder/Dockerfile -t $(IMAGE) .

test-image: image ### start the image in every way it is meant for, and do there what a student does
	@COURSE_IMAGE=$(IMAGE) docker/start go test -p 1 -count 1 -timeout 40m -v ./helpers/internal/image ./helpers/internal/grade

grade: setup ## grade the exercises of a class: DIR=folder has a notebook, or a folder with one, for each student; OUT=folder is written
	@docker/start grade $(if $(WEIGHTS),-weights "$(WEIGHTS)") "$(DIR)" "$(OUT)"

study: setup ## what a class has gained: CSV=file has the answers to the twenty questions, before and after (notebooks/instructor/marking.md)
	@docker/start go run ./helpers/internal/course study "$(CSV)"

hub: ## a class on this machine: JupyterHub, with an account for each student (Linux, root; docker/hub/README.md)
	@docker/hub/start

test-hub: setup ### let twenty students use the hub at once, and see what they feel; FULL=1 also five and ten, and the whole lesson
	@COURSE_HUB=$(if $(FULL),full,1) docker/start go test -count 1 -timeout 60m -v ./docker/hub/load

audit: setup ### ask the public lists of advisories about all that is pinned
	@docker/start .ci/audit

update: ### raise every pin, run the tests and show the difference, which stays uncommitted
	@.ci/update

# Built with a module cache of its own: gopls reads all that is in the user's, and syft's hundreds of modules made that take ten times as
# long.
SYFT_PROGRAM = .venv/$(notdir $(strip $(SYFT)))/syft
$(SYFT_PROGRAM):
	@modules=$$(mktemp -d) && GOMODCACHE=$$modules GOFLAGS=-modcacherw GOBIN=$(CURDIR)/$(dir $@) go install $(SYFT) && rm -r "$$modules"

# The licences of Go's modules are read from the module cache, which setup has filled; what cells may import stands in the image's go.mod.
sbom: setup image $(SYFT_PROGRAM) ### list all that is in the image, with versions and licences, in .venv/sbom.json (CycloneDX)
	@SYFT_CHECK_FOR_APP_UPDATE=false SYFT_FILE_METADATA_SELECTION=none SYFT_GOLANG_SEARCH_LOCAL_MOD_CACHE_LICENSES=true \
		$(SYFT_PROGRAM) scan docker:$(IMAGE) -q --select-catalogers +go-module-file-cataloger --exclude '/opt/go/**' \
		-o cyclonedx-json=.venv/sbom.json
	@COURSE_SBOM=.venv/sbom.json COURSE_IMAGE=$(IMAGE) docker/start go test -count 1 -v -run SBOM ./helpers/internal/supply

# Until it is known where the repository lives, the links name a placeholder.
badges: ## let the README's links, to the pages that run and to Binder, lead to this clone's own GitHub repository
	@name=$$(git remote get-url origin | sed -n 's|.*github\.com[:/]\([^/]*/[^/]*\)$$|\1|p' | sed 's|\.git$$||'); \
	test -n "$$name" || { echo "badges: the remote 'origin' is not on GitHub"; exit 1; }; \
	sed -e "s|mybinder.org/v2/gh/[^/]*/[^/]*/|mybinder.org/v2/gh/$$name/|g" \
		-e "s|github.com/[^/]*/[^/]*/actions/workflows/pages.yml|github.com/$$name/actions/workflows/pages.yml|g" \
		-e "s|https://[^/.]*\.github\.io/[^/]*/|https://$${name%/*}.github.io/$${name#*/}/|g" README.md >README.new && mv README.new README.md
