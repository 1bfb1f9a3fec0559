"""The servers of a comparison: an origin, nginx as it would be tuned, and Paravent.

In: the folder to work in and the program. Out: processes that listen on loopback, on free ports, each
pinned to its core, and stopped by their own ids. Nothing of them is left running.
"""

import os
import queue
import socket
import subprocess
import threading
import time

from page import TRACKER_HOSTS

HOST = "clinic.example"
PROXY_CORE, OTHER_CORE = "0", "1"
PATIENCE_SECONDS = 20

# What stands before `</head>` in nginx's rewritten page.
INJECTED = '<script src="/_privacy/guard.js"></script></head>'
REPLACEMENT = "blocked.invalid"

# How each of nginx's listeners answers.
PLAIN, REWRITE, REWRITE_GZIP_4, REWRITE_GZIP_1 = "plain", "rewrite", "rewrite-gzip-4", "rewrite-gzip-1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process, the core it is pinned to, and the ports it listens on."""

    def __init__(self, core, command, **options):
        self.process = subprocess.Popen(["taskset", "-c", core, *command], **options)

    def pids(self):
        """The process and its children, workers that is."""
        pid = self.process.pid
        children = open(f"/proc/{pid}/task/{pid}/children").read().split()
        return [pid, *map(int, children)]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_for(self, port):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"a server did not start: {self.process.args}")


def nginx(core, folder, name, http, ports):
    config = folder / f"{name}.conf"
    temp = "".join(
        f"{kind}_temp_path {folder}/{name}-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # As root, nginx would give its worker to a user who may not read a temporary folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(
        f"{user}daemon off;\npid {folder}/{name}.pid;\nerror_log {folder}/{name}.log warn;\n"
        "worker_processes 1;\nevents { worker_connections 4096; }\n"
        f"http {{\n{temp}access_log off;\nkeepalive_requests 100000000;\n{http}\n}}\n"
    )
    server = Server(core, ["nginx", "-p", str(folder), "-e", f"{folder}/{name}.log", "-c", str(config)])
    for port in ports:
        server.wait_for(port)
    return server


class Origin(Server):
    """A second nginx that serves files and nothing else."""

    def __init__(self, folder, site):
        self.port = free_port()
        http = (
            "types { text/html html; image/png png; }\ndefault_type application/octet-stream;\n"
            "charset utf-8;\ngzip_proxied any;\nsendfile on;\ntcp_nopush on;\nopen_file_cache max=100;\n"
            f"server {{ listen 127.0.0.1:{self.port} backlog=4096; root {site};\n"
            "location = /page.bin { gzip_static on; } }"
        )
        self.process = nginx(OTHER_CORE, folder, "origin", http, [self.port]).process


class Nginx(Server):
    """The yardstick: one worker, and a listener for each way of answering."""

    def __init__(self, folder, origin):
        ways = {
            PLAIN: "",
            REWRITE: sub_filter(),
            REWRITE_GZIP_4: sub_filter() + "gzip on;\ngzip_comp_level 4;\n",
            REWRITE_GZIP_1: sub_filter() + "gzip on;\ngzip_comp_level 1;\n",
        }
        self.ports = {way: free_port() for way in ways}
        http = (
            f"upstream origin {{ server 127.0.0.1:{origin.port}; keepalive 256; keepalive_requests 100000000; }}\n"
            'proxy_http_version 1.1;\nproxy_set_header Connection "";\nproxy_set_header Host $host;\n'
            "proxy_buffer_size 16k;\nproxy_buffers 16 16k;\nproxy_busy_buffers_size 64k;\n"
            "proxy_max_temp_file_size 0;\n"
        )
        for way, port in self.ports.items():
            http += f"server {{ listen 127.0.0.1:{port} backlog=4096;\nlocation / {{ proxy_pass http://origin;\n"
            # Fields set in a location replace those set above it, so they are said again.
            if ways[way]:
                http += 'proxy_set_header Connection "";\nproxy_set_header Host $host;\n' + ways[way]
            http += "} }\n"
        self.process = nginx(PROXY_CORE, folder, "nginx", http, self.ports.values()).process

    def port(self, way):
        return self.ports[way]


def sub_filter():
    rules = "".join(f'sub_filter "{host}" "{REPLACEMENT}";\n' for host in TRACKER_HOSTS)
    return f"proxy_set_header Accept-Encoding \"\";\nsub_filter_once off;\nsub_filter '</head>' '{INJECTED}';\n{rules}"


CONFIG = """[server]
listen = ["127.0.0.1:0"]
admin_listen = "127.0.0.1:0"
state_dir = "{state}"

[[site]]
hosts = ["{host}"]
origin = ["http://127.0.0.1:{origin}"]
jurisdiction = "quebec"
languages = ["fr", "en"]
sensitive_paths = ["/rendez-vous/**"]

[site.contact]
title = {{ fr = "Responsable de la protection des renseignements personnels", en = "Privacy officer" }}
email = "vieprivee@clinic.example"

[[site.vendor]]
id = "google-analytics"

[[site.vendor]]
id = "meta-pixel"

[[site.vendor]]
id = "youtube"
"""


class Paravent(Server):
    """Paravent as an operator runs it, with one worker and three vendors on offer."""

    def __init__(self, folder, origin, program):
        config = folder / "paravent.toml"
        config.write_text(CONFIG.format(state=folder / "state", host=HOST, origin=origin.port))
        environment = {**os.environ, "TOKIO_WORKER_THREADS": "1"}
        command = [str(program), "serve", "--config", str(config)]
        super().__init__(PROXY_CORE, command, env=environment, stdout=subprocess.PIPE, text=True)
        self._port = self.announced_port()

    def announced_port(self):
        """The port it says it listens on. The rest of what it says is read, so that it never waits."""
        said = queue.Queue()
        threading.Thread(target=lambda: [said.put(line) for line in self.process.stdout], daemon=True).start()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                line = said.get(timeout=0.2)
            except queue.Empty:
                continue
            if line.startswith("listening on http://"):
                return int(line.strip().rstrip("/").rsplit(":", 1)[1])
        self.stop()
        raise SystemExit("Paravent did not start; its own message is above")

    def port(self, _way):
        return self._port
