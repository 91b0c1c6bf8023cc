// Package libraries imports what the cells of notebook 04-alternatives import and no helper does. So go.mod keeps these modules, and
// docker/setup builds their packages before the first cell needs them. No helper imports it: the other cells stay fast. So it is with
// gonbui, by which a student's own cell may show what package show does not.
package libraries

import (
	_ "github.com/disintegration/gift"
	_ "github.com/gomlx/compute/gobackend"
	_ "github.com/gomlx/gomlx/core/graph"
	_ "github.com/gomlx/gomlx/core/tensors"
	_ "github.com/gomlx/gomlx/ml/layers"
	_ "github.com/gomlx/gomlx/ml/model"
	_ "github.com/gomlx/gomlx/ml/train"
	_ "github.com/gomlx/gomlx/ml/train/loss"
	_ "github.com/gomlx/gomlx/ml/train/optimizer"
	_ "github.com/janpfeifer/gonb/gonbui"
)
