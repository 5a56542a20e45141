"""A request id is used once: also in parallel, after restarts, and after every kind of death."""

import json
import os
import pathlib
import signal
import stat
import subprocess
import sys

import anyio
import pytest

from emulator import KEY, PATIENCE, QUICK, SLOW, eventually

pytestmark = pytest.mark.anyio

HERE = pathlib.Path(__file__).parent


async def until(condition, what="what the test waits for"):
    return await anyio.to_thread.run_sync(lambda: eventually(condition, what))


async def test_the_same_request_twice_is_one_prediction(servers, emulator, version):
    async with servers(emulator).run(version) as client:
        first = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
        again = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
        assert again.structured["id"] == first["id"] and again.structured["files"] == first["files"]
        assert len(again.of("image")) == 1
        # In whatever order its keys are.
        other = dict(reversed(QUICK.items()))
        assert (await client.call("generate_image", {**other, "request_id": "door"})).ok.structured["id"] == first["id"]
    assert emulator.creates == 1


async def test_the_same_request_in_parallel_is_one_prediction(servers, emulator, version):
    reports = []

    async def create():
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        reports.append(called.ok.structured)

    server = servers(emulator)
    async with server.run(version) as client:
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(create)
    assert len({report["id"] for report in reports}) == 1 and len(reports) == 10
    assert emulator.creates == len(server.pictures()) == 1


async def test_the_same_request_of_two_servers_is_one_prediction(servers, emulator, version):
    server = servers(emulator)
    ids = []

    async def session():
        async with server.run(version) as client:
            called = await client.call("generate_image", {"request_id": "door", **QUICK})
            # While the other one's create is under way, its outcome is unknown.
            while called.is_error or not called.structured["done"]:
                assert not called.is_error or called.refused("outcome_unknown")
                called = await client.call("wait_prediction", {"request_id": "door"})
            ids.append(called.structured["id"])

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(session)
    assert len(ids) == 2 and len(set(ids)) == 1
    assert emulator.creates == 1


async def test_the_same_request_after_a_restart_is_the_same_prediction(servers, emulator, version):
    server = servers(emulator)
    ids = set()
    for _ in range(2):
        async with server.run(version) as client:
            report = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
            assert report["status"] == "succeeded" and pathlib.Path(report["files"][0]["path"]).exists()
            ids.add(report["id"])
    assert len(ids) == 1 and emulator.creates == 1 and len(server.pictures()) == 1


