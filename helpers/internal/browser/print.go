package browser

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// Paper is what can be printed on.
type Paper struct {
	Name string
	size chromedp.PaperSize
}

// Papers are those that a page is printed for. A page's own style sheet names none.
var Papers = []Paper{{"a4", chromedp.PaperA4}, {"letter", chromedp.PaperLetter}}

// Print prints a page, which is a file, to PDF, in a tab that Open has given. What the page is to
// do first, scripts say.
func Print(ctx context.Context, file string, paper Paper, scripts ...string) ([]byte, error) {
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		return nil, err
	}
	for _, script := range scripts {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script, chromedp.EvalAwaitPromise)); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	data, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground(),
		chromedp.PDFOutlineAndTagged(), chromedp.PDFPaper(paper.size)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return data, nil
}
