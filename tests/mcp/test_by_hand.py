"""A server whose lines are written by hand: what hosts do to one. README.md has the reports."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading

import pytest

from emulator import PATIENCE, QUICK, QUICKROUTER, SLOW, eventually

INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "by hand", "version": "0"},
}


class Raw:
    """A server whose lines are written by hand."""

    def __init__(self, server, *more, command=None, cwd=None, **variables):
        env = {name: value for name, value in server.environment(**variables).items() if value is not None}
        self.process = subprocess.Popen(
            command or server.command(*more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=cwd or server.cwd,
        )
        self.lines = []
        self.errors = []
        self.readers = [
            threading.Thread(target=lambda: self.lines.extend(self.process.stdout)),
            threading.Thread(target=lambda: self.errors.extend(self.process.stderr)),
        ]
        for reader in self.readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for pipe in [self.process.stdin, self.process.stdout, self.process.stderr]:
            pipe.close()

    def send(self, method, number=None, params=None, end=b"\n"):
        message = {"jsonrpc": "2.0", "method": method}
        if number is not None:
            message["id"] = number
        if params is not None:
            message["params"] = params
        self.write(json.dumps(message).encode() + end)

    def write(self, line):
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def begin(self, end=b"\n"):
        self.send("initialize", 0, INITIALIZE, end)
        assert "result" in self.answer(0)
        self.send("notifications/initialized", end=end)

    def answer(self, number):
        """The response to that request."""
        return eventually(
            lambda: next((m for m in map(json.loads, list(self.lines)) if m.get("id") == number), None),
            f"a response to {number}: {self.errors}",
        )

    def end(self):
        """Closes its stdin: its exit code, once it has ended by itself."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    @property
    def stderr(self):
        return b"".join(self.errors).decode()


def test_a_server_ends_when_its_stdin_does(servers, emulator):
    with Raw(servers(emulator)) as raw:
        assert raw.end() == 0 or raw.lines == []
    assert raw.lines == [] and "panicked" not in raw.stderr
    with Raw(servers(emulator)) as raw:
        raw.begin()
        assert raw.end() == 0


def test_a_server_ends_on_sigterm_and_names_what_runs(servers, gateway):
    emulator = gateway(scale=1)
    server = servers(emulator)
    with Raw(server) as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "slow", **SLOW}})
        [made] = eventually(emulator.ids, "a prediction")
        eventually(lambda: made in server.state.read_text(), "a record of it")
        raw.process.send_signal(signal.SIGTERM)
        raw.process.wait(PATIENCE)
        for reader in raw.readers:
            reader.join()
    assert made in raw.stderr, raw.stderr


def test_a_server_ends_when_nobody_reads_its_stdout(servers, emulator):
    """A host that has died may leave the other end of stdin open, to a child of its own."""
    server = servers(emulator)
    read, write = os.pipe()
    process = subprocess.Popen(
        server.command(), stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE, env=server.environment(), cwd=server.cwd
    )
    os.close(write)
    os.close(read)
    try:
        for number in range(3):
            message = {"jsonrpc": "2.0", "id": number, "method": "initialize", "params": INITIALIZE}
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                break
        process.wait(PATIENCE)
        assert b"panicked" not in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass


def test_a_host_without_stderr_has_its_picture(servers, emulator):
    server = servers(emulator)
    with Raw(server, command=["/bin/sh", "-c", 'exec "$0" "$@" 2>&-', *server.command("-vv")]) as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        assert raw.answer(1)["result"]["structuredContent"]["status"] == "succeeded"
        assert raw.end() == 0
    assert len(server.pictures()) == 1


def test_nothing_but_messages_is_on_stdout_however_much_is_logged(servers, emulator):
    server = servers(emulator)
    with Raw(server, "-vv", RUST_LOG="trace", RUST_BACKTRACE="full") as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        assert raw.answer(1)["result"]["structuredContent"]["status"] == "succeeded"
        assert raw.end() == 0
    for line in raw.lines:
        assert json.loads(line)["jsonrpc"] == "2.0"
        assert line.endswith(b"\n") and not line.endswith(b"\r\n")


def test_a_client_of_windows_ends_its_lines_otherwise(servers, emulator):
    with Raw(servers(emulator)) as raw:
        raw.begin(end=b"\r\n")
        raw.write(b"\r\n\n")
        raw.send("tools/list", 1, end=b"\r\n")
        assert len(raw.answer(1)["result"]["tools"]) == 9
        assert raw.end() == 0


def test_nonsense_on_stdin_does_not_end_a_server(servers, emulator):
    with Raw(servers(emulator)) as raw:
        raw.begin()
        for line in [
            b"{",
            b"[]",
            b"null",
            b'"text"',
            b"\xff\xfe\x00",
            b'{"jsonrpc": "2.0"}',
            b'{"jsonrpc": "2.0", "id": 1}',
            b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "ping"}',
            b'{"jsonrpc": "2.0", "method": "notifications/unheard-of", "params": {"a": 1}}',
            b'{"jsonrpc": "2.0", "id": 99, "result": {}}',
            b'{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 12345}}',
            b'{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "generate_image", '
            b'"arguments": {"request_id": "\\ud800", "prompt": "x"}}}',
            b"[" * 10_000,
        ]:
            raw.write(line + b"\n")
        for method in ["no/such/method", "tools/call", "resources/list", "prompts/list", "logging/setLevel", "completion/complete"]:
            raw.send(method, f"text-{method}", {})
            assert raw.answer(f"text-{method}"), method
        raw.send("tools/call", 2, {"name": "no_such_tool", "arguments": {}})
        assert "error" in raw.answer(2) or raw.answer(2)["result"]["isError"]
        raw.send("ping", 3)
        assert raw.answer(3)["result"] == {}
        raw.send("tools/list", 4)
        assert len(raw.answer(4)["result"]["tools"]) == 9
        assert raw.end() == 0
    assert emulator.creates == 0


