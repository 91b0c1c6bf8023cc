// Command glance shows a teacher what a class on a hub predicts, which exercises it has wrong, and
// who is stuck: numbers, while the lesson goes on, of those who want to share theirs. It is a
// service of JupyterHub, off unless docker/hub/class puts it on.
//
// # What is sent, and by whom
//
// A guess that package predict asks for stays in the student's browser, and on such a hub so does
// the verdict on an exercise. The page that this service has for students lies at the same address
// as JupyterLab, so it may read them there; it sends them once the student has ticked that it
// should, for as long as it stays open. A name is shown with a second tick, "I am stuck".
//
// # What is kept, and who sees it
//
// In memory, and nowhere else, what each page told last, until the page closes or is silent for
// three minutes. An administrator of the hub sees how many told which number, once five have.
// Nobody is shown who told what.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"log"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

var (
	//go:embed class.html
	classPage []byte
	//go:embed share.html
	sharePage []byte
)

func main() {
	hub := os.Getppid()
	log.SetFlags(0)
	log.SetPrefix("glance: ")
	notebooks := flag.String("notebooks", "notebooks", "the `folder` of the course's notebooks")
	flag.Parse()
	b, err := newBoard(*notebooks)
	if err != nil {
		log.Fatal(err)
	}
	s, err := newService(b, os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for range time.Tick(time.Minute) {
			if os.Getppid() != hub {
				os.Exit(0) // It was killed, and its next start has a service of its own.
			}
			s.rest()
		}
	}()
	const patience = 10 * time.Second
	server := &http.Server{Addr: s.listen, Handler: s.handler(), ReadTimeout: patience, WriteTimeout: patience}
	log.Fatal(server.ListenAndServe())
}

// A service knows the hub that has started it.
type service struct {
	*board
	listen string // host and port
	prefix string // of all its addresses: /services/glance/
	api    string // the hub's, as this service reaches it
	scopes []string
	oauth  oauth2.Config
	client *http.Client

	mu    sync.Mutex
	known map[[sha256.Size]byte]person // by the token's sum
}

// A person is who a token belongs to, as the hub last said.
type person struct {
	Name   string   `json:"name"`
	Admin  bool     `json:"admin"`
	Scopes []string `json:"scopes"`
	asked  time.Time
}

// asksAgain is for how long the hub's word is taken: who is removed, or signs out, is out then.
const asksAgain = 30 * time.Second

// newService reads what JupyterHub tells its services in their environment.
func newService(b *board, env func(string) string) (*service, error) {
	at, err := url.Parse(env("JUPYTERHUB_SERVICE_URL"))
	if err != nil || at.Host == "" || env("JUPYTERHUB_API_TOKEN") == "" {
		return nil, errors.New("this is a service of JupyterHub, which starts it: docker/hub/class glance on")
	}
	s := &service{
		board: b, listen: at.Host, prefix: env("JUPYTERHUB_SERVICE_PREFIX"), api: env("JUPYTERHUB_API_URL"),
		client: &http.Client{Timeout: 10 * time.Second}, known: map[[sha256.Size]byte]person{},
		oauth: oauth2.Config{
			ClientID: env("JUPYTERHUB_CLIENT_ID"), ClientSecret: env("JUPYTERHUB_API_TOKEN"),
			RedirectURL: env("JUPYTERHUB_OAUTH_CALLBACK_URL"),
			Endpoint: oauth2.Endpoint{
				AuthURL:   env("JUPYTERHUB_BASE_URL") + "hub/api/oauth2/authorize",
				TokenURL:  env("JUPYTERHUB_API_URL") + "/oauth2/token",
				AuthStyle: oauth2.AuthStyleInParams,
			},
		},
	}
	return s, json.Unmarshal([]byte(env("JUPYTERHUB_OAUTH_ACCESS_SCOPES")), &s.scopes)
}

