// Package explore does nothing in a program that is being explored.
package explore

type Option string

const VirtualTime Option = "-clock"

const StoreBuffers Option = "-buffers"

func Cell(options ...Option) {}

func Follow(schedule string, options ...Option) {}

func Step(goal string, options ...Option) {}

func Replay(schedule string) {}

func Level(name, goal string, options ...Option) {}

func By(schedule string) Option { return "" }

func Par(switches int) Option { return "" }

func Results() {}
