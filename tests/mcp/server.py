"""The server of a test: `quickrouter mcp` in folders of its own, and everything it has said."""

import contextlib
import json
import os
import pathlib
import signal
import sys
import unicodedata

from client import connect
from emulator import KEY, QUICKROUTER, environment, eventually

WIRE = str(pathlib.Path(__file__).with_name("wire.py"))


class Server:
    """What is the same for each start of a server: its folders, its gateway, its options."""

    def __init__(self, folder, emulator, *options):
        folder.mkdir()
        self.folder = folder
        self.home = folder / "home"
        self.output = folder / "pictures"
        self.state = folder / "requests.jsonl"
        # Where a host happens to start it: nothing may appear there.
        self.cwd = folder / "cwd"
        for made in [self.home, self.cwd]:
            made.mkdir()
        self.emulator = emulator
        self.options = list(options)
        self.runs = []

    def command(self, *more):
        fixed = ["--output", str(self.output), "--state-file", str(self.state)]
        return [QUICKROUTER, "mcp", *fixed, *self.options, *more]

    def environment(self, **more):
        env = environment(self.home)
        if self.emulator:
            env |= {"QUICKROUTER_BASE_URL": self.emulator.base_url, "QUICKROUTER_API_KEY": KEY}
        return env | more

    def profile(self, lines):
        """What a person has written about this gateway into the configuration."""
        folder = self.home / "config" / "quickrouter"
        folder.mkdir(parents=True, exist_ok=True)
        gateway = f'default-profile = "here"\n[profiles.here]\nbase-url = "{self.emulator.base_url}"\n'
        (folder / "config.toml").write_text(gateway + lines)

    @contextlib.asynccontextmanager
    async def run(self, version, *more, person=None, code=0, **variables):
        """A client connected to a server, which has to end by itself, with 0, once the client has gone.

        Another `code` is for a test that kills it.
        """
        run = Run(self.folder / f"run-{len(self.runs)}")
        self.runs.append(run)
        command = [sys.executable, WIRE, str(run.folder), *self.command(*more)]
        env = self.environment(**variables)
        try:
            async with connect(command, self.cwd, env, run.folder / "wire.err", version, person) as client:
                client.run = run
                yield client
        except BaseExceptionGroup as group:
            # The clients wrap what a test raises in a group of a group.
            raise only(group) from None
        run.ended()
        run.check(code)
        assert list(self.cwd.iterdir()) == [], "written to where it was started"
        self.check_files()

    def check_files(self):
        """The key is in no file that a server has made."""
        for made in [self.home, self.output, self.state]:
            for file in [made, *made.rglob("*")]:
                if file.is_file():
                    assert KEY.encode() not in file.read_bytes(), f"the key is in {file}"

    def pictures(self):
        return sorted(self.output.rglob("*.png"))


def only(error):
    """The one error of a group of groups, if there is only one."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        [error] = error.exceptions
    return error


class Run:
    """One process, and the bytes of it."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder

    @property
    def pid(self):
        return int((self.folder / "pid").read_text())

    @property
    def stderr(self):
        return (self.folder / "err").read_text(encoding="utf-8")

    def kill(self):
        """As by `kill -9`."""
        os.kill(self.pid, signal.SIGKILL)

    @property
    def code(self):
        """Its exit code, once it has ended."""
        exit_code = self.folder / "exit"
        return int(exit_code.read_text()) if exit_code.exists() else None

    def ended(self):
        eventually(lambda: self.code is not None, "the end of the server")

    def messages(self, direction="out"):
        """What went over the wire. A line that is not a message is an error of the server."""
        lines = (self.folder / direction).read_bytes().split(b"\n")
        # Half a line is one that is being written, or was when the server was killed.
        assert lines[-1] == b"" or self.code != 0, lines[-1][-200:]
        messages = [json.loads(line) for line in lines[:-1]]
        for message in messages:
            assert isinstance(message, dict) and message["jsonrpc"] == "2.0", message
        return messages

    def progress(self):
        """The parameters of the progress notifications."""
        return [m["params"] for m in self.messages() if m.get("method") == "notifications/progress"]

    def check(self, code=0):
        """What holds for every server, whatever was asked of it."""
        assert self.code == code, f"exit code {self.code}\n{self.stderr}"
        assert "panicked" not in self.stderr, self.stderr
        for name in ["out", "err"]:
            assert KEY.encode() not in (self.folder / name).read_bytes(), f"the key is in its {name}"
        for message in self.messages():
            for text in texts(message):
                unmasked = [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]
                assert not unmasked, (unmasked, text)
        control = [c for c in self.stderr if unicodedata.category(c) == "Cc" and c not in "\n\t"]
        assert not control, (control, self.stderr)
        self.check_progress()

    def check_progress(self):
        """Only for tokens that a client has sent, increasing, and none after the response."""
        asked = {}
        for message in self.messages("in"):
            token = (message.get("params") or {}).get("_meta", {}).get("progressToken")
            if token is not None:
                asked[token] = message["id"]
        latest, answered = {}, set()
        for message in self.messages():
            if "method" not in message:
                answered.add(message["id"])
            elif message["method"] == "notifications/progress":
                token, done = message["params"]["progressToken"], message["params"]["progress"]
                assert token in asked, message
                assert asked[token] not in answered, f"progress after the response: {message}"
                assert done > latest.get(token, -1), message
                assert done <= message["params"].get("total", done), message
                latest[token] = done


def texts(value):
    """Every text in a JSON value, its keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
