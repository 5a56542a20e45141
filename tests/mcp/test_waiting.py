"""Long predictions: progress, time that runs out, calls that are canceled."""

import anyio
import pytest

from client import Refused
from emulator import QUICK, SLOW, eventually

pytestmark = pytest.mark.anyio

# At 1, some 20 s: it runs for as long as a test needs. At 3, some waits of a second, at 10, some 2 s.
RUNS = 1
WAITS = 3
SOON = 10


async def test_progress_is_notified_with_a_token_and_increases(servers, gateway, version):
    emulator = gateway(scale=SOON)
    seen = []
    async with servers(emulator).run(version) as client:
        made = (await client.call("generate_image", {"request_id": "slow", **SLOW}, progress=seen)).ok
        assert made.structured["status"] == "succeeded"
    notified = client.run.progress()
    assert notified, "none at all"
    done = [params["progress"] for params in notified]
    assert done == sorted(set(done)), done
    # Those that the client has handed on: some may have come too late for it.
    assert {step for step, _, _ in seen} <= set(done)


async def test_without_a_token_there_is_no_notification(servers, gateway, version):
    emulator = gateway(scale=SOON)
    async with servers(emulator).run(version) as client:
        (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok
    assert client.run.progress() == []


async def test_a_long_wait_returns_the_id_and_wait_prediction_finishes_it(servers, gateway, version):
    emulator = gateway(scale=WAITS)
    server = servers(emulator, "--wait", "1s")
    async with server.run(version) as client:
        begun = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok
        report = begun.structured
        assert report["status"] in ("starting", "processing") and report["done"] is False
        assert report["id"] in begun.text and "wait_prediction" in begun.text
        assert "wait_prediction" in report["next"] and not report["files"]
        waits = 0
        while not report["done"]:
            report = (await client.call("wait_prediction", {"id": report["id"]})).ok.structured
            waits += 1
    assert waits > 1, "it was to take longer than a wait"
    assert report["status"] == "succeeded" and len(server.pictures()) == 1 and emulator.creates == 1


async def test_get_prediction_does_not_wait(servers, gateway, version):
    emulator = gateway(scale=RUNS)
    async with servers(emulator, "--wait", "1s").run(version) as client:
        begun = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
        report = (await client.call("get_prediction", {"id": begun["id"]})).ok.structured
        assert report["status"] in ("starting", "processing") and report["request_id"] == "slow"


async def test_what_ends_between_two_calls_is_saved_without_being_asked_for(servers, gateway, version):
    emulator = gateway(scale=SOON)
    server = servers(emulator, "--wait", "100ms")
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok
        await until(server.pictures)


async def test_a_canceled_wait_leaves_the_prediction_running(servers, gateway, version):
    emulator = gateway(scale=RUNS)
    async with servers(emulator, "--wait", "1s", "--cancel-on-abort").run(version) as client:
        begun = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
        async with client.canceled("wait_prediction", {"id": begun["id"]}):
            await arrived(client, "wait_prediction")
        # It answers what comes after, so it has dealt with the cancelation.
        report = (await client.call("get_prediction", {"id": begun["id"]})).ok.structured
        assert report["status"] in ("starting", "processing")
        assert emulator.status(begun["id"]) in ("starting", "processing")
        canceled = (await client.call("cancel_prediction", {"id": begun["id"]})).ok.structured
        assert canceled["status"] == "canceled" and canceled["done"] is True
        assert emulator.status(begun["id"]) == "canceled"


async def test_a_canceled_create_runs_on_and_is_found_by_its_request_id(servers, gateway, version):
    emulator = gateway(scale=SOON)
    server = servers(emulator)
    async with server.run(version) as client:
        async with client.canceled("generate_image", {"request_id": "slow", **SLOW}):
            await created(emulator)
        report = (await client.call("wait_prediction", {"request_id": "slow"})).ok.structured
        assert report["status"] == "succeeded" and report["id"] == emulator.ids()[0]
        again = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
        assert again["id"] == report["id"]
    assert emulator.creates == len(server.pictures()) == 1


async def test_a_canceled_create_is_canceled_with_cancel_on_abort(servers, gateway, version):
    emulator = gateway(scale=RUNS)
    async with servers(emulator, "--cancel-on-abort").run(version) as client:
        async with client.canceled("generate_image", {"request_id": "slow", **SLOW}):
            await created(emulator)
        await until(lambda: emulator.status(emulator.ids()[0]) == "canceled")
        assert "canceled" in (await client.call("wait_prediction", {"request_id": "slow"})).text
    assert emulator.creates == 1


async def test_a_client_whose_patience_ends_finds_its_picture_later(servers, gateway, version):
    """The commonest report about such servers: -32001, and the picture is paid for: README.md."""
    emulator = gateway(scale=SOON)
    server = servers(emulator)
    async with server.run(version) as client:
        with pytest.raises(Refused):
            await client.call("generate_image", {"request_id": "slow", **SLOW}, seconds=0.5)
        # What a host does next is to call again.
        report = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
        assert report["status"] == "succeeded"
        if client.client is None:
            # The first generation does not cancel, and loses the server if it closes at the late response.
            await until(lambda: len([m for m in client.run.messages() if "content" in m.get("result", {})]) == 2)
            await client.tools()
    assert emulator.creates == len(server.pictures()) == 1


async def test_other_calls_are_answered_while_one_waits(servers, gateway, version):
    emulator = gateway(scale=RUNS)
    async with servers(emulator).run(version) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call, "generate_image", {"request_id": "slow", **SLOW})
            await created(emulator)
            (await client.call("list_models", {})).ok
            report = (await client.call("get_prediction", {"request_id": "slow"})).ok.structured
            (await client.call("cancel_prediction", {"id": report["id"]})).ok
    assert emulator.creates == 1


async def test_what_runs_at_the_end_is_named_on_stderr(servers, gateway, version):
    emulator = gateway(scale=RUNS)
    server = servers(emulator, "--wait", "100ms")
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "still-running", **SLOW})).ok
        await created(emulator)
        [running] = emulator.ids()
        await until(lambda: running in server.state.read_text())
    assert running in client.run.stderr and "still-running" in client.run.stderr, client.run.stderr
    assert emulator.status(running) in ("starting", "processing"), "it is not canceled"


async def test_a_prediction_that_fails_says_so_and_what_it_cost(servers, emulator, version):
    emulator.fault("create", {"fail": "E1001"})
    async with servers(emulator).run(version) as client:
        error = (await client.call("generate_image", {"request_id": "bad", **QUICK})).refused("prediction_failed")
    assert error["id"] == emulator.ids()[0] and error["may_be_billed"] is True and error["next"]
    assert "E1001" in error["message"]


async def created(emulator):
    await until(lambda: emulator.creates == 1)


async def arrived(client, name):
    """Until the server has been sent a call of the tool."""
    await until(lambda: any((m.get("params") or {}).get("name") == name for m in client.run.messages("in")))


async def until(condition):
    await anyio.to_thread.run_sync(lambda: eventually(condition, "what the test waits for"))
