package handouts

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/browser"
)

// In a PDF a link to a page is the name of a file: as a link it would lead to the folder where the PDF was made.
const unlink = `for (const a of document.querySelectorAll('a[href]')) {
	const href = a.getAttribute('href');
	if (/^[^:#]+\.html/.test(href)) { a.append(' (' + href.replace(/\.html.*/, '.pdf') + ')'); a.removeAttribute('href'); }
}`

// printAll prints every page below dir to a PDF beside it.
func printAll(ctx context.Context, dir string) error {
	ctx, end, err := browser.Open(ctx, browser.NoNetwork)
	if err != nil {
		return err
	}
	defer end()
	return filepath.WalkDir(dir, func(file string, _ fs.DirEntry, err error) error {
		name, isPage := strings.CutSuffix(file, ".html")
		if err != nil || !isPage {
			return err
		}
		if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
			return err
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](unlink)); err != nil {
			return err
		}
		data, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground(), chromedp.PDFOutlineAndTagged()))
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		fmt.Println(filepath.Base(name) + ".pdf")
		return os.WriteFile(name+".pdf", data, 0o644)
	})
}
