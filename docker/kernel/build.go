package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/modfile"
)

// A cell's program is compiled and linked here, by Go's own compiler and linker, without the go
// command between. Of a cell's 170 ms the go command takes 60 to find out, each time anew, what the
// last cell's build has already found out: with which arguments the two are called, and in which
// files of its cache the compiled packages lie.
//
// So a build by the go command is watched: it calls its tools through this command (-toolexec),
// which notes how they are called. A recipe is what comes of that. It holds as long as all stays
// the same that the go command would look at: its own file, the environment, go.mod, go.sum and
// go.work, the files of every package that no version pins. Wherever it is not certain that the go
// command would do the same, the go command does it, so that programs and messages are its own. The
// errors of a cell are such a case: after any, the go command builds again, and says them.

// toolFlag, as first argument, asks to note how a tool is called, and to become it. What follows is
// the folder for the note and the tool's command line.
const toolFlag = "-tool"

// build makes one program, and returns what the go command complains of.
func build(real string, args []string) (messages string, err error) {
	c, doubt := newCell(real, args)
	if doubt != nil {
		return goBuild(real, "", args)
	}
	if r, err := c.recipe(); err == nil && c.make(r) == nil {
		return "", nil
	}
	messages, err, _ = c.watch(real, args) // where no recipe comes of it, the next cell tries again
	return messages, err
}

// watch has the go command build the cell, and makes a recipe of it, or says why none can be made.
func (c *cell) watch(real string, args []string) (messages string, failed, unlearned error) {
	self, err := os.Executable()
	notes := filepath.Join(c.work, "notes")
	if err == nil {
		err = os.RemoveAll(notes)
	}
	if err == nil {
		err = os.MkdirAll(notes, 0o755)
	}
	if err == nil && strings.ContainsAny(self+notes, "'\"") { // the go command takes a line of quoted words
		err = errors.New("a folder's name has a quote")
	}
	if err != nil {
		messages, failed = goBuild(real, c.dir, args)
		return messages, failed, err
	}
	before := time.Now()
	watched := slices.Insert(slices.Clone(args), 1, "-toolexec='"+self+"' "+toolFlag+" '"+notes+"'")
	if messages, failed = goBuild(real, c.dir, watched); failed != nil {
		return messages, failed, failed
	}
	return messages, nil, c.learn(notes, before)
}

// recipeFlag, as first argument, asks for a recipe for cells that import the packages that are named
// on standard input, in kernels that have the settings of this process's environment. What follows
// is the folder of the module that they see. Where there is one, a program is built by it, so that
// what it takes has been read from the disk.
const recipeFlag = "-recipe"

// firstRecipe makes the recipe with which the first cell of a kernel is built.
func firstRecipe(course string) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	real, err := findAfterSelf("go")
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "recipe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if scratch, err = filepath.EvalSymlinks(scratch); err != nil {
		return err
	}
	dir := filepath.Join(scratch, "gonb_recipe")
	if err := newFolder(real, dir, course); err != nil {
		return err
	}
	program := "package main\n\n"
	// Every cell imports runtime/debug, to limit its stack (_gonb/18-stack.patch).
	for _, path := range append(strings.Fields(string(text)), "runtime/debug") {
		program += fmt.Sprintf("import _ %q\n", path)
	}
	program += "\nfunc main() {}\n"
	args := []string{"build", "-o", filepath.Join(dir, filepath.Base(dir)) + programSuffix}
	var unlearned error
	for range 2 { // what is compiled for the first time does not lie in Go's cache yet
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644); err != nil {
			return err
		}
		c, err := newCell(real, args)
		if err != nil {
			return err
		}
		if r, err := c.recipe(); err == nil && c.make(r) == nil {
			return nil
		}
		var messages string
		if messages, err, unlearned = c.watch(real, args); err != nil {
			return fmt.Errorf("%w\n%s", err, messages)
		}
		if unlearned == nil {
			break
		}
		program += "\n" // else it would not be compiled again
	}
	return unlearned
}

// newFolder makes a folder for cells' programs as GoNB does, in which the module in course is seen.
func newFolder(real, dir, course string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(course, "go.mod"))
	if err != nil {
		return err
	}
	for _, line := range [][]string{
		{"mod", "init", filepath.Base(dir)}, {"mod", "edit", "-replace=" + modfile.ModulePath(mod) + "=" + course},
		{"work", "init"}, {"work", "use", ".", course},
	} {
		command := exec.Command(real, line...)
		command.Dir = dir
		if text, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("go %s: %w\n%s", strings.Join(line, " "), err, text)
		}
	}
	return nil
}

