package handouts
import ("testing";"time";"fmt";"os"
"github.com/chromedp/chromedp"
)
func TestZB(t *testing.T){
 if os.Getenv("REBUILD")!="" { js,err:=engine(); if err!=nil {t.Fatal(err)}; os.WriteFile("/tmp/pg/handouts/engine.js",js,0o644) }
 p:=openTab(t)
 p.do(chromedp.EmulateViewport(1280, 900))
 chromedp.Listen(p.ctx, func(e any){ s:=fmt.Sprintf("%T",e); if len(s)>0 && (s=="*log.EventEntryAdded") { t.Logf("%+v",e) } })
 p.do(chromedp.Navigate("file:///tmp/pg/handouts/01-multi-threading.html"))
 t.Log(ask[int](p, `document.querySelectorAll('.here button').length`))
 const wait=`const settled = (c) => new Promise(r => { const s=c.querySelector('.status'); const look=()=>/Done|Stopped|engine|browser/.test(s.textContent) ? r([s.textContent, c.querySelector('.result').textContent]) : setTimeout(look,20); setTimeout(look,50)});`
 for _,what:=range []string{"Run","Run","Explore","Step"} {
  b:=time.Now()
  t.Log(what, ask[any](p, `(async()=>{`+wait+` const c=document.getElementById('cell-id=shared-counter'); [...c.querySelectorAll('.here button')].find(b=>b.textContent=='`+what+`').click(); return await settled(c)})()`), time.Since(b))
 }
 set:=func(a,b string) string { return `(async()=>{`+wait+` const c=document.getElementById('cell-id=shared-counter'); const t=c.querySelector('textarea')||([...c.querySelectorAll('.here button')].find(b=>b.textContent=='Edit').click(), c.querySelector('textarea')); t.value=t.value.replace(/range \d+ {/,'range `+a+` {').replace(/range [\d_]+ {(?=\n\t\t\t\t)/,'range `+b+` {'); t.dispatchEvent(new Event('input')); const r=[t.value]; for (const w of ['Run','Explore','Step']) { [...c.querySelectorAll('.here button')].find(b=>b.textContent==w).click(); r.push(...await settled(c)); }; return r})()` }
 for _,n:=range []string{"2","5"} { for _,l:=range ask[[]string](p, set(n,"2")) { if len(l)>700 {l=l[:700]}; t.Log(l) } }
 p.do(chromedp.Sleep(1*time.Second))
 buf,_:=chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
 os.WriteFile("/tmp/pg/shot.png",buf,0o644)
 t.Log(p.asked)
}
