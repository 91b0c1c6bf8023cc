package exam

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Sheet is the first line of the file that [Study] reads.
const Sheet = "code,when,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20"

// A sitting is what one student answered, a letter a question, "" for none.
type sitting []string

// Study writes what a class has gained, as a table: of each question, how many knew it before and
// after, the part of those who did not know it that the course has reached, and what is still most
// often believed. Only who sat both times counts. The file, in CSV, has a line a sitting: a code that
// a student has chosen, "before" or "after", and the letters. Nothing of a student's own is written.
func Study(file []byte, out io.Writer) error {
	key, err := Key()
	if err != nil {
		return err
	}
	sat, err := sittings(file, len(key))
	if err != nil {
		return err
	}
	var before, after []sitting
	for code, first := range sat["before"] {
		if second, both := sat["after"][code]; both {
			before, after = append(before, first), append(after, second)
		}
	}
	if len(before) == 0 {
		return errors.New("no code stands in it twice, once with before and once with after: nothing can be compared")
	}
	fmt.Fprintf(out, "%d students sat both times; %d sat once and are left out.\n\n", len(before),
		len(sat["before"])+len(sat["after"])-2*len(before))
	fmt.Fprintln(out, "| question | knew before | know now | gain | still believed, and by how many |")
	fmt.Fprintln(out, "| ---: | ---: | ---: | ---: | --- |")
	var all, allNow int
	for i, mark := range key {
		had, has := knew(before, i, mark.Key), knew(after, i, mark.Key)
		all, allNow = all+had, allNow+has
		fmt.Fprintf(out, "| %d | %s | %s | %s | %s |\n", i+1, percent(had, len(before)), percent(has, len(after)),
			gain(had, has, len(before)), believed(after, i, mark))
	}
	n := len(before) * len(key)
	fmt.Fprintf(out, "| **all** | %s | %s | %s | |\n", percent(all, n), percent(allNow, n), gain(all, allNow, n))
	return nil
}

// sittings reads the file: of each time, by their codes, who sat. What is wrong with it is one
// sentence, with the line.
func sittings(file []byte, questions int) (map[string]map[string]sitting, error) {
	file = bytes.TrimPrefix(file, []byte("\ufeff")) // what Excel begins with
	head, _, _ := bytes.Cut(file, []byte("\n"))
	reader := csv.NewReader(bytes.NewReader(file))
	if bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		reader.Comma = ';' // what Excel writes where a number has a comma
	}
	reader.TrimLeadingSpace = true
	reader.FieldsPerRecord = -1
	sat := map[string]map[string]sitting{"before": {}, "after": {}}
	for first := true; ; first = false {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			if first {
				return nil, fmt.Errorf("it is empty: its first line is %s", Sheet)
			}
			return sat, nil
		}
		if err != nil {
			var at *csv.ParseError
			if errors.As(err, &at) {
				return nil, fmt.Errorf("line %d is no CSV: a quotation mark is open, or stands within a field", at.Line)
			}
			return nil, err
		}
		if first {
			if strings.Join(fields, ",") != Sheet {
				return nil, fmt.Errorf("its first line has to be %s", Sheet)
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		if len(fields) != questions+2 {
			return nil, fmt.Errorf("line %d has %d fields, not %d: a code, before or after, and a letter for each question",
				line, len(fields), questions+2)
		}
		code, when := strings.TrimSpace(fields[0]), strings.ToLower(strings.TrimSpace(fields[1]))
		if code == "" {
			return nil, fmt.Errorf("line %d has no code", line)
		}
		times, ok := sat[when]
		if !ok {
			return nil, fmt.Errorf("line %d says %q: it has to be before or after", line, fields[1])
		}
		if times[code] != nil {
			return nil, fmt.Errorf("line %d: this code sat %s the course already", line, when)
		}
		if times[code], err = lettersOf(fields[2:], line); err != nil {
			return nil, err
		}
	}
}

func lettersOf(fields []string, line int) (sitting, error) {
	letters := sitting{}
	for i, letter := range fields {
		letter = strings.ToUpper(strings.TrimSpace(letter))
		if letter != "" && !slices.Contains([]string{"A", "B", "C", "D"}, letter) {
			return nil, fmt.Errorf("line %d answers question %d with %q: it has to be A, B, C, D or nothing", line, i+1, letter)
		}
		letters = append(letters, letter)
	}
	return letters, nil
}

func knew(sat []sitting, question int, letter string) (n int) {
	for _, s := range sat {
		if s[question] == letter {
			n++
		}
	}
	return n
}

func percent(n, of int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(of)) }

// gain is Hake's: of those who did not know it, the part that now does. Where all knew it there is
// none to be had.
func gain(had, has, of int) string {
	if had == of {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(has-had)/float64(of-had))
}

// believed is the wrong answer that most still give, in words.
func believed(sat []sitting, question int, mark Mark) string {
	most, letter := 0, ""
	for _, l := range []string{"A", "B", "C", "D"} {
		if n := knew(sat, question, l); l != mark.Key && n > most {
			most, letter = n, l
		}
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("%s (%d)", mark.Believes[letter], most)
}
