package main

import (
	"time"

	"example.com/multithreading/docker/kernel/imports"
	"github.com/janpfeifer/gonb/internal/goexec"
	"github.com/janpfeifer/gonb/internal/goexec/goplsclient"
)

// GoNB waits so long, twelve seconds, before it first speaks to gopls, and as long again where it finds that it has not yet spoken.
// docker/setup adds this file to GoNB, which has no other way to set it. What stands in for gopls listens and answers at once.
func init() { goplsclient.ConnectTimeout = 250 * time.Millisecond }

// A million calls or two, and Go's own message where they have no end: within a second, and within the memory of a small container.
func init() { goexec.MaxStack = 128 << 20 }

// For most cells, in the place of goimports.
func init() { goexec.TidyImports = imports.Tidy }