// goBuild runs the go command. The compiler and the linker live too short to collect garbage, which
// would take a fourteenth of a cell's time. For a package larger than a cell's they begin to, each
// at 200 MB.
func goBuild(real, dir string, args []string) (messages string, err error) {
	var text bytes.Buffer
	command := exec.Command(real, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), withoutGarbage...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, &text
	err = command.Run()
	return text.String(), err
}

var withoutGarbage = []string{"GOGC=off", "GOMEMLIMIT=200MiB"}

// A cell is a program that can be built here.
type cell struct {
	dir, out string // GoNB's folder, in which the build runs; the program's file
	work     string // a folder in dir that the go command does not look into
	imports  []string
	program  [sha256.Size]byte // of main.go
	key      string            // of all that a recipe depends on, but for packages' files
	modules  []module
}

// A module lies in a folder that somebody may edit, unlike those in Go's module cache.
type module struct{ path, dir string }

// doubtFlags are the settings in GOFLAGS with which builds are understood here.
var doubtFlags = []string{"-ldflags", "-gcflags", "-buildvcs", "-tags", "-trimpath"}

// newCell reads what is to be built. The error says why only the go command can build it.
func newCell(real string, args []string) (*cell, error) {
	if len(args) != 3 || args[0] != "build" || args[1] != "-o" || filepath.Ext(args[2]) != programSuffix {
		return nil, errors.New("not a cell, or with flags of its own")
	}
	c := &cell{dir: filepath.Dir(args[2]), out: args[2]}
	c.work = filepath.Join(c.dir, ".build")
	for _, flag := range strings.Fields(os.Getenv("GOFLAGS")) {
		// A value with spaces makes words that begin otherwise; then GOFLAGS has quotes.
		if name, _, _ := strings.Cut(flag, "="); !slices.Contains(doubtFlags, name) {
			return nil, fmt.Errorf("GOFLAGS has %s", flag)
		}
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if name != "main.go" && !strings.HasSuffix(name, "_test.go") && slices.Contains(compiled, filepath.Ext(name)) {
			return nil, fmt.Errorf("%s is built, too", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(c.dir, "main.go"))
	if err != nil {
		return nil, err
	}
	c.program = sha256.Sum256(text)
	for _, word := range []string{"//go:embed", "//go:build", "// +build", "//go:debug", "//go:cgo_", "ReadBuildInfo"} {
		if bytes.Contains(text, []byte(word)) {
			return nil, fmt.Errorf("main.go says %s", word)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	if c.imports, err = importsOf(file); err != nil {
		return nil, err
	}
	c.key, err = c.keyOf(real)
	return c, err
}

// compiled are the endings of files that the go command gives to a compiler, an assembler or the
// linker.
var compiled = strings.Fields(".go .c .cc .cpp .cxx .m .h .hh .hpp .hxx .f .F .for .f90 .s .S .sx .swig .swigcxx .syso .pgo")

// importsOf lists what a program imports, each once.
func importsOf(file *ast.File) (list []string, err error) {
	if file.Name.Name != "main" {
		return nil, errors.New("not package main")
	}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if path == "C" {
			return nil, errors.New("it uses cgo")
		}
		if path != "unsafe" { // which has no file
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// settings are the variables on which the result of a build depends.
var settings = strings.Fields(`GOFLAGS GOEXPERIMENT GOOS GOARCH GO386 GOAMD64 GOARM GOARM64 GOMIPS GOMIPS64 GOPPC64 GORISCV64
	GOWASM GOFIPS140 GODEBUG GOROOT GOTOOLCHAIN GOENV GO111MODULE GOWORK GOPATH GOMODCACHE GOINSECURE GOPRIVATE GONOSUMDB GOVCS
	CGO_ENABLED CC CXX AR PKG_CONFIG CGO_CFLAGS CGO_CPPFLAGS CGO_CXXFLAGS CGO_FFLAGS CGO_LDFLAGS GCCGO`)

// keyOf finds the local modules and sums up what a recipe depends on. In the name of the cell's
// module and of its folder, which are another kernel's tomorrow, it sees none.
func (c *cell) keyOf(real string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, "recipe 3") // to be counted up when recipes say something else
	if err := addFile(sum, real); err != nil {
		return "", err
	}
	for _, name := range settings {
		fmt.Fprintf(sum, "%s=%q\n", name, os.Getenv(name))
	}
	if file := os.Getenv("GOENV"); file != "off" {
		if config, err := os.UserConfigDir(); file == "" && err == nil {
			file = filepath.Join(config, "go", "env")
		}
		addContent(sum, file)
	}
	if os.Getenv("GOWORK") != "" {
		return "", errors.New("GOWORK names another workspace")
	}
	used, err := c.workspace(sum)
	if err != nil {
		return "", err
	}
	dirs := append([]string{c.dir}, used...)
	for i := 0; i < len(dirs); i++ {
		if slices.Contains(dirs[:i], dirs[i]) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dirs[i], "go.mod"))
		if err != nil {
			return "", err
		}
		mod, err := modfile.Parse("go.mod", text, nil)
		if err != nil {
			return "", err
		}
		if mod.Module == nil {
			return "", errors.New("a go.mod that names no module")
		}
		if i > 0 {
			c.modules = append(c.modules, module{mod.Module.Mod.Path, dirs[i]})
			fmt.Fprintf(sum, "module %s in %s\n", mod.Module.Mod.Path, dirs[i])
		} else {
			dirs = append(dirs, c.replaced(mod.Replace)...) // those of other modules count for themselves only
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "module ") {
				fmt.Fprintln(sum, line)
			}
		}
		addContent(sum, filepath.Join(dirs[i], "go.sum"))
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16]), nil
}

// workspace lists the folders of the modules that the cell's go.work names, and adds it to the sum.
func (c *cell) workspace(sum io.Writer) (dirs []string, err error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "go.work"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		return nil, err
	}
	for _, use := range work.Use {
		dirs = append(dirs, c.absolute(use.Path))
	}
	// Not go.work.sum: goimports has the go command write it, when it first looks for a package
	// in the middle of a kernel's life. What has been built by then, it builds again all the same.
	fmt.Fprintf(sum, "work\n%s\n", bytes.ReplaceAll(text, []byte(c.dir), []byte(".")))
	return append(dirs, c.replaced(work.Replace)...), nil
}