// handler answers at the addresses of this service. Another site's page can ask for nothing here.
func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+s.prefix+"{$}", s.signedIn(func(w http.ResponseWriter, r *http.Request, p person) {
		if p.Admin {
			page(w, classPage)
		} else {
			page(w, share(p))
		}
	}))
	mux.HandleFunc("GET "+s.prefix+"share", s.signedIn(func(w http.ResponseWriter, r *http.Request, p person) {
		page(w, share(p))
	}))
	mux.HandleFunc("PUT "+s.prefix+"mine", s.fromScript(func(w http.ResponseWriter, r *http.Request, p person) {
		var t told
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&t); err != nil {
			http.Error(w, "These are no numbers.", http.StatusBadRequest)
			return
		}
		s.tell(p.Name, t)
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.HandleFunc("DELETE "+s.prefix+"mine", s.fromScript(func(w http.ResponseWriter, r *http.Request, p person) {
		s.forget(p.Name)
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.HandleFunc("GET "+s.prefix+"numbers", s.fromScript(func(w http.ResponseWriter, r *http.Request, p person) {
		if !p.Admin {
			http.Error(w, "The teacher sees these.", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(s.glance())
	}))
	mux.HandleFunc("GET "+s.prefix+"oauth_callback", s.callback)
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	}))
}

// page sends a page, which asks nobody else for anything and stands in no other's frame, where
// somebody might be led to tick what they do not see.
func page(w http.ResponseWriter, text []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; "+
		"style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	w.Write(text)
}

// share is the page on which a student ticks what to share; it has to know whose it is.
func share(p person) []byte {
	return bytes.Replace(sharePage, []byte("@STUDENT@"), []byte(html.EscapeString(p.Name)), 1)
}

type handle func(w http.ResponseWriter, r *http.Request, p person)

// errStranger says that the hub does not know who this is.
var errStranger = errors.New("nobody that the hub knows")

// fromScript lets in whom the hub knows. Others' pages have to be loaded anew, which signs them in;
// while the hub does not answer, a page tries again.
func (s *service) fromScript(do handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := s.who(r)
		switch {
		case errors.Is(err, errStranger):
			http.Error(w, "Sign in to the hub again.", http.StatusUnauthorized)
		case err != nil:
			http.Error(w, "The hub does not answer.", http.StatusServiceUnavailable)
		default:
			do(w, r, p)
		}
	}
}

// signedIn has the hub say who this is, where it is not known.
func (s *service) signedIn(do handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if p, err := s.who(r); err == nil {
			do(w, r, p)
			return
		}
		// The state of RFC 6749 is made of the proof of RFC 7636: who brings a code has to be the
		// browser that was sent for it.
		proof := oauth2.GenerateVerifier()
		s.cookie(w, r, proofCookie, proof, 600)
		to := s.oauth.AuthCodeURL(oauth2.S256ChallengeFromVerifier(proof), oauth2.S256ChallengeOption(proof))
		http.Redirect(w, r, to, http.StatusFound)
	}
}

const (
	proofCookie = "glance-proof"
	tokenCookie = "glance-token"
)

// cookie sets one that no script reads and no other site's page sends.
func (s *service) cookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: s.prefix, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(r.Header.Get("X-Forwarded-Proto"), "https"),
	})
}

// callback takes the code with which the hub sends a browser back.
func (s *service) callback(w http.ResponseWriter, r *http.Request) {
	proof, err := r.Cookie(proofCookie)
	if err != nil || oauth2.S256ChallengeFromVerifier(proof.Value) != r.FormValue("state") {
		http.Error(w, "This sign-in was begun elsewhere: open the page again.", http.StatusForbidden)
		return
	}
	ctx := context.WithValue(r.Context(), oauth2.HTTPClient, s.client)
	token, err := s.oauth.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(proof.Value))
	if err != nil {
		http.Error(w, "The hub does not let you in here: open the page again.", http.StatusForbidden)
		return
	}
	s.cookie(w, r, proofCookie, "", -1)
	s.cookie(w, r, tokenCookie, token.AccessToken, 12*60*60)
	http.Redirect(w, r, s.prefix, http.StatusFound)
}

// who asks the hub whose token a request brings, unless it has said so a moment ago.
func (s *service) who(r *http.Request) (person, error) {
	cookie, err := r.Cookie(tokenCookie)
	if err != nil {
		return person{}, errStranger
	}
	sum := sha256.Sum256([]byte(cookie.Value))
	s.mu.Lock()
	p, there := s.known[sum]
	s.mu.Unlock()
	if there && time.Since(p.asked) < asksAgain {
		return p, nil
	}
	p, err = s.ask(r.Context(), cookie.Value)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		delete(s.known, sum)
		return person{}, err
	}
	s.known[sum] = p
	return p, nil
}

func (s *service) ask(ctx context.Context, token string) (person, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.api+"/user", nil)
	if err != nil {
		return person{}, err
	}
	request.Header.Set("Authorization", "token "+token)
	p := person{asked: time.Now()}
	response, err := s.client.Do(request)
	if err != nil {
		return person{}, err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return person{}, errStranger
	default:
		return person{}, fmt.Errorf("the hub says %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&p); err != nil {
		return person{}, err
	}
	// A token that the hub has given for something else says who this is, too, and is not meant for us.
	if p.Name == "" || !slices.ContainsFunc(p.Scopes, s.opens) {
		return person{}, errStranger
	}
	return p, nil
}

// rest drops what is out of date.
func (s *service) rest() {
	s.forgetSilent()
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.known, func(_ [sha256.Size]byte, p person) bool { return time.Since(p.asked) >= asksAgain })
}

// opens tells whether who has this scope may use this service.
func (s *service) opens(scope string) bool { return slices.Contains(s.scopes, scope) }
