package handouts
import ("testing";"context";"time";"os"
"github.com/chromedp/chromedp"
"github.com/chromedp/cdproto/runtime"
"github.com/chromedp/cdproto/log"
)
func TestZC(t *testing.T){
 _=os.Args
 p:=openTab(t)
 ctx,c:=context.WithTimeout(p.ctx,70*time.Second); defer c(); p.ctx=ctx
 chromedp.Listen(p.ctx, func(e any){ switch e:=e.(type){ case *runtime.EventExceptionThrown: t.Logf("EXC %+v %+v",e.ExceptionDetails, e.ExceptionDetails.Exception); case *log.EventEntryAdded: t.Logf("LOG %+v",e.Entry); case *runtime.EventConsoleAPICalled: t.Logf("CON %+v",e.Args) } })
 chromedp.Call(p.ctx, runtime.Enable, struct{}{})
 chromedp.Call(p.ctx, log.Enable, struct{}{})
 p.do(chromedp.Navigate("file:///tmp/pg/handouts/01-multi-threading.html"))
 t.Log(ask[int](p, `document.querySelectorAll('.here button').length`))
 ask[int](p, `([...document.getElementById('cell-id=shared-counter').querySelectorAll('.here button')].find(b=>b.textContent=='Run').click(), 0)`)
 for range 20 { p.do(chromedp.Sleep(2*time.Second)); t.Log(ask[string](p, `document.getElementById('cell-id=shared-counter').querySelector('.here').textContent+document.getElementById('cell-id=shared-counter').querySelector('.result').textContent`)) }
}
