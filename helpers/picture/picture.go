// Package picture shows images that a cell of notebook 04-alternatives has computed.
package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/png"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/show"
)

// An Image is one image and the name that stands under it.
type Image struct {
	Name string
	image.Image
}

const (
	gap  = 12 // around an image
	line = 22 // for a name
)

// Show shows the images side by side, one point of an image as one point of the page, as [show.Figure.Show] does. The alt text says what
// is to be seen; the data are the images' sizes. When an image cannot be encoded, as one without points, Show prints a sentence instead.
func Show(caption, alt string, images ...Image) {
	var svg strings.Builder
	var rows [][]string
	x, height := gap, 0
	for _, i := range images {
		var file bytes.Buffer
		if err := png.Encode(&file, i.Image); err != nil {
			fmt.Printf("The image %q cannot be shown: %v\n", i.Name, err)
			return
		}
		size := i.Bounds().Size()
		fmt.Fprintf(&svg, `<image x="%d" y="%d" width="%d" height="%d" href="data:image/png;base64,%s"/>`,
			x, gap, size.X, size.Y, base64.StdEncoding.EncodeToString(file.Bytes()))
		fmt.Fprintf(&svg, `<text x="%d" y="%d">%s</text>`, x, gap+size.Y+line-6, html.EscapeString(i.Name))
		rows = append(rows, []string{i.Name, strconv.Itoa(size.X), strconv.Itoa(size.Y)})
		x += size.X + gap
		height = max(height, size.Y)
	}
	height += gap + line
	show.Figure{
		Caption: caption,
		Alt:     alt,
		SVG: fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" `+
			`font-family="sans-serif" font-size="14" fill="#1a1a1a"><rect width="%[1]d" height="%[2]d" fill="#fff"/>%[3]s</svg>`, x, height, svg.String()),
		Header: []string{"image", "points across", "points down"},
		Rows:   rows,
	}.Show()
}
