package page

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"example.com/multithreading/helpers/internal/npm"
)

//go:embed editor/editor.js
var editorSource string

// editor is one script with the editor and what unpacks the engine, whose parts npm gets. The error
// is errNoParts where npm is missing, or cannot get them.
func editor(ctx context.Context) ([]byte, error) {
	modules, err := npm.Packages(ctx, "helpers/internal/page/editor", "npm-editor")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoParts, err)
	}
	result := api.Build(api.BuildOptions{
		Stdin:             &api.StdinOptions{Contents: editorSource, Sourcefile: "editor.js", ResolveDir: modules},
		Bundle:            true,
		Format:            api.FormatIIFE,
		GlobalName:        "courseEditor",
		Target:            api.ES2020,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Write:             false,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("the editor of the pages cannot be built: %s",
			strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	if len(result.OutputFiles) != 1 {
		return nil, errors.New("the editor of the pages is to be one file")
	}
	// MIT: the notice goes along.
	const notice = "/* CodeMirror and fzstd, under the MIT licence: https://codemirror.net, https://github.com/101arrowz/fzstd */\n"
	return append([]byte(notice), result.OutputFiles[0].Contents...), nil
}

var errNoParts = errors.New("the editor's parts cannot be had")