// replaced lists the folders that are to be used in the place of modules.
func (c *cell) replaced(list []*modfile.Replace) (dirs []string) {
	for _, replace := range list {
		if replace.New.Version == "" {
			dirs = append(dirs, c.absolute(replace.New.Path))
		}
	}
	return dirs
}

func (c *cell) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(c.dir, path)
}

// addContent adds a file's content, which may be none.
func addContent(sum hash.Hash, path string) {
	text, _ := os.ReadFile(path)
	fmt.Fprintf(sum, "%d bytes\n%s\n", len(text), text)
}

// addFile adds what tells that a file has changed, without reading it. In an image, a file's time has
// whole seconds only.
func addFile(sum hash.Hash, path string) error {
	info, err := os.Stat(path)
	if err == nil {
		fmt.Fprintf(sum, "%s %d %d\n", path, info.Size(), info.ModTime().Unix())
	}
	return err
}

// A recipe says how the programs of one key are built. In its file it is the first line, a comment
// in a configuration of the compiler and the linker, which says in which file each compiled package
// lies.
type recipe struct {
	Compile, Link []string         // the tools' command lines, with placeholders for the files
	Env           []string         // of the tools, beside the kernel's
	Tools         string           // a sum of both tools' files
	May           []string         // the packages that a cell may import
	Local         map[string]local // the packages of modules that somebody may edit

	config []byte // the whole file
}

// A local is a package as it was when it was compiled.
type local struct {
	Files   string   // a sum of them
	Imports []string // those that are local, too
}

// The placeholders in a recipe's command lines.
const (
	sourceFile  = "@SOURCE@"
	objectFile  = "@OBJECT@"
	configFile  = "@CONFIG@"
	programFile = "@PROGRAM@"
)

// recipeDir is where recipes are kept: beside the compiled packages that they name.
var recipeDir = func() string {
	if dir := os.Getenv("GOCACHE"); dir != "" {
		return filepath.Join(dir, "cells")
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return os.DevNull // where nothing can be kept
	}
	return filepath.Join(caches, "go-build", "cells")
}

func (c *cell) recipeFile() string { return filepath.Join(recipeDir(), c.key) }

// recipe returns the recipe of this cell, if there is one that holds.
func (c *cell) recipe() (*recipe, error) {
	r, err := c.kept()
	if err != nil {
		return nil, err
	}
	for _, path := range c.imports {
		if _, may := slices.BinarySearch(r.May, path); !may {
			return nil, fmt.Errorf("no build has imported %s yet", path)
		}
	}
	return r, c.unchanged(r, c.imports)
}

