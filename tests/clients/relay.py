"""An HTTPS proxy for clients whose address is fixed: what they send to Replicate goes to the emulator.

It shows a certificate of its own for api.replicate.com, of an authority made for this run, which the
client is told to trust; nothing else of the client is changed. Needs the package `trustme`."""

import http.client
import http.server
import pathlib
import ssl
import threading
import urllib.parse

import trustme

HOST = "api.replicate.com"


class Relay:
    """Use with `with`: `environment` is what leads a client through it, to `base_url`."""

    def __init__(self, base_url, folder):
        upstream = urllib.parse.urlsplit(base_url)
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(context)
        trusted = pathlib.Path(folder, "authority.pem")
        authority.cert_pem.write_to_path(str(trusted))

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self):
                if self.path != f"{HOST}:443":
                    return self.send_error(403, f"only to {HOST}")
                self.send_response(200)
                self.end_headers()
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.setup_again()

            def setup_again(self):
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", buffering=0)
                self.close_connection = False

            def relay(self):
                length = int(self.headers.get("content-length", 0))
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                onward = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
                try:
                    onward.request(self.command, upstream.path + self.path, self.rfile.read(length), headers)
                    answer = onward.getresponse()
                    body = answer.read()
                except (OSError, http.client.HTTPException):
                    self.close_connection = True
                    return
                finally:
                    onward.close()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = relay

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 300

            def handle_error(self, *_):
                pass  # a client that hangs up

        self._server = Server(("127.0.0.1", 0), Handler)
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.environment = {"SSL_CERT_FILE": str(trusted)}
        for proxy, none in [("HTTPS_PROXY", "NO_PROXY"), ("https_proxy", "no_proxy")]:
            self.environment |= {proxy: address, none: "127.0.0.1"}

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
