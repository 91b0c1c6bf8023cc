"""Reads {"kernels": {NAME: [CELL, ...]}} and prints {NAME: [{"seconds": S, "printed": TEXT}, ...]}: how long each cell took from request to reply.

The kernels take turns, cell by cell, so that whatever else the machine does hits all of them alike.
"""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

work = json.load(sys.stdin)["kernels"]
running = {name: start_new_kernel(kernel_name=name, startup_timeout=120) for name in work}
results = {name: [] for name in work}


def run(name, code):
    client = running[name][1]
    printed = []

    def keep(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    begin = time.perf_counter()
    reply = client.execute_interactive(code, output_hook=keep, timeout=300)
    seconds = time.perf_counter() - begin
    if reply["content"]["status"] != "ok":
        sys.exit(f"{name}: {reply['content'].get('evalue')}\n{''.join(printed)}")
    return {"seconds": seconds, "printed": "".join(printed)}


try:
    for turn in range(max(map(len, work.values()))):
        for name, cells in work.items():
            if turn < len(cells):
                results[name].append(run(name, cells[turn]))
finally:
    for manager, client in running.values():
        manager.shutdown_kernel()  # asked politely, stock GoNB takes gopls with it
        client.stop_channels()
json.dump(results, sys.stdout)
