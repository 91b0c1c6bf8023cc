package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/oauth2"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

const prefix = "/services/glance/"

// hub is what this service needs of JupyterHub, whose sign-in takes the name from a cookie.
// docker/hub/load tries the real one.
type hub struct {
	*httptest.Server
	*service
	challenge map[string]string // by code
	out       map[string]bool   // tokens that no longer count
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{challenge: map[string]string{}, out: map[string]bool{}}
	mux := http.NewServeMux()
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	b := &board{
		questions: []question{{"seconds", "How many seconds?"}, {"final value", "What is its final value?"}},
		exercises: []question{{name: "mutex"}}, now: time.Now, students: map[string]told{}, changed: map[string]time.Time{},
	}
	var err error
	h.service, err = newService(b, func(name string) string {
		return map[string]string{
			"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:1" + prefix, "JUPYTERHUB_SERVICE_PREFIX": prefix,
			"JUPYTERHUB_API_URL": h.URL + "/hub/api", "JUPYTERHUB_API_TOKEN": "secret", "JUPYTERHUB_CLIENT_ID": "service-glance",
			"JUPYTERHUB_OAUTH_CALLBACK_URL": prefix + "oauth_callback", "JUPYTERHUB_BASE_URL": "/",
			"JUPYTERHUB_OAUTH_ACCESS_SCOPES": `["access:services", "access:services!service=glance"]`,
		}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle(prefix, h.handler())
	mux.HandleFunc("GET /hub/api/oauth2/authorize", func(w http.ResponseWriter, r *http.Request) {
		who, err := r.Cookie("who")
		if err != nil {
			http.Error(w, "sign in", http.StatusForbidden)
			return
		}
		code := who.Value + "-code"
		h.challenge[code] = r.FormValue("code_challenge")
		query := url.Values{"code": {code}, "state": {r.FormValue("state")}}
		http.Redirect(w, r, r.FormValue("redirect_uri")+"?"+query.Encode(), http.StatusFound)
	})
	mux.HandleFunc("POST /hub/api/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		code := r.FormValue("code")
		challenge := oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier"))
		if r.FormValue("client_secret") != "secret" || challenge != h.challenge[code] {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token": %q, "token_type": "Bearer"}`, strings.TrimSuffix(code, "-code"))
	})
	mux.HandleFunc("GET /hub/api/user", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.Header.Get("Authorization"), "token ")
		scope := "access:services!service=glance"
		if strings.HasPrefix(name, "stolen") {
			scope = "access:servers"
		}
		if h.out[name] {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"name": name, "admin": name == "teacher", "scopes": []string{scope}})
	})
	// JupyterLab, with the box of package predict.
	mux.HandleFunc("GET /user/ada/lab", func(w http.ResponseWriter, r *http.Request) {
		script, err := os.ReadFile(filepath.Join(notebook.Root(), "helpers", "predict", "ask.js"))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><title>Lab</title><div data-prediction="seconds"><label>How many? <input></label>`+
			`<button>Keep</button><span role="status"></span></div><script>%s</script>`, script)
	})
	return h
}

// as is the browser of somebody who has signed in to the hub.
func (h *hub) as(t *testing.T, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(at, []*http.Cookie{{Name: "who", Value: name, Path: "/"}})
	return &http.Client{Jar: jar}
}

// send sends a request, and gives what is answered.
func (h *hub) send(t *testing.T, client *http.Client, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, h.URL+prefix+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// open opens the service's page, which signs in.
func (h *hub) open(t *testing.T, name string) *http.Client {
	t.Helper()
	client := h.as(t, name)
	want := "What I share"
	if name == "teacher" {
		want = "The class at one glance"
	}
	if status, text := h.send(t, client, "GET", "", ""); status != http.StatusOK || !strings.Contains(text, "<h1>"+want) {
		t.Fatalf("%s sees %d %.300s", name, status, text)
	}
	return client
}

func (h *hub) numbers(t *testing.T, teacher *http.Client) (g glance, text string) {
	t.Helper()
	status, text := h.send(t, teacher, "GET", "numbers", "")
	if err := json.Unmarshal([]byte(text), &g); status != http.StatusOK || err != nil {
		t.Fatal(status, text, err)
	}
	return g, text
}

// What a class tells is counted; nobody's name is said who has not asked for it, nothing is shown of
// a few, and nothing stays.
func TestClassTells(t *testing.T) {
	h := newHub(t)
	now := time.Now()
	h.now = func() time.Time { return now }
	teacher := h.open(t, "teacher")
	students := map[string]*http.Client{}
	tell := func(name, body string) {
		t.Helper()
		if students[name] == nil {
			students[name] = h.open(t, name)
		}
		if status, text := h.send(t, students[name], "PUT", "mine", body); status != http.StatusNoContent {
			t.Fatal(name, status, text)
		}
	}
	for _, name := range []string{"ada", "ben", "cleo", "dan"} {
		tell(name, `{"predictions": {"seconds": 6, "not ours": 1}, "exercises": {"mutex": false, "nor this": true}}`)
	}
	_, text := h.numbers(t, teacher)
	want := `{"sharing":4,"fewest":5,"predictions":[{"question":"How many seconds?","told":4,"answers":[],"others":0}],` +
		`"exercises":[],"stuck":[]}` + "\n"
	if text != want {
		t.Errorf("of four:\n%swant\n%s", text, want)
	}
	tell("eve", `{"predictions": {"seconds": 3}, "exercises": {"mutex": true}, "stuck": true}`)
	tell("ada", `{"predictions": {"seconds": 3.5}, "exercises": {"mutex": false}}`) // she has changed her mind
	_, text = h.numbers(t, teacher)
	want = `{"sharing":5,"fewest":5,"predictions":[{"question":"How many seconds?","told":5,"answers":[` +
		`{"value":3,"count":1},{"value":3.5,"count":1},{"value":6,"count":3}],"others":0}],` +
		`"exercises":[{"name":"mutex","right":1,"wrong":4}],"stuck":["eve"]}` + "\n"
	if text != want {
		t.Errorf("of five:\n%swant\n%s", text, want)
	}
	now = now.Add(time.Second)
	tell("ben", `{"predictions": {"final value": 50000}}`) // the newest stands first
	g, text := h.numbers(t, teacher)
	if len(g.Predictions) != 2 || g.Predictions[0].Question != "What is its final value?" {
		t.Errorf("after another question: %s", text)
	}

	// Who takes it back, and whose page is silent, is forgotten.
	if status, _ := h.send(t, students["eve"], "DELETE", "mine", ""); status != http.StatusNoContent {
		t.Error("taking it back:", status)
	}
	if g, text = h.numbers(t, teacher); g.Sharing != 4 || len(g.Stuck) > 0 {
		t.Errorf("eve has taken it back: %s", text)
	}
	now = now.Add(forgotten + time.Second)
	tell("ada", `{"stuck": true}`)
	want = `{"sharing":0,"fewest":5,"predictions":[],"exercises":[],"stuck":["ada"]}` + "\n"
	if _, text = h.numbers(t, teacher); text != want {
		t.Errorf("all but ada are silent: %s", text)
	}
	if len(h.students) != 1 {
		t.Errorf("%d students are still in memory", len(h.students))
	}
}

// Every question and every exercise of the course may be told, each under one name.
func TestBoardOfTheCourse(t *testing.T) {
	b, err := newBoard(filepath.Join(notebook.Root(), "notebooks"))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, path := range notebook.Paths() {
		nb, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range nb.Code() {
			asked += strings.Count(cell.Source(), "predict.Ask(")
		}
	}
	if len(b.questions) == 0 || len(b.questions) != asked {
		t.Errorf("%d questions, but predict.Ask is called %d times: %q", len(b.questions), asked, b.questions)
	}
	if len(b.exercises) < 15 {
		t.Errorf("exercises: %q", b.exercises)
	}
	for _, questions := range [][]question{b.questions, b.exercises} {
		seen := map[string]bool{}
		for _, q := range questions {
			if seen[q.name] {
				t.Errorf("two are named %q", q.name)
			}
			seen[q.name] = true
		}
	}
}

// Many different answers are a dozen bars and the rest.
func TestManyAnswers(t *testing.T) {
	counts, all := map[float64]int{1000: 3}, 3
	for i := range 20 {
		counts[float64(i)] = 1
		all++
	}
	answers, others := shown(counts, all)
	if len(answers) != mostAnswers || answers[mostAnswers-1] != (answer{1000, 3}) || others != 9 {
		t.Errorf("%v, and %d others", answers, others)
	}
}

// Who may do what. A student sees no numbers, a stranger nothing, another site's page tells nothing.
func TestWhoMay(t *testing.T) {
	h := newHub(t)
	ada := h.open(t, "ada")
	for _, c := range []struct {
		what         string
		client       *http.Client
		method, path string
		headers      []string
		want         int
	}{
		{"the numbers, for a student", ada, "GET", "numbers", nil, 403},
		{"telling, for a student", ada, "PUT", "mine", nil, 204},
		{"telling, from another site's page", ada, "PUT", "mine", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"telling, from another origin", ada, "DELETE", "mine", []string{"Origin", "https://elsewhere.example"}, 403},
		{"the numbers, for nobody", &http.Client{}, "GET", "numbers", nil, 401},
		{"telling, for nobody", &http.Client{}, "PUT", "mine", nil, 401},
		{"a token for something else", &http.Client{}, "PUT", "mine", []string{"Cookie", tokenCookie + "=stolen"}, 401},
		{"a code without the browser that was sent", ada, "GET", "oauth_callback?code=teacher-code&state=x", nil, 403},
	} {
		status, text := h.send(t, c.client, c.method, c.path, `{"predictions": {"seconds": 6}}`, c.headers...)
		if status != c.want {
			t.Errorf("%s: %d %s, want %d", c.what, status, text, c.want)
		}
	}
	long := `{"x": "` + strings.Repeat("x", 1<<17) + `"}`
	for _, body := range []string{`{"predictions": {"seconds": "six"}}`, `[`, long} {
		if status, _ := h.send(t, ada, "PUT", "mine", body); status != http.StatusBadRequest {
			t.Errorf("%.40s: %d", body, status)
		}
	}
	// Who has signed out, or is no longer of the class, is out when the hub's word is asked for again.
	h.out["ada"] = true
	for sum, p := range h.known {
		p.asked = p.asked.Add(-asksAgain)
		h.known[sum] = p
	}
	if status, _ := h.send(t, ada, "PUT", "mine", "{}"); status != http.StatusUnauthorized {
		t.Error("who has signed out tells on:", status)
	}
	h.rest()
	if len(h.known) > 0 {
		t.Error("the service keeps who somebody was")
	}
}

// tab does something in a browser's tab.
func tab(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// until waits for something that comes soon.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) { // between two looks
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

// checked asks axe about a page, in the light and in the dark.
func checked(t *testing.T, ctx context.Context) {
	t.Helper()
	for _, colours := range []string{"light", "dark"} {
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
		}); err != nil {
			t.Fatal(err)
		}
		for _, violation := range browser.Axe(t, ctx) {
			t.Errorf("%s: %s", colours, violation)
		}
	}
}

// A student's guess reaches the teacher's bars from the notebook's own box, by one tick, and not
// before it; the keyboard is enough.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser has nothing to do with the race detector")
	}
	h := newHub(t)
	told := func() (found told, there bool) {
		h.board.mu.Lock()
		defer h.board.mu.Unlock()
		found, there = h.students["ada"]
		return found, there
	}
	lab := browser.Start(t)
	tab(t, lab, chromedp.Navigate(h.URL+"/user/ada/lab"))
	evaluate[string](t, lab, `document.cookie = 'who=ada; path=/'`)
	share, end := chromedp.NewContext(lab)
	t.Cleanup(end)
	tab(t, share, chromedp.Navigate(h.URL+prefix))
	guess := func(number string) {
		t.Helper()
		evaluate[any](t, lab, `{const input = document.querySelector('input'); input.value = ''; input.focus(); 0}`)
		tab(t, lab, chromedp.KeyEvent(number), chromedp.KeyEvent(kb.Enter))
		until(t, "the guess is kept", func() bool {
			kept := evaluate[string](t, lab, `localStorage.getItem('multithreading prediction seconds') || ''`)
			return strings.Contains(kept, number)
		})
	}
	status := func() string { return evaluate[string](t, share, `document.getElementById('status').textContent`) }
	guess("6")
	until(t, "nothing is sent", func() bool { return status() == "Nothing is sent." })
	if found, there := told(); there {
		t.Errorf("without a tick, %v is sent", found)
	}
	checked(t, share)

	press := func(id, key string) {
		t.Helper()
		evaluate[any](t, share, `document.getElementById('`+id+`').focus()`)
		tab(t, share, chromedp.KeyEvent(key))
	}
	press("numbers", " ")
	guessed := func(number float64) func() bool {
		return func() bool {
			found, _ := told()
			return found.Predictions["seconds"] == number
		}
	}
	until(t, "the guess from before the tick", guessed(6))
	guess("4")
	until(t, "a guess after it", guessed(4))
	evaluate[any](t, lab, `localStorage.setItem('multithreading exercise mutex', 'wrong')`)
	until(t, "a verdict", func() bool {
		found, _ := told()
		right, there := found.Exercises["mutex"]
		return there && !right
	})
	if found, _ := told(); found.Stuck {
		t.Error("a name is shown that nobody asked for")
	}
	said := "Sent: 1 predictions and 1 exercises, without your name."
	until(t, "what is sent is said", func() bool { return status() == said })

	// The teacher's page, in another browser.
	for i := range fewest - 1 {
		h.tell(fmt.Sprint("other-", i), toldNumber(6))
	}
	class := browser.Start(t)
	tab(t, class, chromedp.Navigate(h.URL+"/user/ada/lab"))
	evaluate[string](t, class, `document.cookie = 'who=teacher; path=/'`)
	tab(t, class, chromedp.Navigate(h.URL+prefix))
	live := func() string { return evaluate[string](t, class, `document.getElementById('live').innerText`) }
	until(t, "bars", func() bool { return strings.Contains(live(), "4\t1") && strings.Contains(live(), "6\t4") })
	if !strings.Contains(live(), "How many seconds?") || strings.Contains(live(), "ada") {
		t.Errorf("the teacher sees %q", live())
	}
	press("stuck", " ")
	stuck := func() string { return evaluate[string](t, class, `document.getElementById('stuck').innerText`) }
	until(t, "one is stuck, with the name folded away", func() bool { return stuck() == "Stuck: 1" })
	evaluate[any](t, class, `document.querySelector('#stuck summary').click()`)
	until(t, "who is stuck", func() bool { return strings.Contains(stuck(), "ada") })
	checked(t, class)
	press("numbers", " ")
	press("stuck", " ")
	until(t, "it is taken back", func() bool { _, there := told(); return !there })
	press("numbers", " ")
	until(t, "it is told again", func() bool { _, there := told(); return there })
	tab(t, share, chromedp.Navigate(h.URL+"/user/ada/lab"))
	until(t, "a page that is left takes back what it told", func() bool { _, there := told(); return !there })

	// Ada comes back to her own ticks; the next student in this browser has neither them nor what she said.
	tab(t, share, chromedp.Navigate(h.URL+prefix))
	until(t, "her ticks are there again", func() bool { return status() == said })
	evaluate[string](t, share, `document.cookie = 'who=ben; path=/'`)
	h.service.mu.Lock()
	h.out["ada"] = true
	clear(h.known)
	h.service.mu.Unlock()
	tab(t, share, chromedp.Navigate(h.URL+prefix))
	until(t, "nothing is sent of the next student", func() bool { return status() == "Nothing is sent." })
	if kept := evaluate[string](t, share, `JSON.stringify(localStorage)`); strings.Contains(kept, "prediction") || strings.Contains(kept, "exercise") {
		t.Errorf("the next student has %s", kept)
	}
}

func toldNumber(seconds float64) told {
	return told{Predictions: map[string]float64{"seconds": seconds}}
}

// Without a hub the same page is a file: the teacher types a show of hands.
func TestShowOfHands(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser has nothing to do with the race detector")
	}
	ctx := browser.Start(t, browser.NoNetwork)
	page, err := filepath.Abs("class.html")
	if err != nil {
		t.Fatal(err)
	}
	tab(t, ctx, chromedp.Navigate("file://"+page))
	evaluate[any](t, ctx, `document.getElementById('question').focus()`)
	for _, words := range []string{"How many seconds?", "3", "12", "6", "24", "9", "4", "18"} { // 4 opens a fourth row
		tab(t, ctx, chromedp.KeyEvent(words), chromedp.KeyEvent(kb.Enter))
	}
	tab(t, ctx, chromedp.KeyEvent("0"))
	got := evaluate[string](t, ctx, `document.getElementById('all').textContent + ': ' +
		[...document.querySelectorAll('#rows tr')].map(row => {
			const bar = row.querySelector('.bar');
			return [...row.querySelectorAll('input')].map(i => i.value).join(' × ') + ' ' +
				row.querySelector('.part').textContent + ' ' + (bar.classList.contains('none') ? 'no bar' : bar.style.width);
		}).join(', ')`)
	if want := "40 hands: 3 × 12 30 % 50%, 6 × 24 60 % 100%, 9 × 4 10 % 16.6667%, 18 × 0  no bar"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if evaluate[bool](t, ctx, `getComputedStyle(document.getElementById('shared')).display !== 'none'`) {
		t.Error("without a hub, the page has a place for what the class shares")
	}
	checked(t, ctx)
	evaluate[any](t, ctx, `document.getElementById('new').click()`)
	got = evaluate[string](t, ctx,
		`[...document.querySelectorAll('input')].map(i => i.value).join('') + document.activeElement.id`)
	if got != "question" {
		t.Errorf("a new question begins with %q", got)
	}
}
