package exam

import (
	"strings"
	"testing"
)

// The right letters, and the same with A for the first three.
const (
	right = "B,C,B,C,C,B,C,D,B,D,B,C,D,B,C,A,D,B,C,A"
	wrong = "A,A,A,C,C,B,C,D,B,D,B,C,D,B,C,A,D,B,C,A"
)

func TestStudy(t *testing.T) {
	file := Sheet + "\nfox,before," + wrong + "\nowl,before," + wrong + "\ncat,before," + right + "\n" +
		"fox,after," + right + "\nowl,After," + strings.ToLower(wrong) + "\nhen,after," + right + "\n"
	for name, text := range map[string]string{
		"commas": file, "Excel": "\ufeff" + strings.ReplaceAll(strings.ReplaceAll(file, ",", ";"), "\n", "\r\n"),
	} {
		var out strings.Builder
		if err := Study([]byte(text), &out); err != nil {
			t.Fatal(name, err)
		}
		for _, want := range []string{
			"2 students sat both times; 2 sat once and are left out.",
			"| 1 | 0 % | 50 % | 0.50 | a program waits for its goroutines (1) |",
			"| 4 | 100 % | 100 % | – |  |",
			"| **all** | 85 % | 92 % | 0.50 | |",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, out.String())
			}
		}
		if strings.Contains(out.String(), "fox") {
			t.Error("a code is shown")
		}
	}
}

// Of a file that cannot be used, one sentence says what is wrong, and where; no table is written.
func TestStudyOfABadFile(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "it is empty",
		"name,1,2,3\n":                        "its first line has to be code,when,1,",
		Sheet + "\n":                          "no code stands in it twice",
		Sheet + "\nfox,before,A\n":            "line 2 has 3 fields, not 22",
		Sheet + "\nfox,later," + right + "\n": `line 2 says "later": it has to be before or after`,
		Sheet + "\n,before," + right + "\n":   "line 2 has no code",
		Sheet + "\nfox,before,E" + right[1:]:  `line 2 answers question 1 with "E"`,
		Sheet + "\nfox,before,\"" + right:     "is no CSV",
		Sheet + "\nfox,before," + right + "\nfox,before," + right: "line 3: this code sat before the course already",
		"PK\x03\x04\xff\xfe\x00binary":                            "its first line has to be",
	} {
		var out strings.Builder
		err := Study([]byte(text), &out)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || out.Len() > 0 {
			t.Errorf("%q: %v, and %q", text, err, out.String())
		}
	}
}
