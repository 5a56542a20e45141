"""The gateway of a test: a `quickrouter serve` of its own, and what it has seen."""

import json
import os
import pathlib
import subprocess
import time
import urllib.request

QUICKROUTER = os.environ["QUICKROUTER"]
# The only key that an emulator takes: it has to be nowhere in what a server writes.
KEY = "sk-mcp-suite-0123456789abcdef"
PNG = b"\x89PNG\r\n\x1a\n"
# No test waits for longer; none of them measures.
PATIENCE = 60

# Done at once; and long enough to be seen while it runs.
QUICK = {"prompt": "a red door", "width": 256, "height": 256, "num_inference_steps": 1}
SLOW = {"prompt": "a red door", "width": 256, "height": 256, "num_inference_steps": 500}


def environment(home):
    """A process of the command: nothing of this machine's own settings, and a home of its own."""
    home = pathlib.Path(home)
    kept = {name: os.environ[name] for name in ["PATH", "SYSTEMROOT", "TMPDIR"] if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home / "runtime"),
        "QUICKROUTER_LANG": "en",
    }


def eventually(condition, what):
    """Polls until there is a value."""
    ends = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < ends, f"not within {PATIENCE} s: {what}"
        time.sleep(0.02)
    return value


class Emulator:
    """A process of `quickrouter serve`."""

    def __init__(self, folder, *options):
        folder.mkdir()
        self.log = folder / "serve.log"
        exports = folder / "exports"
        with self.log.open("wb") as log, exports.open("wb") as out:
            self.process = subprocess.Popen(
                [QUICKROUTER, "serve", "--key", KEY, *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                env=environment(folder),
                cwd=folder,
            )
        try:
            eventually(lambda: exports.read_text().count("\n") >= 2 or self.process.poll() is not None, "an emulator")
            assert self.process.poll() is None, self.log.read_text()
            self.base_url = exports.read_text().splitlines()[0].partition("=")[2].strip("'\"")
            assert self.base_url.startswith("http://127.0.0.1:"), self.base_url
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.process.kill()
        self.process.wait()

    def request(self, path, body=None, method=None):
        url = self.base_url.removesuffix("/replicate") + path
        headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    @property
    def creates(self):
        """How many creates were accepted: what would have been billed."""
        return self.request("/emulator/stats")["creates_accepted"]

    def prediction(self, prediction_id):
        return self.request(f"/replicate/v1/predictions/{prediction_id}")

    def status(self, prediction_id):
        return self.prediction(prediction_id)["status"]

    def ids(self):
        """The predictions, the newest first."""
        return [prediction["id"] for prediction in self.request("/replicate/v1/predictions")["results"]]

    def fault(self, route, do, **on):
        """From now on, and in the place of all others."""
        self.request("/emulator/faults", {"faults": [{"on": {"route": route, **on}, "do": do}]}, "PUT")

    def no_faults(self):
        self.request("/emulator/faults", {"faults": []}, "PUT")