def test_a_very_long_line_is_bounded(servers, emulator):
    """100 MB without an end: either it is refused, or the server ends, but it does not keep them."""
    with Raw(servers(emulator)) as raw:
        raw.begin()
        try:
            before = peak(raw.process.pid)
            for _ in range(100):
                raw.write(b"x" * 1_000_000)
            grown = peak(raw.process.pid) - before
        except (BrokenPipeError, FileNotFoundError, IndexError):
            return
    assert grown < 64_000, f"{grown} kB more"


def peak(process):
    """The most memory that a process has had, in kB."""
    with open(f"/proc/{process}/status") as status:
        return int([line for line in status if line.startswith("VmHWM")][0].split()[1])


def test_a_host_that_starts_it_in_the_root_folder_needs_no_options(servers, emulator, tmp_path):
    """Desktop hosts start servers with / as the working directory: /proc is as unwritable, even for root."""
    server = servers(emulator)
    command = [server.command()[0], "mcp"]
    with Raw(server, command=command, cwd="/proc") as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        result = raw.answer(1)["result"]
        assert raw.end() == 0
    assert not result.get("isError"), result
    [file] = result["structuredContent"]["files"]
    assert os.path.isabs(file["path"]) and os.path.exists(file["path"])


def test_without_a_home_folder_it_works_with_folders_that_are_named(servers, emulator):
    server = servers(emulator)
    # Its configuration stays where it is: the system has a home for it, too, which is not this test's.
    bare = dict.fromkeys(["HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR"])
    with Raw(server, **bare) as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        assert raw.answer(1)["result"]["structuredContent"]["status"] == "succeeded"
        assert raw.end() == 0


def test_without_a_key_it_starts_or_says_why_on_stderr(servers, emulator):
    """A host shows nothing but "disconnected" where a server does not say more."""
    with Raw(servers(emulator), QUICKROUTER_API_KEY=None) as raw:
        raw.send("initialize", 0, INITIALIZE)
        eventually(lambda: raw.lines or raw.process.poll() is not None, "an answer, or the end")
        if not raw.lines:
            for reader in raw.readers:
                reader.join()
            assert raw.process.returncode != 0 and "QUICKROUTER_API_KEY" in raw.stderr, raw.stderr
    assert emulator.creates == 0


def test_the_texts_for_agents_stay_english_in_another_language(servers, emulator):
    server = servers(emulator)
    listed = []
    for lang in ["en", "zh"]:
        with Raw(server, QUICKROUTER_LANG=lang, LC_ALL="C") as raw:
            raw.begin()
            raw.send("tools/list", 1)
            listed.append(raw.answer(1)["result"]["tools"])
            assert raw.end() == 0
    assert listed[0] == listed[1]


def test_calls_before_the_handshake_create_nothing(servers, emulator):
    with Raw(servers(emulator)) as raw:
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        try:
            raw.end()
        except BrokenPipeError:
            pass
    assert emulator.creates == 0


def test_a_result_is_sent_though_the_call_s_stdin_has_ended(servers, emulator):
    """`printf ... | quickrouter mcp`: what was asked for before the end is done, or named on stderr."""
    server = servers(emulator)
    with Raw(server) as raw:
        raw.begin()
        raw.send("tools/call", 1, {"name": "generate_image", "arguments": {"request_id": "door", **QUICK}})
        eventually(lambda: emulator.creates == 1, "the create")
        raw.end()
        for reader in raw.readers:
            reader.join()
    answered = any(json.loads(line).get("id") == 1 for line in raw.lines)
    assert answered or "door" in raw.stderr, raw.stderr


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_configurations_of_the_readme_start_a_server(servers, emulator, readme):
    text = (pathlib.Path(__file__).parents[2] / readme).read_text(encoding="utf-8")
    configured = []
    for block in re.findall(r"```jsonc?\n(.*?)```", text, re.DOTALL):
        for name in ["mcpServers", "servers"]:
            configured += json.loads(block).get(name, {}).values()
    assert len(configured) >= 3
    for number, entry in enumerate(configured):
        server = servers(emulator)
        args = [arg.replace("${workspaceFolder}", str(server.folder)) for arg in entry["args"]]
        assert pathlib.PurePath(entry["command"]).name == "quickrouter" and args[0] == "mcp", entry
        with Raw(server, command=[QUICKROUTER, *args]) as raw:
            raw.begin()
            raw.send("tools/list", 1)
            assert len(raw.answer(1)["result"]["tools"]) == 9, number
            assert raw.end() == 0
