//go:build js && wasm

// Command worker is the engine as it runs in a page, in a worker of its own. The script that starts
// it gives it Go's sources, as an archive, and then orders; it posts each part of an answer at once.
package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"syscall/js"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/engine/load"
	"example.com/multithreading/helpers/internal/page/cell"
)

func main() {
	// A page has one thread for the program and for collecting garbage, and little that is kept.
	debug.SetGCPercent(400)
	global := js.Global()
	given := global.Get("sources")
	archive := make([]byte, given.Length())
	js.CopyBytesToGo(archive, given)
	files, err := txtar.FS(txtar.Parse(archive))
	if err != nil {
		panic(err)
	}
	goroot := load.Keep(files)
	post := func(p cell.Part) {
		global.Call("postMessage", map[string]any{"kind": p.Kind, "text": p.Text})
	}
	global.Set("order", js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer func() {
			if r := recover(); r != nil {
				post(cell.Part{Kind: cell.Fault, Text: fmt.Sprintf("the engine has failed, and not the program: %v", r)})
			}
			post(cell.Part{Kind: "end"})
		}()
		var o cell.Order
		if err := json.Unmarshal([]byte(args[0].String()), &o); err != nil {
			panic(err)
		}
		cell.Do(goroot, o, post)
		return nil
	}))
	post(cell.Part{Kind: "ready"})
	select {}
}
