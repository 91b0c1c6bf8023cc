// refused: line 5 net

package main

import "net"

func main() {
	listener, err := net.Listen("tcp", "localhost:0")
	if err == nil {
		listener.Close()
	}
}