// unchanged makes sure that packages, and all that they import, are as they were.
func (c *cell) unchanged(r *recipe, packages []string) error {
	seen := slices.Clone(packages)
	for i := 0; i < len(seen); i++ {
		was, ok := r.Local[seen[i]]
		if !ok || slices.Contains(seen[:i], seen[i]) {
			continue
		}
		is, err := c.local(seen[i])
		if err != nil {
			return err
		}
		if is.Files != was.Files {
			return fmt.Errorf("%s has changed", seen[i])
		}
		seen = append(seen, was.Imports...)
	}
	return nil
}

// kept returns the recipe for this key, if its tools are the same.
func (c *cell) kept() (*recipe, error) {
	text, err := os.ReadFile(c.recipeFile())
	if err != nil {
		return nil, err
	}
	r := recipe{config: text}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte("# ")), &r); err != nil {
		return nil, err
	}
	if tools, err := toolsOf(r.Compile, r.Link); err != nil || tools != r.Tools {
		return nil, cmp.Or(err, errors.New("another toolchain"))
	}
	return &r, nil
}

// toolsOf sums up which compiler and linker these command lines call.
func toolsOf(commands ...[]string) (string, error) {
	sum := sha256.New()
	for _, command := range commands {
		if err := addFile(sum, command[0]); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16]), nil
}

// local sums up the folder of a local package.
func (c *cell) local(path string) (l local, err error) {
	sum := sha256.New()
	for _, file := range c.filesOf(path) {
		text, err := os.ReadFile(file)
		if err != nil {
			return l, err
		}
		fmt.Fprintf(sum, "%s %d\n", filepath.Base(file), len(text))
		sum.Write(text)
	}
	l.Files = fmt.Sprintf("%x", sum.Sum(nil)[:16])
	return l, nil
}

// filesOf lists the files of a local package that may count for a build.
func (c *cell) filesOf(path string) (files []string) {
	dir := c.localDir(path)
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if entry.Type().IsRegular() && !strings.HasSuffix(entry.Name(), "_test.go") {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files
}

// localDir is the folder of a package of a local module, "" for others.
func (c *cell) localDir(path string) (dir string) {
	longest := -1
	for _, m := range c.modules {
		if rest, ok := strings.CutPrefix(path, m.path); ok && (rest == "" || rest[0] == '/') && len(m.path) > longest {
			longest, dir = len(m.path), filepath.Join(m.dir, filepath.FromSlash(rest))
		}
	}
	return dir
}

// keptPrograms is how many of a kernel's programs are kept for when a cell is run again: 2 MB each,
// mostly.
const keptPrograms = 8

// make builds the cell's program. After an error nothing is said, and the go command must build it.
func (c *cell) make(r *recipe) error {
	if err := os.MkdirAll(c.work, 0o755); err != nil {
		return err
	}
	sum := sha256.Sum256(append(c.program[:], r.config...))
	built := filepath.Join(c.work, fmt.Sprintf("%x.built", sum[:16]))
	if err := c.place(built); err == nil {
		return nil
	}
	object, program := filepath.Join(c.work, "main.a"), filepath.Join(c.work, "new")
	files := strings.NewReplacer(sourceFile, filepath.Join(c.dir, "main.go"), objectFile, object,
		configFile, c.recipeFile(), programFile, program)
	for _, line := range [][]string{r.Compile, r.Link} {
		command := exec.Command(line[0])
		for _, argument := range line[1:] {
			command.Args = append(command.Args, files.Replace(argument))
		}
		command.Dir = c.dir
		command.Env = append(append(os.Environ(), r.Env...), withoutGarbage...)
		if text, err := command.CombinedOutput(); err != nil || len(text) > 0 {
			return fmt.Errorf("%s: %v\n%s", line[0], err, text)
		}
	}
	if err := os.Rename(program, built); err != nil {
		return err
	}
	if err := c.place(built); err != nil { // a file system without links
		return os.Rename(built, c.out)
	}
	c.forget()
	c.keepAlive(r)
	return nil
}

// place puts a program that has been built where GoNB starts it.
func (c *cell) place(built string) error {
	now := time.Now()
	if err := os.Chtimes(built, now, now); err != nil { // for forget
		return err
	}
	if err := os.Remove(c.out); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Link(built, c.out)
}

// forget removes the programs that were not used for the longest time.
func (c *cell) forget() { keepNewest(filepath.Join(c.work, "*.built"), keptPrograms) }

// keepNewest removes, of the files that a pattern names, all but the newest.
func keepNewest(pattern string, most int) {
	files, _ := filepath.Glob(pattern)
	slices.SortFunc(files, func(a, b string) int { return age(b).Compare(age(a)) })
	for _, file := range files[min(most, len(files)):] {
		os.Remove(file)
	}
}

// age is when a file was last changed.
func age(path string) time.Time {
	if info, err := os.Stat(path); err == nil {
		return info.ModTime()
	}
	return time.Time{}
}

// keepAlive tells the go command once a day that the packages are in use. It throws away what was
// not for five days.
func (c *cell) keepAlive(r *recipe) {
	now := time.Now()
	if now.Sub(age(c.recipeFile())) < 24*time.Hour || os.Chtimes(c.recipeFile(), now, now) != nil {
		return
	}
	for _, file := range packagesOf(r.config) {
		os.Chtimes(file, now, now) // a cache that cannot be written is nobody's to clear
	}
}

// packagesOf reads a configuration of the linker: the compiled file of each package.
func packagesOf(config []byte) map[string]string {
	files := map[string]string{}
	for line := range strings.Lines(string(config)) {
		if entry, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "packagefile "); ok {
			path, file, _ := strings.Cut(entry, "=")
			files[path] = file
		}
	}
	return files
}

