package interleaving

import "encoding/json"

// MarshalJSON is the program, checked and with names turned into indices, as the
// script of package stepper reads it: shared variables (v: name and start),
// mutexes (m), conditions (k), channels (c: name and capacity), sections (s) and
// threads (t). A thread has a name (n), the number of its registers (r), and its
// steps (p): kind (o, the constructor's name), text (t), register written (r),
// object's index (i), second index (j), operands (a, b, each a number, or a list
// of one register's index), place to jump to (g), sections the step is in (s, a
// bit each). Watch, Always and MaxStates are not in it.
func (p Program) MarshalJSON() ([]byte, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	type step struct {
		Op       string `json:"o"`
		Text     string `json:"t,omitempty"`
		Register *int   `json:"r,omitempty"`
		Object   int    `json:"i,omitempty"`
		Second   int    `json:"j,omitempty"`
		A        any    `json:"a,omitempty"`
		B        any    `json:"b,omitempty"`
		Target   *int   `json:"g,omitempty"`
		Sections uint32 `json:"s,omitempty"`
	}
	type code struct {
		Name      string `json:"n"`
		Registers int    `json:"r"`
		Steps     []step `json:"p"`
	}
	operand := func(a arg) any {
		switch {
		case a.reg:
			return []int{a.n}
		case a.n == 0:
			return nil // left out, as most steps have none
		}
		return a.n
	}
	out := struct {
		Shared   [][2]any `json:"v"`
		Mutexes  []string `json:"m"`
		Conds    []string `json:"k"`
		Channels [][2]any `json:"c"`
		Sections []string `json:"s"`
		Threads  []code   `json:"t"`
	}{ // a list with nothing in it is [], not null
		Shared: [][2]any{}, Channels: [][2]any{},
		Mutexes: append([]string{}, m.mutexes...), Conds: append([]string{}, m.conds...), Sections: append([]string{}, m.sections...),
	}
	for _, name := range m.vars {
		out.Shared = append(out.Shared, [2]any{name, p.Shared[name]})
	}
	for i, name := range m.chans {
		out.Channels = append(out.Channels, [2]any{name, m.caps[i]})
	}
	for _, th := range m.threads {
		c := code{Name: th.name, Registers: len(th.regs), Steps: []step{}}
		for pc := range th.code {
			in := &th.code[pc]
			s := step{Op: opNames[in.op], Object: in.obj, Second: in.second, A: operand(in.a), B: operand(in.b), Sections: th.sections[pc]}
			if in.reg >= 0 {
				s.Register = &in.reg
			}
			if in.op == opJump || in.op == opJumpIf {
				s.Target = &in.target
			}
			s.Text = caption(&th.source[pc])
			c.Steps = append(c.Steps, s)
		}
		out.Threads = append(out.Threads, c)
	}
	return json.Marshal(out)
}
