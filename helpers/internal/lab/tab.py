"""Reads lines {"kernel": N, "kind": "complete" or "inspect", "code": TEXT, "at": POSITION} and answers each with a line
{"seconds": S, "matches": [TEXT, ...], "text": TEXT}. Starts as many kernels as its argument says, tells "ready", and ends them at the end
of its input.
"""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

kernels = [start_new_kernel(kernel_name="gonb", startup_timeout=120) for _ in range(int(sys.argv[1]))]
try:
    print('"ready"', flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        client = kernels[question["kernel"]][1]
        begin = time.perf_counter()
        message = getattr(client, question["kind"])(question["code"], question["at"])
        while (reply := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
            pass
        content = reply["content"]
        print(
            json.dumps(
                {"seconds": time.perf_counter() - begin, "matches": content.get("matches", []), "text": str(content.get("data", ""))}
            ),
            flush=True,
        )
finally:
    for manager, client in kernels:
        client.stop_channels()
        manager.shutdown_kernel()