// A note is how the go command called a tool.
type note struct {
	Command []string
	Env     []string
	Config  string // the content of the file that follows -importcfg
}

// noteTool notes how a tool is called, and becomes the tool.
func noteTool(dir string, command []string) error {
	if err := noted(dir, command); err != nil {
		return err
	}
	return syscall.Exec(command[0], command, os.Environ())
}

// noted notes how the compiler is called for the program of a cell, and how the linker.
func noted(dir string, command []string) error {
	tool := strings.TrimSuffix(filepath.Base(command[0]), ".exe")
	config := argumentOf(command, "-importcfg")
	if config == nil || tool != "link" && !(tool == "compile" && isMain(command)) {
		return nil
	}
	n := note{Command: command}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); slices.Contains(settings, name) {
			n.Env = append(n.Env, variable)
		}
	}
	text, err := os.ReadFile(*config)
	if err != nil {
		return err
	}
	n.Config = string(text)
	if text, err = json.Marshal(n); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, tool), text, 0o644)
}

func isMain(command []string) bool {
	path := argumentOf(command, "-p")
	return path != nil && *path == "main"
}

// argumentOf finds what follows a flag.
func argumentOf(command []string, flag string) *string {
	if i := slices.Index(command, flag); i > 0 && i+1 < len(command) {
		return &command[i+1]
	}
	return nil
}

// recipes is how many recipes are kept, each for other settings, other modules or another version
// of Go.
const recipes = 20

// learn makes a recipe of what was noted while the go command built the cell, or adds to the one
// there is.
func (c *cell) learn(notes string, before time.Time) error {
	var compile, link note
	for name, n := range map[string]*note{"compile": &compile, "link": &link} {
		text, err := os.ReadFile(filepath.Join(notes, name))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, n); err != nil {
			return err
		}
	}
	r := &recipe{Compile: compile.Command, Link: link.Command, Env: link.Env}
	object := r.Link[len(r.Link)-1]
	if err := c.generalize(r); err != nil {
		return err
	}
	packages, err := settledPackages(packagesOf([]byte(link.Config)), object)
	if err != nil {
		return err
	}
	r.May = slices.Clone(c.imports)
	if old, err := c.kept(); err == nil && c.unchanged(old, slices.Collect(maps.Keys(old.Local))) == nil {
		all := packagesOf(old.config)
		same := true // else a package was built anew, and so, perhaps, what imports it
		for path, file := range packages {
			same = same && (all[path] == "" || all[path] == file)
		}
		if same {
			maps.Copy(packages, all)
			r.May = append(r.May, old.May...)
		}
	}
	r.Local = map[string]local{}
	for path := range packages {
		isLocal := c.localDir(path) != ""
		if isLocal {
			if r.Local[path], err = c.settled(path, before); err != nil {
				return err
			}
		}
		if offered(path) && (isLocal || standard(path)) {
			r.May = append(r.May, path)
		}
	}
	slices.Sort(r.May)
	r.May = slices.Compact(r.May)
	if r.Tools, err = toolsOf(r.Compile, r.Link); err != nil {
		return err
	}
	return c.keep(r, packages)
}

