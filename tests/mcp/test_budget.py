"""Money: the cap, what a person is asked, what is left."""

import json

import anyio
import pytest

from client import Person
from emulator import QUICK

pytestmark = pytest.mark.anyio

# By a person's own profile: a picture costs 0.02.
PRICED = 'currency = "USD"\nprices."*" = { amount = 0.02, per = "picture" }\n'


async def create_many(client, count, name="door"):
    """That many creates at once: their results."""
    results = []

    async def create(number):
        results.append(await client.call("generate_image", {"request_id": f"{name}-{number}", **QUICK}))

    async with anyio.create_task_group() as group:
        for number in range(count):
            group.start_soon(create, number)
    return results


async def test_fifty_calls_at_once_make_not_one_picture_more_than_the_cap(servers, emulator, version):
    server = servers(emulator, "--max-pictures", "7")
    async with server.run(version) as client:
        results = await create_many(client, 50)
    made = [result for result in results if not result.is_error]
    assert emulator.creates == len(made) == len(server.pictures()) == 7
    for result in results:
        if result.is_error:
            error = result.refused("budget_exceeded")
            assert error["may_be_billed"] is False
            assert result.structured["budget"]["pictures_left"] == 0
            assert "--max-pictures" in result.text and result.structured["budget"]["frees_at"]


async def test_two_servers_with_one_state_file_share_the_cap(servers, emulator, version):
    server = servers(emulator, "--max-pictures", "7")
    results = []

    async def session(name):
        async with server.run(version) as client:
            results.extend(await create_many(client, 25, name))

    async with anyio.create_task_group() as group:
        for name in ["one", "other"]:
            group.start_soon(session, name)
    assert len(results) == 50
    assert emulator.creates == sum(not result.is_error for result in results) == 7
    assert len(server.pictures()) == 7


async def test_a_restart_renews_nothing(servers, emulator, version):
    server = servers(emulator, "--max-pictures", "2")
    for number in range(2):
        async with server.run(version) as client:
            (await client.call("generate_image", {"request_id": f"door-{number}", **QUICK})).ok
    async with server.run(version) as client:
        (await client.call("generate_image", {"request_id": "door-2", **QUICK})).refused("budget_exceeded")
    assert emulator.creates == 2


async def test_without_options_five_pictures_may_be_made(servers, emulator, version):
    async with servers(emulator).run(version) as client:
        results = await create_many(client, 8)
    assert emulator.creates == sum(not result.is_error for result in results) == 5


async def test_each_of_several_outputs_counts(servers, emulator, version):
    async with servers(emulator, "--max-pictures", "5").run(version) as client:
        three = {**QUICK, "num_outputs": 3}
        made = (await client.call("generate_image", {"request_id": "a", **three})).ok.structured
        assert made["budget"]["pictures_left"] == 2
        refused = await client.call("generate_image", {"request_id": "b", **three})
        refused.refused("budget_exceeded")
        assert refused.structured["budget"]["pictures_left"] == 2
        # The same request asks for less, now.
        (await client.call("generate_image", {"request_id": "b", **QUICK, "num_outputs": 2})).ok
    assert emulator.creates == 2


async def test_what_the_gateway_certainly_refused_is_given_back(servers, emulator, version):
    async with servers(emulator, "--max-pictures", "1").run(version) as client:
        emulator.fault("create", {"answer": {"status": 422, "message": "no such door"}})
        refused = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert refused.is_error and refused.error["may_be_billed"] is False, refused
        assert refused.error["http_status"] == 422 and "no such door" in refused.error["message"]
        emulator.no_faults()
        # By the same request id, too.
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    assert emulator.creates == 1


async def test_a_failed_prediction_stays_reserved(servers, emulator, version):
    emulator.fault("create", {"fail": "E1001"})
    async with servers(emulator, "--max-pictures", "1").run(version) as client:
        assert (await client.call("generate_image", {"request_id": "a", **QUICK})).is_error
        (await client.call("generate_image", {"request_id": "b", **QUICK})).refused("budget_exceeded")


async def test_max_cost_holds_where_there_is_a_price(servers, emulator, version):
    server = servers(emulator, "--max-cost", "0.05", "--max-pictures", "100")
    server.profile(PRICED)
    async with server.run(version) as client:
        results = await create_many(client, 10)
        [refused, *_] = [result for result in results if result.is_error]
        refused.refused("budget_exceeded")
        assert "--max-cost" in refused.text and refused.structured["budget"]["cost_left"]
    assert emulator.creates == sum(not result.is_error for result in results) == 2


async def test_a_price_is_estimated_and_reported(servers, emulator, version):
    server = servers(emulator)
    server.profile(PRICED)
    async with server.run(version) as client:
        estimate = (await client.call("estimate_cost", {"model": "stability-ai/sdxl", "input": QUICK})).ok
        assert "0.02" in json.dumps(estimate.structured)
        made = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
        assert made["cost"]["most"].startswith("0.02") and made["cost"]["currency"] == "USD"


async def test_a_gateway_s_own_prices_count(servers, gateway, version):
    emulator = gateway("--personality", "gateway", "--relays", "all", "--price", "0.02")
    server = servers(emulator, "--max-cost", "0.05", "--max-pictures", "100")
    server.profile('family = true\ngroup = "default"\n')
    async with server.run(version) as client:
        results = await create_many(client, 10)
    assert emulator.creates == sum(not result.is_error for result in results) == 2


def asked_on_the_wire(run):
    """How often a question went to the client, by either way."""
    messages = run.messages()
    return {
        "elicitation/create": sum(m.get("method") == "elicitation/create" for m in messages),
        "input_required": sum(m.get("result", {}).get("resultType") == "input_required" for m in messages),
    }