async def test_a_request_id_with_other_arguments_is_refused(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        first = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
    async with server.run(version) as client:
        other = {"request_id": "door", **QUICK, "prompt": "a blue door"}
        error = (await client.call("generate_image", other)).refused("request_id_conflict")
        assert error["request_id"] == "door" and error.get("id") in (None, first["id"])
        run = {"request_id": "door", "model": "black-forest-labs/flux-kontext-pro", "input": {"prompt": "a red door"}}
        (await client.call("run_model", run)).refused("request_id_conflict")
    assert emulator.creates == 1


async def test_a_request_id_is_required_and_bounded(servers, emulator, version):
    async with servers(emulator).run(version) as client:
        for request_id in [{}, {"request_id": ""}, {"request_id": 7}, {"request_id": "x" * 100_000}]:
            called = await client.call("generate_image", {**request_id, **QUICK})
            error = called.refused("invalid_arguments")
            assert "request_id" in error["message"] and len(called.text) < 2000
        (await client.call("get_prediction", {"request_id": "never"})).refused("not_found")
        (await client.call("get_prediction", {})).refused("invalid_arguments")
        (await client.call("get_prediction", {"id": "a", "request_id": "b"})).refused("invalid_arguments")
    assert emulator.creates == 0


async def test_a_killed_server_s_prediction_is_finished_by_the_next_one(servers, gateway, version):
    emulator = gateway(scale=10)
    server = servers(emulator)
    async with server.run(version, code=-signal.SIGKILL) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(ignoring_the_end, client, {"request_id": "slow", **SLOW})
            await until(lambda: emulator.creates == 1)
            await until(lambda: b"created" in server.state.read_bytes(), "a record of the prediction")
            client.run.kill()
            await until(lambda: client.run.code is not None)
            group.cancel_scope.cancel()
    [killed] = emulator.ids()
    async with server.run(version) as client:
        # It is saved though nobody asks.
        await until(lambda: server.pictures(), "the picture")
        report = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
        assert (report["id"], report["status"]) == (killed, "succeeded")
    assert emulator.creates == len(server.pictures()) == 1


async def ignoring_the_end(client, arguments):
    try:
        await client.call("generate_image", arguments)
    except Exception:
        pass


async def test_a_server_killed_while_its_create_is_answered_creates_nothing_twice(servers, gateway, version):
    """The gateway has accepted it, and nobody knows: the worst moment."""
    emulator = gateway()
    emulator.fault("create", {"delay_after": 60})
    # It may wait for the process that has sent it before it looks itself.
    server = servers(emulator, "--wait", "3s")
    async with server.run(version, code=-signal.SIGKILL) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(ignoring_the_end, client, {"request_id": "door", **QUICK})
            await until(lambda: emulator.creates == 1)
            client.run.kill()
            await until(lambda: client.run.code is not None)
            group.cancel_scope.cancel()
    emulator.no_faults()
    async with server.run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        if called.is_error:
            assert called.refused("outcome_unknown")["may_be_billed"] is True
        else:
            assert called.structured["id"] == emulator.ids()[0]
        # And it stays so.
        again = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert again.is_error == called.is_error
    assert emulator.creates == 1
    assert len(server.pictures()) == int(not called.is_error)


@pytest.mark.parametrize("effect", ["reset_after", "garbage", {"answer": {"status": 502, "body": "html", "after": True}}])
async def test_a_create_of_unknown_outcome_is_found_or_named_but_not_sent_again(servers, emulator, version, effect):
    emulator.fault("create", effect, nth=1)
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        again = await client.call("generate_image", {"request_id": "door", **QUICK})
        for result in [called, again]:
            if result.is_error:
                assert result.error["may_be_billed"] is True and "may be billed" in result.text.lower(), result
            else:
                assert result.structured["id"] == emulator.ids()[0]
    assert emulator.creates == 1


async def test_a_killed_client_s_server_ends_by_itself_and_the_next_one_goes_on(servers, gateway, version, tmp_path):
    emulator = gateway(scale=5)
    server = servers(emulator)
    errors, pid = tmp_path / "server.err", tmp_path / "server.pid"
    # Without anything between them: the server's process is the client's child.
    command = ["/bin/sh", "-c", 'echo $$ > "$1.new"; mv "$1.new" "$1"; shift; exec "$@" 2> "$0"', str(errors), str(pid)]
    job = {
        "command": [*command, *server.command()],
        "env": server.environment(),
        "cwd": str(server.cwd),
        "log": str(tmp_path / "client.err"),
        "version": version,
        "arguments": {"request_id": "slow", **SLOW},
    }
    host = subprocess.Popen([sys.executable, str(HERE / "host.py")], stdin=subprocess.PIPE, text=True)
    try:
        host.stdin.write(json.dumps(job))
        host.stdin.close()
        await until(lambda: emulator.creates == 1, "the create")
        await until(lambda: b"created" in server.state.read_bytes(), "a record of the prediction")
        process = int(pid.read_text())
        assert alive(process)
    finally:
        host.kill()
        host.wait()
    await until(lambda: not alive(process), "the server's own end")
    [running] = emulator.ids()
    assert running in errors.read_text() and "slow" in errors.read_text(), errors.read_text()
    assert KEY not in errors.read_text()
    async with server.run(version) as client:
        await until(lambda: server.pictures(), "the picture")
        report = (await client.call("wait_prediction", {"request_id": "slow"})).ok.structured
        assert (report["id"], report["status"]) == (running, "succeeded")
    assert emulator.creates == len(server.pictures()) == 1


def alive(process):
    """Whether the process runs; one that has ended may not have been waited for yet."""
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_the_state_file_is_for_its_owner_only(servers, emulator, version):
    server = servers(emulator)
    old = os.umask(0)
    try:
        async with server.run(version) as client:
            (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    finally:
        os.umask(old)
    assert stat.S_IMODE(server.state.stat().st_mode) == 0o600
    for line in server.state.read_text().splitlines():
        assert isinstance(json.loads(line), dict)
    assert "a red door" not in server.state.read_text(), "a prompt is nobody's business"


async def test_a_line_cut_off_by_a_power_failure_does_not_stop_the_next_server(servers, emulator, version):
    server = servers(emulator, "--max-pictures", "2")
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    with server.state.open("ab") as state:
        state.write(server.state.read_bytes().splitlines()[1][:20])
    for _ in range(2):
        async with server.run(version) as client:
            (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
            (await client.call("generate_image", {"request_id": "another", **QUICK})).ok
            (await client.call("generate_image", {"request_id": "third", **QUICK})).refused("budget_exceeded")
    assert emulator.creates == 2


async def test_a_damaged_state_file_spends_nothing(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    lines = server.state.read_text().splitlines()
    lines[1] = '{"what": "is this"}'
    server.state.write_text("\n".join(lines) + "\n")
    await refuses_to_spend(server, version, "requests.jsonl")
    assert emulator.creates == 1


async def test_a_state_file_of_another_gateway_spends_nothing(servers, gateway, version):
    server = servers(gateway())
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    server.emulator = gateway()
    await refuses_to_spend(server, version, "requests.jsonl")
    assert server.emulator.creates == 0


async def refuses_to_spend(server, version, named):
    """Either it does not start, and says why, or its creates are refused."""
    try:
        with anyio.fail_after(PATIENCE):
            async with server.run(version) as client:
                error = (await client.call("generate_image", {"request_id": "other", **QUICK})).refused("store")
                assert named in error["message"]
    except AssertionError:
        raise
    except Exception:
        run = server.runs[-1]
        run.ended()
        assert run.code not in (0, None) and named in run.stderr, run.stderr