// generalize puts into the commands of a recipe, where they name this cell's files, those of any cell.
func (c *cell) generalize(r *recipe) error {
	r.Link[len(r.Link)-1] = objectFile
	for _, argument := range []struct {
		command    []string
		flag, file string
	}{
		{r.Compile, "-o", objectFile}, {r.Compile, "-importcfg", configFile},
		{r.Link, "-o", programFile}, {r.Link, "-importcfg", configFile},
	} {
		where := argumentOf(argument.command, argument.flag)
		if where == nil {
			return fmt.Errorf("called without %s: %q", argument.flag, argument.command)
		}
		*where = argument.file
	}
	for i, argument := range r.Link {
		if strings.HasPrefix(argument, "-buildid=") {
			// That of the program which was built now would be wrong for all others.
			r.Link[i] = "-buildid=cell"
		}
	}
	source := slices.Index(r.Compile, "-pack") + 1
	if source == 0 || !slices.Equal(r.Compile[source:], []string{filepath.Join(c.dir, "main.go")}) {
		return fmt.Errorf("other files are compiled: %q", r.Compile)
	}
	r.Compile[source] = sourceFile
	return nil
}

// settledPackages are the files of the packages that a cell was linked with, but for its own object,
// as they lie in Go's cache.
func settledPackages(packages map[string]string, object string) (map[string]string, error) {
	for path, file := range packages {
		switch {
		case file == object:
			delete(packages, path) // the cell itself
		case strings.HasPrefix(file, filepath.Dir(filepath.Dir(object))):
			return nil, fmt.Errorf("%s has just been compiled, and does not lie in Go's cache yet", path)
		default: // in the image, Go's cache is a folder of links
			var err error
			if packages[path], err = filepath.EvalSymlinks(file); err != nil {
				return nil, err
			}
		}
	}
	if packages["runtime/cgo"] != "" {
		return nil, errors.New("it uses cgo")
	}
	return packages, nil
}

// settled describes a local package, if it was not changed since the build began and embeds nothing
// that its description does not cover.
func (c *cell) settled(path string, before time.Time) (l local, err error) {
	for _, file := range c.filesOf(path) {
		if age(file).After(before) {
			return l, fmt.Errorf("%s has just been changed", file)
		}
		if filepath.Ext(file) != ".go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return l, err
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "//go:embed") && embedsFolder(file, line) {
				return l, fmt.Errorf("%s embeds a folder", file)
			}
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
		if err != nil {
			return l, err
		}
		for _, spec := range parsed.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && c.localDir(imported) != "" {
				l.Imports = append(l.Imports, imported)
			}
		}
	}
	slices.Sort(l.Imports)
	l.Imports = slices.Compact(l.Imports)
	is, err := c.local(path)
	l.Files = is.Files
	return l, err
}

// embedsFolder tells whether what a line //go:embed names lies in a folder below the package's, or
// is one.
func embedsFolder(file, line string) bool {
	for _, pattern := range strings.Fields(line)[1:] {
		pattern = strings.TrimPrefix(strings.Trim(pattern, "\"`"), "all:")
		names, err := filepath.Glob(filepath.Join(filepath.Dir(file), pattern))
		if err != nil || strings.Contains(pattern, "/") {
			return true
		}
		for _, name := range names {
			if info, err := os.Stat(name); err != nil || info.IsDir() {
				return true
			}
		}
	}
	return false
}

// offered tells whether others than its own module may import a package.
func offered(path string) bool {
	parts := strings.Split(path, "/")
	return !slices.Contains(parts, "internal") && parts[0] != "vendor"
}

// standard tells whether a package is of the standard library: only elsewhere has the first part of
// the path a dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// keep writes a recipe, in the place of an older one for the same key.
func (c *cell) keep(r *recipe, packages map[string]string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# %s\n", line)
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		fmt.Fprintf(&text, "packagefile %s=%s\n", path, packages[path])
	}
	if err := os.MkdirAll(recipeDir(), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(recipeDir(), "new-") // whoever reads meanwhile must find a whole one
	if err != nil {
		return err
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err == nil {
		err = os.Rename(file.Name(), c.recipeFile())
	}
	if err != nil {
		os.Remove(file.Name())
		return err
	}
	keepNewest(filepath.Join(recipeDir(), "*"), recipes)
	return nil
}
