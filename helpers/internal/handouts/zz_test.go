package handouts
import ("testing";"os";"fmt")
func TestZZ(t *testing.T){
 if _,err:=engine(); err!=nil {t.Fatal(err)}
 order:=course(t); order.Engine=engineOnce; order.Out="/tmp/pg/handouts"
 os.RemoveAll(order.Out)
 if err:=order.Write(t.Context()); err!=nil {t.Fatal(err)}
 names,pages:=files(t,order.Out,".html")
 for _,n:=range names { p:=parse(t,pages[n]); fmt.Println(n,len(pages[n]), p.Find(".here").Length(), p.Find(".elsewhere").Length()) }
}
