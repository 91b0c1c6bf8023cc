// Command kernel stands between JupyterLab and GoNB, under several names.
//
// As "kernel" it starts GoNB and sees to it that nothing outlives it. Stock GoNB lives on when its server is killed, with its
// endless cell and gopls, and leaves its temporary folder behind.
//
// As "gonb_…", the name that GoNB gives to a cell's program, it runs the program within bounds, and as "sh" and "python3" what a cell of
// another language asks for (%%sh, %%script python3). See cell.go; bounded.sh does the same for bash.
//
// As "go", "gopls" and "explore" it stands before the real ones in the PATH of the kernel (kernel.json). See goCommand, goplsCommand and
// exploreCommand.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	var code int
	var err error
	switch name := filepath.Base(os.Args[0]); {
	case len(os.Args) > 3 && os.Args[1] == toolFlag:
		err = noteTool(os.Args[2], os.Args[3:])
	case len(os.Args) == 3 && os.Args[1] == recipeFlag:
		err = firstRecipe(os.Args[2])
	case strings.HasPrefix(name, "gonb_"):
		code, err = runBounded(os.Args[0]+programSuffix, os.Args[1:]...)
	case name == "sh", name == "python3":
		code, err = scriptCommand(name, os.Args[1:])
	case len(os.Args) > 2 && os.Args[1] == boundedFlag:
		code, err = runBounded(os.Args[2], os.Args[3:]...)
	case name == "go":
		code, err = goCommand(os.Args[1:])
	case name == "gopls":
		err = goplsCommand(os.Args[1:])
	case name == "explore":
		err = exploreCommand(os.Args[1:])
	default:
		code, err = superviseKernel(os.Args[1:])
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		code = 1
	}
	os.Exit(code)
}
