// Package picture shows images that a cell of notebook 04-alternatives has computed.
package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/show"
)

// An Image is one image and the name that stands under it.
type Image struct {
	Name string
	image.Image
}

// line is the height of a name, in pixels.
const line = 24

// Show shows the images side by side, one point of an image as one point of the page, as [show.Figure.Show] does. The alt text says what
// is to be seen; the data are the images' sizes. When an image cannot be encoded, as one without points, Show prints a sentence instead.
func Show(caption, alt string, images ...Image) {
	f := show.Figure{Caption: caption, Alt: alt, Header: []string{"image", "points across", "points down"}}
	var c canvas.Canvas
	x, height := float64(canvas.Margin), 0
	for _, i := range images {
		var file bytes.Buffer
		if err := png.Encode(&file, i.Image); err != nil {
			fmt.Printf("The image %q cannot be shown: %v\n", i.Name, err)
			return
		}
		size := i.Bounds().Size()
		fmt.Fprintf(&c, `<image x="%.0f" y="%d" width="%d" height="%d" href="data:image/png;base64,%s"/>`,
			x, canvas.Margin, size.X, size.Y, base64.StdEncoding.EncodeToString(file.Bytes()))
		name := canvas.Cut(i.Name, 40)
		c.Text(x, float64(canvas.Margin+size.Y+line-6), 0, name)
		f.Rows = append(f.Rows, []string{i.Name, show.Number(float64(size.X)), show.Number(float64(size.Y))})
		x += max(float64(size.X), canvas.Width(name)) + canvas.Margin
		height = max(height, size.Y)
	}
	f.SVG = c.SVG(x, float64(height+canvas.Margin+line))
	f.Show()
}
