"""An origin on Python's own HTTP server: says on its output how it read each request, and answers with the target.

The chunks are read as plainly as most such servers do: `int(…, 16)` takes signs, spaces and underscores, too.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A line and its end are written in two steps.
ONE_AT_A_TIME = threading.Lock()


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the last line of a small answer waits for the acknowledgement of the first.
    disable_nagle_algorithm = True

    def chunks(self):
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self.chunks())
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self):
        try:
            body = self.body()
        except ValueError:
            # The chunks broke off.
            body = None
        if body is None or len(body) < int(self.headers.get("Content-Length", 0)):
            self.close_connection = True
            return
        reading = {
            "method": self.command,
            "target": self.path,
            "host": self.headers.get("Host", ""),
            "length": self.headers.get("Content-Length", ""),
            "coding": self.headers.get("Transfer-Encoding", ""),
            "agent": self.headers.get("User-Agent", ""),
            "body": body.decode("latin-1"),
        }
        with ONE_AT_A_TIME:
            print(json.dumps(reading), flush=True)
        text = self.path.encode("latin-1")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_OPTIONS = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
