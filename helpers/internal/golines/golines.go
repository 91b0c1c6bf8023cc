// Package golines reads a cell as GoNB does: which of its lines are Go, and which are commands to the
// kernel.
package golines

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// scripts are what a cell begins with that is not Go.
var scripts = []string{"%%writefile", "%%script", "%%bash", "%%sh", "%%gx"}

var (
	opensMain     = regexp.MustCompile(`^%(%|main)(\s|$)`)
	execs         = regexp.MustCompile(`^%exec\s+(\w+)`)
	packageClause = regexp.MustCompile(`^package[ \t]+\w+[ \t;]*(//.*)?$`)
)

// Of gives the lines of a cell as lines of Go, one for one: without those that are commands to
// the kernel, and with the beginning of a main where %% or %exec asks for one; below them, what
// closes it. The error is a sentence.
func Of(text string) ([]string, error) {
	lines := strings.Split(text, "\n")
	if first := strings.Fields(lines[0]); len(first) > 0 && slices.Contains(scripts, first[0]) {
		return nil, fmt.Errorf("the cell is no Go program: it begins with %s.", first[0])
	}
	var in reader
	open := false
	for i := 0; i < len(lines); i++ {
		line := strings.TrimPrefix(lines[i], "//gonb:")
		switch {
		case in.command(line):
			begin := i
			for strings.HasSuffix(lines[i], `\`) && i+1 < len(lines) { // the command goes on
				lines[i] = ""
				i++
			}
			lines[i] = ""
			if opensMain.MatchString(line) && !open {
				lines[begin], open = "func main() {", true
			} else if name := execs.FindStringSubmatch(line); name != nil {
				lines[begin] = "func main() { " + name[1] + "() }"
			}
			in.last, in.before = 0, 0
			continue
		case in.inside == 0 && packageClause.MatchString(lines[i]):
			lines[i] = ""
		}
		in.read(lines[i])
	}
	if open {
		lines = append(lines, "}")
	}
	return lines, nil
}

// A reader reads Go line by line, as far as it takes to tell what the next line is.
type reader struct {
	inside       byte // '`' in a raw string, '*' in a comment, else 0
	last, before byte // the last two characters of code
}

// command tells whether a line is a command to the kernel: it begins with % or !, and is not part
// of a raw string, of a comment, or of an expression that the line before has left open.
func (r *reader) command(line string) bool {
	switch {
	case r.inside != 0 || line == "":
		return false
	case line[0] == '%':
		return true
	case line[0] != '!':
		return false
	case r.last == '+' || r.last == '-':
		return r.before == r.last // i++
	case r.last == '{' || r.last == ':':
		return !strings.HasSuffix(strings.TrimRight(line, " \t"), ",") // else an element of a list
	}
	return r.last == 0 || !strings.ContainsRune("([,=&|^<>*/%!", rune(r.last))
}

func (r *reader) read(line string) {
	for i := 0; i < len(line); i++ {
		c, rest := line[i], line[i:]
		switch {
		case r.inside == '`':
			if c == '`' {
				r.inside = 0
			}
			continue
		case r.inside == '*':
			if strings.HasPrefix(rest, "*/") {
				r.inside, i = 0, i+1
			}
			continue
		case c == ' ' || c == '\t':
			continue
		case strings.HasPrefix(rest, "//"):
			return
		case strings.HasPrefix(rest, "/*"):
			r.inside, i = '*', i+1
			continue
		case c == '`':
			r.inside = c
		case c == '"' || c == '\'':
			for i++; i < len(line) && line[i] != c; i++ {
				if line[i] == '\\' {
					i++
				}
			}
		}
		r.before, r.last = r.last, c
	}
}
