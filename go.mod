module example.com/multithreading

go 1.26.5

tool (
	github.com/janpfeifer/gonb // the kernel
	golang.org/x/tools/cmd/goimports // GoNB runs it on every cell
)

require (
	github.com/PuerkitoBio/goquery v1.12.0 // what a page is asked for, and made of, in the handouts
	github.com/bluekeyes/go-gitdiff v0.8.1 // docker/setup: applies the changes to GoNB
	github.com/chromedp/chromedp v0.23.0 // a student's browser in the tests; prints the handouts
	github.com/coder/websocket v1.8.15 // the students of the tests speak it, in JupyterLab and on a hub
	github.com/disintegration/gift v1.2.1 // 04-alternatives: filters that use all cores; v1.2.1 is its last version
	github.com/evanw/esbuild v0.28.2 // make handouts: the pages' editor in one script
	github.com/gomlx/compute v0.1.3 // the backend of GoMLX, in pure Go
	github.com/gomlx/gomlx v0.28.1 // 04-alternatives: tensors, in the place of numpy and pytorch
	github.com/janpfeifer/gonb v0.11.4 // the kernel
	github.com/klauspost/compress v1.20.4 // make handouts: the pages' engine a tenth smaller than by gzip
	github.com/prometheus/procfs v0.23.0 // the tests look at the processes of a server and of a student
	github.com/puzpuzpuz/xsync/v4 v4.5.0 // the counter that ours is measured against
	github.com/tdewolff/minify/v2 v2.24.25 // make handouts: pages a fifth smaller
	go.uber.org/goleak v1.3.0 // tells our tests which goroutine was left behind
	golang.org/x/exp v0.0.0-20261014143641-f0251eb4aa3e // reads what runtime/trace wrote, for the timelines
	golang.org/x/oauth2 v0.38.0 // the hub's service glance: who somebody is, as the hub says
)

require (
	github.com/andybalholm/cascadia v1.3.3 // indirect
	github.com/chromedp/cdproto v0.159.0 // the words of chromedp
	github.com/fatih/color v1.18.0 // indirect
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/go-zeromq/goczmq/v4 v4.2.2 // indirect
	github.com/go-zeromq/zmq4 v0.17.0 // indirect
	github.com/gofrs/uuid v4.4.0+incompatible // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/gx-org/backend v0.3.0 // indirect
	github.com/gx-org/gx v0.6.1 // indirect
	github.com/janpfeifer/must v0.2.0 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/segmentio/asm v1.1.3 // indirect
	github.com/segmentio/encoding v0.3.4 // indirect
	github.com/tdewolff/parse/v2 v2.8.20 // indirect
	go.lsp.dev/jsonrpc2 v0.10.0 // held: what GoNB speaks with gopls, and so its stand-in; v1 has another interface, with which GoNB does not build
	go.lsp.dev/pkg v0.0.0-20210717090340-384b27a52fb2 // indirect
	go.lsp.dev/protocol v0.12.0 // indirect
	go.lsp.dev/uri v0.3.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.27.0 // indirect
	golang.org/x/mod v0.42.0 // the stand-in for gopls reads a go.mod
	golang.org/x/net v0.61.0 // the nodes of a page, for what is printed of it
	golang.org/x/sync v0.24.0 // 02-processes-and-threads: errgroup and semaphore
	golang.org/x/sys v0.49.0 // the limits and signals that syscall lacks
	golang.org/x/telemetry v0.0.0-20261009151841-97e8ea77aa2a // indirect
	golang.org/x/text v0.43.0 // make grade: notebooks in other encodings
	golang.org/x/tools v0.52.0 // the explorer: programs in SSA form
	k8s.io/klog/v2 v2.140.0 // indirect
)
