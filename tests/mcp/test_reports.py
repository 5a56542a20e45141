"""What users of such servers have reported: README.md has the reports."""

import json

import anyio
import pytest

from emulator import PATIENCE, QUICK, SLOW

pytestmark = pytest.mark.anyio


async def test_numbers_written_as_texts_cost_nothing_by_mistake(servers, emulator, version):
    """Models write numbers as texts: they are taken, or refused by the field's name."""
    async with servers(emulator).run(version) as client:
        arguments = {"request_id": "door", **QUICK, "width": "512"}
        called = await client.call("generate_image", arguments)
        if called.is_error:
            assert "width" in called.text and emulator.creates == 0, called
        else:
            assert emulator.prediction(called.structured["id"])["input"]["width"] == 512


async def test_an_input_written_as_a_text_is_taken_or_refused_by_its_name(servers, emulator, version):
    """Some hosts hand on an object as the text of its JSON."""
    async with servers(emulator).run(version) as client:
        arguments = {"request_id": "door", "model": "stability-ai/sdxl", "input": json.dumps(QUICK)}
        called = await client.call("run_model", arguments)
        if called.is_error:
            assert "input" in called.text and "object" in called.text and emulator.creates == 0, called
        else:
            assert emulator.prediction(called.structured["id"])["input"]["prompt"] == QUICK["prompt"]


async def test_null_is_as_good_as_left_out(servers, emulator, version):
    """Several hosts send null for every optional argument that a model leaves out."""
    async with servers(emulator).run(version) as client:
        arguments = {"request_id": "door", **QUICK, "seed": None, "negative_prompt": None, "image": None}
        made = (await client.call("generate_image", arguments)).ok.structured
        sent = emulator.prediction(made["id"])["input"]
        assert None not in sent.values(), sent
        # It is the same request without them.
        again = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
        assert again["id"] == made["id"]
        (await client.call("get_prediction", {"id": made["id"], "request_id": None})).ok
        (await client.call("save_outputs", {"id": made["id"], "subfolder": None})).ok
        (await client.call("list_models", {})).ok
        (await client.call("list_models", None)).ok
    assert emulator.creates == 1


async def test_progress_stays_within_its_total_while_a_file_comes_slowly(servers, emulator, version):
    """For longer than the server is silent without news; what is checked is in `check_progress`."""
    emulator.fault("output", {"delay_before": 6})
    async with servers(emulator).run(version) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK}, progress=[])).ok
    assert client.run.progress()


async def test_a_gateway_that_is_busy_is_asked_again_and_paid_once(servers, emulator, version):
    emulator.fault("create", {"answer": {"status": 429, "retry_after": 0}}, nth=[1, 2])
    async with servers(emulator).run(version) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    assert emulator.creates == 1


async def test_a_gateway_that_is_away_is_named_and_costs_nothing(servers, gateway, version):
    emulator = gateway()
    server = servers(emulator)
    emulator.stop()
    async with server.run(version) as client:
        assert len(await client.tools()) == 9
        (await client.call("list_models", {})).ok
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert called.is_error and called.error["may_be_billed"] is False, called


async def test_a_host_that_connects_anew_for_each_call_finds_everything(servers, gateway, version):
    """Some hosts start a server for each call, and end it with the call."""
    emulator = gateway(scale=10)
    server = servers(emulator, "--wait", "100ms")
    async with server.run(version) as client:
        report = (await client.call("generate_image", {"request_id": "slow", **SLOW})).ok.structured
    with anyio.fail_after(PATIENCE):
        while not report["done"]:
            async with server.run(version) as client:
                report = (await client.call("wait_prediction", {"request_id": "slow"})).ok.structured
    assert len(server.pictures()) == emulator.creates == 1
