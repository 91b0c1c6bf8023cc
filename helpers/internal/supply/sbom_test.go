package supply

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// A component of the image, as CycloneDX has it. Its purl says of what kind it is: pkg:golang/…, pkg:pypi/…, pkg:deb/….
type component struct {
	Name, Version, Purl string
	Licenses            []struct {
		License    struct{ ID, Name string }
		Expression string
	}
}

// The list that `make sbom` has made has all kinds of what is in the image, with their licences.
func TestSBOM(t *testing.T) {
	if os.Getenv("COURSE_SBOM") == "" {
		t.Skip("no COURSE_SBOM: `make sbom` makes and names one")
	}
	text, err := os.ReadFile(filepath.Join(notebook.Root(), os.Getenv("COURSE_SBOM")))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		BomFormat  string
		Components []component
	}
	if err := json.Unmarshal(text, &list); err != nil || list.BomFormat != "CycloneDX" {
		t.Fatalf("no CycloneDX: %v, %q", err, list.BomFormat)
	}

	for _, known := range []string{
		"pkg:generic/go@", "pkg:golang/stdlib@", // Go, and what of it is in every program
		"pkg:golang/github.com/janpfeifer/gonb@v", "pkg:golang/golang.org/x/tools/gopls@v", "pkg:golang/github.com/gomlx/gomlx@v",
		"pkg:pypi/jupyterlab@", "pkg:pypi/numpy@", "pkg:deb/debian/libc6@", "pkg:deb/debian/gcc@",
	} {
		if !slices.ContainsFunc(list.Components, func(c component) bool { return strings.HasPrefix(c.Purl, known) && c.Version != "" }) {
			t.Errorf("it lacks %s", known)
		}
	}

	excused := withoutCopyright(t)
	all, without := map[string]int{}, map[string][]string{}
	for _, c := range list.Components {
		kind, _, _ := strings.Cut(c.Purl, "/")
		if !slices.Contains([]string{"pkg:golang", "pkg:pypi", "pkg:deb"}, kind) || strings.HasPrefix(c.Name, "cmd/") || c.Name == "example.com/multithreading" {
			continue // Go's own commands are Go; the course is ours
		}
		var licences []string
		for _, l := range c.Licenses {
			licences = append(licences, l.License.ID+l.License.Name+l.Expression)
		}
		t.Log(kind, c.Name, c.Version, licences)
		all[kind]++
		if len(licences) == 0 && !(kind == "pkg:deb" && excused[c.Name]) {
			without[kind] = append(without[kind], c.Name)
		}
	}
	// Debian takes nothing into main that may not be used, changed and passed on; what it asks is that its words on that are passed on
	// too. Whether licences of Go's and Python's packages are allowed the tests above say: the list may lack some, which say theirs
	// in free words.
	for kind, most := range map[string]int{"pkg:deb": 0, "pkg:pypi": all["pkg:pypi"] / 10, "pkg:golang": all["pkg:golang"] / 10} {
		t.Logf("%s: %d, without a licence: %v", kind, all[kind], without[kind])
		if all[kind] < 50 || len(without[kind]) > most {
			t.Errorf("%s: %d, without a licence, or with one that was left out of the image: %v", kind, all[kind], without[kind])
		}
	}
}

// withoutCopyright gives Debian's packages whose licence the image cannot have, for the image it starts from has not: Debian's own slim
// image has them all, one made otherwise may not. A package's folder may be a link to that of another.
func withoutCopyright(t *testing.T) map[string]bool {
	t.Helper()
	dockerfile, err := os.ReadFile(filepath.Join(notebook.Root(), "binder", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	packages := func(image, each string) []string {
		t.Helper()
		output, err := exec.Command("docker", "run", "--rm", "--network=none", "--entrypoint", "sh", image, "-c",
			`cd /usr/share/doc && for p in $(dpkg-query -W -f '${Package} '); do `+each+`; done`).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(output)), "\n")
	}
	base := regexp.MustCompile(`(?m)^ARG BASE_IMAGE=(\S+)$`).FindSubmatch(dockerfile)[1]
	lacking := packages(string(base), `[ -e $p/copyright ] || echo $p`)
	excused := map[string]bool{}
	for _, line := range packages(os.Getenv("COURSE_IMAGE"), `echo $p $(basename $(readlink -f $p))`) {
		name, owner, _ := strings.Cut(line, " ")
		excused[name] = slices.Contains(lacking, owner)
	}
	return excused
}
