"""The MCP inspector's command line, another client altogether."""

import base64
import json
import os
import re
import subprocess

import pytest

from emulator import KEY, PATIENCE, PNG, QUICK, environment

pytestmark = [
    pytest.mark.skipif("INSPECTOR" not in os.environ, reason="INSPECTOR is not set: .ci/mcp installs it"),
    # With the handshake, as of 2025-11-25, and without, as of 2026-07-28.
    pytest.mark.parametrize("era", ["legacy", "modern"]),
]


def inspect(server, era, method, *arguments):
    """One request of the inspector."""
    command, *args = server.command()
    configured = {"command": command, "args": args, "env": server.environment(), "cwd": str(server.cwd)}
    # As hosts have it, and as the README shows it.
    config = server.folder / "mcp.json"
    config.write_text(json.dumps({"mcpServers": {"quickrouter": configured}}))
    asked = ["--config", config, "--server", "quickrouter", "--protocol-era", era, "--method", method, *arguments]
    ran = subprocess.run(
        [os.environ["INSPECTOR_NODE"], os.environ["INSPECTOR"], "--cli", *asked],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**environment(server.home), "MCP_INSPECTOR_SECRET_STORE": "memory"},
        cwd=server.folder,
    )
    assert KEY not in ran.stdout + ran.stderr
    return ran


def call(server, era, name, arguments):
    return inspect(server, era, "tools/call", "--tool-name", name, "--tool-args-json", json.dumps(arguments))


def answer(ran):
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def test_the_inspector_lists_the_tools_and_finds_their_schemas_portable(servers, emulator, era):
    listed = inspect(servers(emulator), era, "tools/list", "--strict")
    assert len(answer(listed)["tools"]) == 9
    assert not re.search("^ *(Warning|Error): tool", listed.stderr, re.MULTILINE), listed.stderr


def test_the_inspector_calls_a_tool_that_reads(servers, emulator, era):
    called = answer(call(servers(emulator), era, "list_models", {}))
    assert "stability-ai/sdxl" in json.dumps(called["structuredContent"])


def test_the_inspector_makes_a_picture_and_gets_it_again(servers, emulator, era):
    server = servers(emulator)
    for _ in range(2):
        called = answer(call(server, era, "generate_image", {"request_id": "door", **QUICK}))
        assert called["structuredContent"]["status"] == "succeeded"
        [image] = [block for block in called["content"] if block["type"] == "image"]
        assert base64.b64decode(image["data"]).startswith(b"\xff\xd8")
    [picture] = server.pictures()
    assert picture.read_bytes().startswith(PNG) and emulator.creates == 1


def test_the_inspector_lists_no_files_before_there_are_any(servers, emulator, era):
    assert answer(inspect(servers(emulator), era, "resources/list"))["resources"] == []


def test_the_inspector_tells_an_error_from_a_result(servers, emulator, era):
    ran = call(servers(emulator), era, "get_prediction", {"request_id": "never"})
    assert ran.returncode != 0 and "isError" in ran.stderr + ran.stdout
    assert emulator.creates == 0
