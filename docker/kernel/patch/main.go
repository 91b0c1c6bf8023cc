// Command patch changes the source of GoNB before docker/setup builds it: patch FOLDER
// FILE.patch... applies each file to the folder, in this order. It needs neither git nor patch,
// which a student's machine may lack, and of which git does nothing, without a word, below
// another checkout.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: patch FOLDER FILE.patch...")
		os.Exit(2)
	}
	for _, name := range os.Args[2:] {
		if err := apply(os.Args[1], name); err != nil {
			fmt.Fprintf(os.Stderr, "patch: %s does not fit: %v\n", name, err)
			os.Exit(1)
		}
	}
}

// apply applies one file of changes to what is in dir. A file that is not as the change expects
// it is an error; files that were changed before it stay so.
func apply(dir, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	files, _, err := gitdiff.Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("there is no change in it")
	}
	for _, file := range files {
		if file.IsDelete || file.IsRename || file.IsCopy || !filepath.IsLocal(file.NewName) {
			return fmt.Errorf("%s: only changes of files within the folder, and new ones, are known here", file.NewName)
		}
		path := filepath.Join(dir, file.NewName)
		var before []byte
		if !file.IsNew {
			if before, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		var after bytes.Buffer
		if err := gitdiff.Apply(&after, bytes.NewReader(before), file); err != nil {
			return fmt.Errorf("%s: %w", file.NewName, err)
		}
		if err := os.WriteFile(path, after.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
