"""Runs one cell as VS Code does: by jupyter_client alone, from the kernelspec, without docker/start.

Argument: the folder of kernelspecs."""

import sys

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

CELL = """import (
	"fmt"

	"example.com/multithreading/helpers/show"
)

func main() {
	show.Table("It runs", []string{"a"}, [][]string{{"here"}})
	fmt.Println("and prints")
}
"""

manager = KernelManager(kernel_name="gonb", kernel_spec_manager=KernelSpecManager(kernel_dirs=[sys.argv[1]]))
manager.start_kernel()
client = manager.client()
client.start_channels()
try:
    client.wait_for_ready(timeout=60)
    reply = client.execute_interactive(
        CELL,
        timeout=120,
        output_hook=lambda message: print(message["msg_type"], message["content"].get("text") or message["content"].get("data")),
    )
    print(reply["content"]["status"])
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
