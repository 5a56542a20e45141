"""The MCP inspector's command line, another client altogether."""

import base64
import json
import os
import subprocess

import pytest

from emulator import KEY, PATIENCE, PNG, QUICK, environment

pytestmark = pytest.mark.skipif("INSPECTOR" not in os.environ, reason="INSPECTOR is not set: .ci/mcp installs it")


def inspect(server, *arguments, command=None):
    """Its answer to one request, and its exit code."""
    given = [os.environ["INSPECTOR_NODE"], os.environ["INSPECTOR"], "--cli"]
    for name, value in server.environment().items():
        given += ["-e", f"{name}={value}"]
    given += ["--cwd", str(server.cwd), *(command or server.command()), *arguments]
    # Everything after `--` is for the server; the inspector's own options come before or after alike.
    ran = subprocess.run(
        given, capture_output=True, text=True, timeout=PATIENCE, env=environment(server.home), cwd=server.cwd
    )
    assert KEY not in ran.stdout + ran.stderr
    return ran


def answer(ran):
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def test_the_inspector_lists_the_tools_and_finds_their_schemas_portable(servers, emulator):
    listed = answer(inspect(servers(emulator), "--method", "tools/list", "--strict"))
    assert len(listed["tools"]) == 9


def test_the_inspector_calls_a_tool_that_reads(servers, emulator):
    called = answer(inspect(servers(emulator), "--method", "tools/call", "--tool-name", "list_models"))
    assert "stability-ai/sdxl" in json.dumps(called["structuredContent"])


def test_the_inspector_makes_a_picture(servers, emulator):
    server = servers(emulator)
    arguments = [f"{key}={value}" for key, value in {"request_id": "door", **QUICK}.items()]
    called = answer(inspect(server, "--method", "tools/call", "--tool-name", "generate_image", "--tool-arg", *arguments))
    assert called["structuredContent"]["status"] == "succeeded"
    [picture] = server.pictures()
    assert picture.read_bytes().startswith(PNG) and emulator.creates == 1
    [image] = [block for block in called["content"] if block["type"] == "image"]
    assert base64.b64decode(image["data"]).startswith(b"\xff\xd8")


def test_the_inspector_shows_an_error(servers, emulator):
    server = servers(emulator)
    ran = inspect(
        server, "--method", "tools/call", "--tool-name", "get_prediction", "--tool-arg", "request_id=never"
    )
    assert "not_found" in ran.stdout + ran.stderr
    assert emulator.creates == 0
