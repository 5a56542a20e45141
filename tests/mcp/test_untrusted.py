"""What comes from outside is data: texts of the gateway, prompts, paths, arguments."""

import json
import os
import pathlib

import pytest

from client import Person
from emulator import KEY, PNG, QUICK

pytestmark = pytest.mark.anyio

# A terminal's escape sequences, a bell, a carriage return that would overwrite a line, and C1 controls.
HOSTILE = "\x1b[31mred\x1b[0m \x07\r\x1b]0;title\x07 \u009b2J\x7f end"


async def test_hostile_texts_of_the_gateway_arrive_masked(servers, emulator, version):
    """That no control character is in any message, or on stderr, is checked of every server."""
    async with servers(emulator).run(version) as client:
        hostile = [{"detail": HOSTILE}, {"error": {"message": HOSTILE, "code": HOSTILE}}, HOSTILE]
        for number, body in enumerate([*({"json": json} for json in hostile), {"text": HOSTILE}]):
            emulator.fault("create", {"answer": {"status": 422, "body": body}})
            refused = await client.call("generate_image", {"request_id": f"door-{number}", **QUICK})
            assert refused.is_error and refused.error["may_be_billed"] is False, refused
            # What is no text at all is only counted.
            assert "end" in refused.error["message"] or "text" in body, refused
    assert emulator.creates == 0


async def test_hostile_texts_of_a_model_arrive_masked(servers, gateway, version, tmp_path):
    definition = tmp_path / "chat.json"
    definition.write_text(json.dumps([{"name": "acme/chat", "behavior": {"output": "text", "text": HOSTILE}}]))
    emulator = gateway("--models", str(definition))
    async with servers(emulator).run(version) as client:
        arguments = {"request_id": "chat", "model": "acme/chat", "input": {"prompt": "a door"}}
        made = (await client.call("run_model", arguments)).ok
        assert "red" in made.structured["text"]
        described = await client.call("describe_model", {"model": "acme/chat"})
        assert described.content


async def test_a_hostile_prompt_is_masked_where_a_person_reads_it(servers, emulator, version):
    person = Person("accept")
    async with servers(emulator).run(version, person=person) as client:
        (await client.call("generate_image", {"request_id": "door", **QUICK, "prompt": HOSTILE})).ok
    [question] = person.asked
    assert "red" in question["message"]
    # What is sent is what was asked for.
    assert emulator.prediction(emulator.ids()[0])["input"]["prompt"] == HOSTILE


async def test_a_prompt_cannot_write_lines_of_its_own_into_the_question(servers, emulator, version):
    person = Person("decline")
    prompt = "a door\n\nCost: nothing. The budget is unlimited."
    async with servers(emulator).run(version, person=person) as client:
        await client.call("generate_image", {"request_id": "door", **QUICK, "prompt": prompt})
    lines = person.asked[0]["message"].splitlines()
    assert not any(line.strip().startswith("Cost: nothing") for line in lines), lines


async def test_an_error_has_everything_that_an_agent_needs(servers, emulator, version):
    emulator.fault("create", {"fail": "nsfw"})
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
    error = called.error
    assert called.is_error
    assert set(error) >= {"kind", "code", "message", "id", "request_id", "may_be_billed", "next"}, error
    assert error["id"] == emulator.ids()[0] and error["request_id"] == "door"
    assert error["may_be_billed"] is True and error["message"] in called.text and error["next"] in called.text


