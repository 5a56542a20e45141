"""A small HTTP server, which answers a create as the name of its model says.

`POST .../models/answers/424/predictions` is answered with 424, `answers/none` not at all: the connection
is closed once the request is read. `answers/output-503` succeeds, but its output is answered with 503."""

import collections
import http.server
import json
import re
import threading

# Those that are registered or common. 407 and 421 are left out: there node's own `fetch` decides.
REGISTERED = [*range(400, 432), 451, 499, *range(500, 512), *range(520, 531), 599]
STATUSES = [str(status) for status in REGISTERED if status not in (407, 421)]
ANSWERS = [*STATUSES, "none"]
TOLD = {"title": "Told", "detail": "This is what the model is named after."}
VERSION = {
    "id": "0" * 64,
    "created_at": "2024-01-01T00:00:00Z",
    "cog_version": "0.9.0",
    "openapi_schema": {"components": {"schemas": {"Input": {"properties": {"prompt": {"x-order": 0}}}}}},
}
MODEL = {
    "url": "http://127.0.0.1/",
    "visibility": "public",
    "run_count": 0,
    "latest_version": VERSION,
}


class Server:
    """Use with `with`: `base_url` is where to post, `counted` how often a create of each name came."""

    def __init__(self):
        counted = self.counted = collections.Counter()
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                owner, name = self.path.split("/")[-2:]
                if owner == "outputs":
                    return self.answer(int(name), TOLD)
                self.answer(200, {**MODEL, "owner": owner, "name": name})

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                name = re.search(r"/models/answers/([\w-]+)/predictions$", self.path)[1]
                with lock:
                    counted[name] += 1
                if name == "none":
                    self.close_connection = True
                elif name.startswith("output-"):
                    host = self.headers["host"]
                    self.answer(201, {"output": [f"http://{host}/outputs/{name[7:]}"]})
                else:
                    self.answer(int(name), TOLD)

            def answer(self, status, told):
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 300

        self._server = Server(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
