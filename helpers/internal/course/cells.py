"""Reads orders, one JSON a line, and answers each with one line:

{"kernels": {NAME: [CELL, ...]}}: {NAME: [{"seconds": S, "processor": P, "printed": TEXT}, ...]}, how long each cell took from request to
reply, and how much of the processor's time its kernel and all that the kernel started took, in steps of 0.01 s; 0 where /proc is missing.
The kernels take turns, cell by cell, so that whatever else the machine does hits all of them alike; each starts when it is first named.
With "may fail": true a cell may; otherwise it ends the run.

{"end": NAME}: {}, and that kernel has ended.

{"fresh": NAME, "cell": CELL, "tab": TEXT}: {"ready": S, "cell": S, "tab": S}, of a kernel of its own: until it is ready, how long its first
cell takes, and, of another one, how long the first completion after TEXT takes.
"""

import json
import os
import pathlib
import sys
import time

from jupyter_client.manager import start_new_kernel

running = {}


def start(name):
    return start_new_kernel(kernel_name=name, startup_timeout=120)


def end(manager, client):
    manager.shutdown_kernel()  # asked politely, stock GoNB takes gopls with it
    client.stop_channels()


def processor(pid):
    """The time that a process and all below it have taken of the processors so far, with that of those which have ended."""
    of, below = {}, {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        of[stat.parent.name] = sum(map(int, fields[11:15]))
        below.setdefault(fields[1], []).append(stat.parent.name)
    found = [str(pid)]
    for each in found:
        found += below.get(each, [])
    return sum(of.get(each, 0) for each in found) / os.sysconf("SC_CLK_TCK")


def run(name, kernel, code, may_fail=False):
    manager, client = kernel
    printed = []

    def keep(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    pid = manager.provisioner.pid
    before = processor(pid)
    begin = time.perf_counter()
    reply = client.execute_interactive(code, output_hook=keep, timeout=300)
    seconds = time.perf_counter() - begin
    if reply["content"]["status"] != "ok" and not may_fail:
        sys.exit(f"{name}: {reply['content'].get('evalue')}\n{''.join(printed)}\n{code}")
    return {"seconds": seconds, "processor": processor(pid) - before, "printed": "".join(printed)}


def in_turn(work, may_fail):
    results = {name: [] for name in work}
    for turn in range(max(map(len, work.values()))):
        for name, cells in work.items():
            if name not in running:
                running[name] = start(name)
            if turn < len(cells):
                results[name].append(run(name, running[name], cells[turn], may_fail))
    return results


def fresh(order):
    begin = time.perf_counter()
    manager, client = start(order["fresh"])
    answer = {"ready": time.perf_counter() - begin}
    answer["cell"] = run(order["fresh"], (manager, client), order["cell"])["seconds"]
    end(manager, client)
    manager, client = start(order["fresh"])
    begin = time.perf_counter()
    while not client.complete(order["tab"], reply=True, timeout=60)["content"]["matches"]:
        time.sleep(0.05)
    answer["tab"] = time.perf_counter() - begin
    end(manager, client)
    return answer


def answer(order):
    if "kernels" in order:
        return in_turn(order["kernels"], order.get("may fail", False))
    if "end" in order:
        if order["end"] in running:
            end(*running.pop(order["end"]))
        return {}
    return fresh(order)


try:
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
finally:
    for manager, client in running.values():
        end(manager, client)