async def test_an_error_fits_the_output_schema_too(servers, emulator, version):
    """Clients of the TypeScript SDK before 1.26 check it of errors as well, and hide the error: README.md."""
    import jsonschema

    async with servers(emulator, "--max-pictures", "1").run(version) as client:
        tools = await client.tools()
        (await client.call("generate_image", {"request_id": "one", **QUICK})).ok
        for name, arguments in [
            ("generate_image", {"request_id": "two", **QUICK}),
            ("generate_image", {}),
            ("run_model", {"request_id": "two", "model": 7}),
            ("get_prediction", {"request_id": "never"}),
            ("wait_prediction", {}),
            ("cancel_prediction", {"id": "nosuchprediction"}),
            ("describe_model", {"model": "no/such-model"}),
            ("estimate_cost", {"model": "stability-ai/sdxl", "input": {"width": "x"}}),
            ("save_outputs", {"request_id": "one", "subfolder": "../out"}),
        ]:
            called = await client.call(name, arguments)
            if called.is_error and called.structured is not None:
                jsonschema.validate(called.structured, tools[name]["outputSchema"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"width": 77}, ["width", "77", "8"]),
        ({"width": 1_000_000}, ["width", "1000000"]),
        ({"num_outputs": 0}, ["num_outputs", "0"]),
        ({"guidance_scale": -1}, ["guidance_scale", "-1"]),
        ({"scheduler": "nonsense"}, ["scheduler", "nonsense"]),
        ({"colour": "red"}, ["colour"]),
        ({"prompt": ["a", "list"]}, ["prompt"]),
        ({"seed": 10**30}, ["seed"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_a_wrong_input_is_refused_by_field_value_and_limit(servers, emulator, version, changes, named):
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK, **changes})
        assert called.is_error and called.error["may_be_billed"] is False, called
        assert all(word in called.text for word in named), called.text
    assert emulator.creates == 0


async def test_a_wrong_key_is_an_error_that_does_not_show_it(servers, emulator, version):
    wrong = "sk-wrong-9876543210fedcba"
    async with servers(emulator).run(version, QUICKROUTER_API_KEY=wrong) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert called.is_error and called.error["http_status"] == 401, called
        assert called.error["may_be_billed"] is False
    for name in ["out", "err"]:
        assert wrong.encode() not in (client.run.folder / name).read_bytes()


async def test_a_gateway_that_echoes_the_key_does_not_spread_it(servers, emulator, version):
    echo = {"status": 403, "body": {"json": {"detail": f"the key {KEY} may not do this"}}}
    emulator.fault("create", {"answer": echo})
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert called.is_error and "may not do this" in called.text


def a_picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PNG + b"not a picture, and nobody looks")
    return path


async def test_a_file_of_an_allowed_folder_is_sent(servers, emulator, version, tmp_path):
    file = a_picture(tmp_path / "allowed" / "in" / "door 1.png")
    async with servers(emulator, "--allow-dir", str(tmp_path / "allowed"), "--yes").run(version) as client:
        for number, named in enumerate([str(file), file.as_uri()]):
            arguments = {"request_id": f"door-{number}", **QUICK, "image": named}
            made = (await client.call("generate_image", arguments)).ok.structured
            sent = emulator.prediction(made["id"])["input"]["image"]
            assert sent.startswith("data:image/png;base64,"), sent[:80]


async def test_a_file_elsewhere_is_refused_before_anything_is_sent(servers, emulator, version, tmp_path):
    outside = a_picture(tmp_path / "secret" / "door.png")
    allowed = tmp_path / "allowed"
    a_picture(allowed / "door.png")
    (allowed / "link.png").symlink_to(outside)
    (allowed / "linked").symlink_to(outside.parent)
    beside = a_picture(tmp_path / "allowed-not" / "door.png")
    named = [
        outside,
        allowed / ".." / "secret" / "door.png",
        allowed / "link.png",
        allowed / "linked" / "door.png",
        beside,
        "/etc/passwd",
        "/proc/self/environ",
        "file:///etc/passwd",
        f"file://{allowed}/%2e%2e/secret/door.png",
        allowed,
        allowed / "missing.png",
    ]
    async with servers(emulator, "--allow-dir", str(allowed)).run(version) as client:
        for number, path in enumerate(named):
            arguments = {"request_id": f"door-{number}", **QUICK, "image": str(path)}
            called = await client.call("generate_image", arguments)
            assert called.is_error and called.error["may_be_billed"] is False, (path, called)
            assert "root:" not in called.text and "not a picture" not in called.text
        arguments = {"request_id": "run", "model": "stability-ai/sdxl", "input": {**QUICK, "image": str(outside)}}
        assert (await client.call("run_model", arguments)).is_error
    assert emulator.creates == 0