async def test_who_agrees_gets_the_picture_and_was_asked_once(servers, emulator, version):
    person = Person("accept")
    async with servers(emulator).run(version, person=person) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
        # It is known, and nothing is created.
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
        (await client.call("wait_prediction", {"request_id": "door"})).ok
    [question] = person.asked
    assert "stability-ai/sdxl" in question["message"] and "a red door" in question["message"]
    newest = version >= "2026"
    assert asked_on_the_wire(client.run) == {"elicitation/create": int(not newest), "input_required": int(newest)}
    assert emulator.creates == 1


@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_who_declines_pays_nothing(servers, emulator, version, action):
    person = Person(action)
    server = servers(emulator, "--max-pictures", "1")
    async with server.run(version, person=person) as client:
        error = (await client.call("generate_image", {"request_id": "door", **QUICK})).refused("declined")
        assert error["may_be_billed"] is False
        assert emulator.creates == 0
        # Nothing is reserved, and the request id is free.
        person.action = "accept"
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    assert emulator.creates == 1 and len(person.asked) == 2


async def test_a_form_that_says_no_is_a_no(servers, emulator, version):
    person = Person("accept")

    async def answer(context, params):
        result = await Person.answer(person, context, params)
        for key, value in (result.content or {}).items():
            result.content[key] = False if value is True else "no"
        return result

    person.answer = answer
    async with servers(emulator).run(version, person=person) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
    fields = (person.asked[0].get("requestedSchema") or {}).get("properties")
    # Without a field, to accept is to agree.
    assert called.is_error if fields else not called.is_error
    assert emulator.creates == int(not fields)


async def test_a_client_that_cannot_ask_after_all_creates_nothing(servers, emulator, version):
    person = Person("error")
    async with servers(emulator).run(version, person=person) as client:
        try:
            called = await client.call("generate_image", {"request_id": "door", **QUICK})
            assert called.is_error
        except Exception as error:
            # The newest client asks by itself, and reports its own error.
            assert "the person is out" in str(error), error
    assert emulator.creates == 0 and person.asked


async def test_a_client_without_elicitation_is_held_by_the_cap_alone(servers, emulator, version):
    async with servers(emulator, "--max-pictures", "1").run(version) as client:
        (await client.call("generate_image", {"request_id": "a", **QUICK})).ok
        (await client.call("generate_image", {"request_id": "b", **QUICK})).refused("budget_exceeded")
    assert asked_on_the_wire(client.run) == {"elicitation/create": 0, "input_required": 0}


async def test_the_cap_holds_whatever_is_accepted(servers, emulator, version):
    person = Person("accept")
    async with servers(emulator, "--max-pictures", "3").run(version, person=person) as client:
        results = await create_many(client, 12)
    assert emulator.creates == sum(not result.is_error for result in results) == 3


async def test_yes_asks_nobody(servers, emulator, version):
    person = Person("decline")
    async with servers(emulator, "--yes").run(version, person=person) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    assert person.asked == []


async def test_confirm_above_asks_only_above_it_and_without_a_price(servers, emulator, version):
    person = Person("decline")
    for prices, limit, asked in [(PRICED, "0.05", False), (PRICED, "0.01", True), ("", "0.05", True)]:
        person.asked.clear()
        server = servers(emulator, "--confirm-above", limit)
        server.profile(prices)
        async with server.run(version, person=person) as client:
            called = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert bool(person.asked) == called.is_error == asked, (prices, limit, called)
    assert emulator.creates == 1


async def test_an_agreement_counts_for_what_was_asked_alone(servers, emulator, version):
    """An agent that keeps the answer of a person cannot spend it on something else, nor twice."""
    if version < "2026":
        pytest.skip("an older client answers no other question than the one that it is asked")
    from mcp import MCPError, types

    server = servers(emulator)
    async with server.run(version, person=Person("accept")) as client:

        async def call(arguments, responses=None, state=None):
            return await client.session.call_tool(
                "generate_image",
                arguments,
                input_responses=responses,
                request_state=state,
                allow_input_required=True,
            )

        first = await call({"request_id": "door", **QUICK})
        [key] = first.input_requests
        yes = {key: await Person("accept").answer(None, first.input_requests[key].params)}
        # For another prompt, for more, without the state, with a forged one: it asks again, or refuses.
        for arguments, state in [
            ({"request_id": "door", **QUICK, "prompt": "a palace"}, first.request_state),
            ({"request_id": "door", **QUICK, "num_outputs": 4}, first.request_state),
            ({"request_id": "door", **QUICK}, None),
            ({"request_id": "door", **QUICK}, "forged"),
            ({"request_id": "door", **QUICK}, (first.request_state or "")[:-2]),
        ]:
            try:
                answer = await call(arguments, yes, state)
            except MCPError:
                continue
            assert isinstance(answer, types.InputRequiredResult) or answer.is_error, (arguments, answer)
        assert emulator.creates == 0
        made = await call({"request_id": "door", **QUICK}, yes, first.request_state)
        assert not made.is_error
        # It is spent: the same picture once more is a question once more.
        again = await call({"request_id": "again", **QUICK}, yes, first.request_state)
        assert isinstance(again, types.InputRequiredResult)
    assert emulator.creates == 1


async def test_a_window_that_has_passed_frees_what_was_reserved(servers, emulator, version):
    async with servers(emulator, "--max-pictures", "1", "--budget-window", "2s").run(version) as client:
        (await client.call("generate_image", {"request_id": "door-0", **QUICK})).ok
        number, called = 0, None
        with anyio.fail_after(60):
            while called is None or called.is_error:
                number += 1
                called = await client.call("generate_image", {"request_id": f"door-{number}", **QUICK})
                await anyio.sleep(0.1)
    assert emulator.creates == 2
