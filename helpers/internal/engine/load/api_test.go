package load

import (
	"go/constant"
	"go/importer"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// leftOut is what models lack of the real packages' exported names, on purpose: * stands for any
// text, and -NAME for one of those that is there after all.
var leftOut = strings.Fields(`
	fmt.*can* -fmt.Sscan -fmt.Sscanf -fmt.Sscanln
	log.Lshortfile log.Llongfile
	os.* -os.Args -os.Stdout -os.Stderr -os.File -os.File.Write -os.File.WriteString -os.File.Name -os.File.Fd
	-os.File.Sync -os.Exit -os.Getenv -os.LookupEnv -os.Getpid
	runtime/debug.* -runtime/debug.SetGCPercent -runtime/debug.SetMaxStack -runtime/debug.SetMaxThreads
	-runtime/debug.SetMemoryLimit -runtime/debug.SetPanicOnFault -runtime/debug.SetTraceback
	-runtime/debug.FreeOSMemory
	runtime.AddCleanup runtime.*Profile* runtime.Breakpoint runtime.Caller* runtime.Cleanup* runtime.Frame*
	runtime.Func* runtime.GOROOT runtime.MemStats* runtime.Pinner* runtime.Read* runtime.Set* runtime.Stack*
	runtime.StartTrace runtime.StopTrace
	runtime/debug.* -runtime/debug.SetMaxStack -runtime/debug.SetGCPercent -runtime/debug.SetMaxThreads
	-runtime/debug.SetMemoryLimit -runtime/debug.FreeOSMemory
	time.*Location* -time.Location -time.Location.String -time.ParseInLocation -time.Time.Location time.FixedZone
	time.ParseError* time.Time.Append* -time.Time.AppendFormat time.Time.Go* time.Time.*arshal*
	unicode.* -unicode.Is* -unicode.To -unicode.ToLower -unicode.ToTitle -unicode.ToUpper -unicode.SpecialCase*
	-unicode.CaseRange -unicode.CaseRange.* -unicode.MaxRune -unicode.ReplacementChar -unicode.MaxASCII
	-unicode.MaxLatin1 -unicode.UpperLower -unicode.UpperCase -unicode.LowerCase -unicode.TitleCase -unicode.MaxCase
	-unicode.SimpleFold`)

func isLeftOut(name string) bool {
	matched := func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok }
	if matched("unicode.Is") || matched("unicode.IsOneOf") {
		return true
	}
	for _, pattern := range leftOut {
		if strings.HasPrefix(pattern, "-") && matched(pattern[1:]) {
			return false
		}
	}
	return slices.ContainsFunc(leftOut, matched)
}

// exported are the exported names of a package with what their types say, to be compared.
func exported(pkg *types.Package) map[string]string {
	names := map[string]string{}
	unqualified := func(p *types.Package) string { return p.Path() }
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.TypeName:
			names[name] = "type"
			if named, ok := obj.Type().(*types.Named); ok {
				text := "type"
				for i := range named.TypeParams().Len() {
					text += " " + named.TypeParams().At(i).Constraint().String()
				}
				switch u := named.Underlying().(type) {
				case *types.Struct:
					for i := range u.NumFields() {
						if f := u.Field(i); f.Exported() {
							names[name+"."+f.Name()] = "field " + types.TypeString(f.Type(), unqualified)
						}
					}
				default:
					text += " " + types.TypeString(u, unqualified)
				}
				names[name] = text
				set := types.NewMethodSet(types.NewPointer(named))
				value := types.NewMethodSet(named)
				for i := range set.Len() {
					m := set.At(i).Obj()
					if !m.Exported() || len(set.At(i).Index()) > 1 {
						continue
					}
					by := "pointer"
					if value.Lookup(m.Pkg(), m.Name()) != nil {
						by = "value"
					}
					names[name+"."+m.Name()] = "method of a " + by + " " + signature(m.Type())
				}
			}
		case *types.Const:
			names[name] = "const " + types.TypeString(obj.Type(), unqualified)
			if obj.Val().Kind() == constant.Float {
				names[name] += " " + obj.Val().String()
			} else {
				names[name] += " " + obj.Val().ExactString()
			}
		case *types.Var:
			names[name] = "var " + types.TypeString(obj.Type(), unqualified)
		case *types.Func:
			names[name] = "func " + signature(obj.Type())
		}
	}
	return names
}

// signature is a function's type without the names of its parameters, and with type parameters
// numbered.
func signature(t types.Type) string {
	sig := t.(*types.Signature)
	var text strings.Builder
	params := map[string]string{}
	for i := range sig.TypeParams().Len() {
		params[sig.TypeParams().At(i).Obj().Name()] = sig.TypeParams().At(i).Constraint().String()
	}
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		text.WriteString("(")
		for i := range tuple.Len() {
			text.WriteString(types.TypeString(tuple.At(i).Type(), func(p *types.Package) string { return p.Path() }))
			text.WriteString(",")
		}
		text.WriteString(")")
	}
	if sig.Variadic() {
		text.WriteString("…")
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		text.WriteString(" " + name + " " + params[name])
	}
	return text.String()
}

// TestModelsHaveTheRealAPI compares each model's exported names with the real package's: nothing
// else, nothing different, and nothing missing but what leftOut lists.
func TestModelsHaveTheRealAPI(t *testing.T) {
	real := importer.ForCompiler(token.NewFileSet(), "source", nil)
	dir, _ := os.Getwd()
	for _, name := range allowed() {
		if !hasModel(name) {
			continue
		}
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			pkg, err := real.(types.ImporterFrom).ImportFrom(name, dir, 0)
			if err != nil {
				t.Fatal(err)
			}
			l := &loader{goroot: sources(), fset: token.NewFileSet(), packages: map[string]*source{}}
			model, err := l.Import(name)
			if err != nil {
				t.Fatal(err)
			}
			want, got := exported(pkg), exported(model)
			for _, n := range slices.Sorted(maps.Keys(want)) {
				known := isLeftOut(name + "." + n)
				switch {
				case got[n] == "" && !known:
					t.Errorf("missing: %s %s", n, want[n])
				case got[n] != "" && known:
					t.Errorf("%s is listed as left out, but is there", n)
				case got[n] != "" && got[n] != want[n]:
					t.Errorf("%s is\n%s\nand should be\n%s", n, got[n], want[n])
				}
			}
			for _, n := range slices.Sorted(maps.Keys(got)) {
				if want[n] == "" {
					t.Errorf("not in the real package: %s %s", n, got[n])
				}
			}
		})
	}
}