async def test_without_allow_dir_no_file_is_read(servers, emulator, version, tmp_path):
    file = a_picture(tmp_path / "door.png")
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK, "image": str(file)})
        assert called.is_error and "--allow-dir" in called.text, called
    assert emulator.creates == 0


async def test_outputs_never_leave_the_output_folder(servers, emulator, version, tmp_path):
    server = servers(emulator)
    outside = tmp_path / "outside"
    outside.mkdir()
    async with server.run(version) as client:
        made = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
        (server.output / "link").symlink_to(outside)
        for subfolder in ["../outside", str(outside), "a/../../outside", "link", "link/deeper", "C:\\x\\..\\..\\y\x00"]:
            called = await client.call("save_outputs", {"id": made["id"], "subfolder": subfolder})
            assert called.is_error, (subfolder, called)
    assert list(outside.iterdir()) == []


async def test_ids_are_no_paths(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        for name in ["get_prediction", "wait_prediction", "cancel_prediction", "save_outputs"]:
            for wrong in ["../../account", "a/b", "", "a?b=c", "x" * 10_000, "%2e%2e"]:
                called = await client.call(name, {"id": wrong})
                assert called.is_error and len(called.text) < 3000, (name, wrong[:20], called)


async def test_a_request_id_of_any_text_works_and_is_masked(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        for request_id in ["../../x", "画 🦊", "a b", '"}\n{"']:
            called = await client.call("generate_image", {"request_id": request_id, **QUICK})
            if called.is_error:
                called.refused("invalid_arguments")
            else:
                assert called.structured["request_id"].split() == request_id.split()
    for line in server.state.read_text().splitlines():
        json.loads(line)
    for picture in server.pictures():
        assert picture.resolve().is_relative_to(server.output.resolve())


async def test_many_bytes_are_refused_not_kept(servers, emulator, version):
    async with servers(emulator).run(version) as client:
        called = await client.call("generate_image", {"request_id": "door", **QUICK, "prompt": "x" * 5_000_000})
        assert len(json.dumps(called.plain)) < 100_000
        (await client.call("list_models", {})).ok


async def test_an_output_that_cannot_be_saved_is_not_lost(servers, emulator, version):
    """It is paid for: the error says so, and a later call saves it."""
    server = servers(emulator)
    async with server.run(version) as client:
        emulator.fault("output", {"answer": {"status": 404}})
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        [made] = emulator.ids()
        assert made in json.dumps(called.plain) and "save_outputs" in called.text, called
        emulator.no_faults()
        saved = (await client.call("save_outputs", {"request_id": "door"})).ok.structured
        assert len(saved["files"]) == len(server.pictures()) == 1
    assert emulator.creates == 1


async def test_a_folder_that_cannot_be_written_is_refused_before_it_costs(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        # Since the server began.
        if server.output.exists():
            server.output.rmdir()
        server.output.write_text("a file, where the folder should be")
        called = await client.call("generate_image", {"request_id": "door", **QUICK})
        assert called.is_error and called.error["may_be_billed"] is False
        assert str(server.output) in called.text
        server.output.unlink()
        (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    assert emulator.creates == 1


async def test_links_name_any_folder_correctly(servers, emulator, version):
    from test_tools import path_of

    server = servers(emulator)
    server.output = server.folder / "my pictures #1 100% 画?"
    async with server.run(version) as client:
        made = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok
    [picture] = server.pictures()
    assert path_of(made.of("resource_link")[0]["uri"]) == picture
    assert pathlib.Path(made.structured["files"][0]["path"]) == picture


async def test_what_exists_is_not_overwritten(servers, emulator, version):
    server = servers(emulator)
    async with server.run(version) as client:
        made = (await client.call("generate_image", {"request_id": "door", **QUICK})).ok.structured
        [picture] = server.pictures()
        os.truncate(picture, 10)
        picture.write_bytes(b"edited by a person")
        again = (await client.call("save_outputs", {"id": made["id"], "subfolder": "again"})).ok.structured
        assert pathlib.Path(again["files"][0]["path"]).read_bytes().startswith(PNG)
        await client.call("save_outputs", {"id": made["id"]})
    assert picture.read_bytes() == b"edited by a person"
