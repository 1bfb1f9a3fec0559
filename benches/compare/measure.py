"""One run: load on a port, and what it cost the process behind it.

In: a server, a request, seconds. Out: CPU microseconds per request and requests per second. Ends the
whole comparison where an answer was not a 2xx: a proxy that refuses is always fast.
"""

import http.client
import pathlib
import subprocess

from proxies import HOST, OTHER_CORE

HERE = pathlib.Path(__file__).parent


class Run:
    def __init__(self, requests, sent, seconds, cpu_seconds):
        self.micros = cpu_seconds * 1e6 / requests
        self.rate = requests / seconds
        self.bytes = sent / requests


def run(server, port, path, fields, seconds, connections, strict=False):
    before = cpu_seconds(server.pids())
    requests, sent, micros, bad_status, broken = load(port, path, fields, seconds, connections, strict)
    spent = cpu_seconds(server.pids()) - before
    if bad_status or broken or not requests:
        raise SystemExit(f"{path}: {requests} requests, {bad_status} not 2xx, {broken} broken: no table")
    return Run(requests, sent, micros / 1e6, spent)


def load(port, path, fields, seconds, connections, strict):
    script = HERE / ("strict.lua" if strict else "load.lua")
    command = ["taskset", "-c", OTHER_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(script), "-H", f"Host: {HOST}"]
    for name, value in fields.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("RESULT "))
    return [int(number) for number in line.split()[1:]]


def cpu_seconds(pids):
    """Time on a core of every thread, from the scheduler's own book."""
    nanoseconds = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def fetch(port, path, fields):
    """One answer: status, fields, body without its transfer coding."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": HOST, **fields}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
