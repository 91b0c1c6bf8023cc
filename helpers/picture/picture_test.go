package picture

import (
	"image"
	"image/color"
)

// The text of a result; the picture appears in a notebook only.
func ExampleShow() {
	before := image.NewGray(image.Rect(0, 0, 30, 20))
	after := image.NewGray(image.Rect(0, 0, 30, 20))
	after.SetGray(10, 10, color.Gray{Y: 255})
	Show("Look for the light point", "A dark image, and the same with one light point", Image{"before", before}, Image{"after", after})
	// Output:
	// Look for the light point
	// image   points across  points down
	// before             30           20
	// after              30           20
}

func ExampleShow_impossible() {
	Show("Nothing", "Nothing", Image{"empty", image.NewGray(image.Rect(0, 0, 0, 0))})
	// Output:
	// The image "empty" cannot be shown: png: invalid format: invalid image size: 0x0
}
