"""The life of the Python client `replicate` 1 against the emulator."""

import asyncio
import pathlib
import sys
import tempfile
import time
import unittest

import httpx
import replicate
from replicate.exceptions import ModelError, ReplicateError
from replicate.prediction import Prediction
from replicate.stream import ServerSentEvent
from replicate.webhook import InvalidSignatureError, InvalidTimestampError, Webhooks

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from emulator import (  # noqa: E402
    BASE_URL,
    KEY,
    LANGUAGE_MODEL,
    MODEL,
    PNG,
    QUICK,
    SLOW,
    VERSION,
    a_file,
    failing,
    fetch,
    newest,
)
from receiver import Receiver  # noqa: E402



def new_client():
    """A client's asynchronous half belongs to one event loop."""
    return replicate.Client(api_token=KEY, base_url=BASE_URL)


client = new_client()


class Creating(unittest.TestCase):
    def test_every_form_of_a_version_creates(self):
        for version in [VERSION, f"{MODEL}:{VERSION}", MODEL]:
            created = client.predictions.create(version=version, input=QUICK)
            self.assertEqual((created.status, created.model), ("starting", MODEL))
            self.assertEqual(created.input, QUICK)
            created.wait()
            self.assertEqual(created.status, "succeeded")
            self.assertTrue(fetch(created.output[0]).startswith(PNG))
            self.assertGreater(created.metrics["predict_time"], 0)

    def test_a_model_without_a_version_creates(self):
        created = client.models.predictions.create(model=MODEL, input=QUICK)
        created.wait()
        self.assertEqual(created.status, "succeeded")

    def test_progress_is_read_from_the_logs(self):
        created = client.predictions.create(version=VERSION, input=SLOW)
        ends = time.monotonic() + 20
        while created.progress is None and time.monotonic() < ends:
            time.sleep(client.poll_interval)
            created.reload()
        self.assertEqual(created.progress.total, SLOW["num_inference_steps"])
        created.cancel()


class Running(unittest.TestCase):
    def check(self, output):
        self.assertEqual(len(output), 1)
        self.assertTrue(fetch(str(output[0])).startswith(PNG))

    def test_a_blocking_run_gives_the_outputs(self):
        self.check(client.run(MODEL, input=QUICK))

    def test_a_blocking_run_of_a_version_gives_the_outputs(self):
        output = client.run(f"{MODEL}:{VERSION}", input=QUICK)
        self.assertIsInstance(output, list, "a version whose outputs come one by one")
        self.check(output)

    def test_a_polling_run_gives_the_outputs(self):
        self.check(client.run(MODEL, input=QUICK, wait=False))

    def test_a_polling_run_of_a_version_gives_the_outputs(self):
        self.check(client.run(f"{MODEL}:{VERSION}", input=QUICK, wait=False))

    def test_an_asynchronous_run_gives_the_outputs(self):
        self.check(asyncio.run(new_client().async_run(f"{MODEL}:{VERSION}", input=QUICK)))

    def test_a_create_that_waits_is_answered_when_it_is_over(self):
        done = client.predictions.create(version=VERSION, input=QUICK, wait=True)
        self.assertEqual(done.status, "succeeded")

    def test_a_create_that_waits_too_short_is_answered_before_the_end(self):
        started = time.monotonic()
        early = client.predictions.create(version=VERSION, input=SLOW, wait=1)
        self.assertIn(early.status, ["starting", "processing"])
        self.assertGreaterEqual(time.monotonic() - started, 0.9)
        early.cancel()


class Streaming(unittest.TestCase):
    def check(self, events):
        kinds = [event.event for event in events]
        self.assertEqual(kinds[-1], ServerSentEvent.EventType.DONE)
        self.assertEqual(kinds.count(ServerSentEvent.EventType.DONE), 1)
        output = "".join(str(event) for event in events)
        self.assertTrue(fetch(output).startswith(PNG), output)
        ids = [event.id for event in events]
        self.assertEqual(len(set(ids)), len(ids))
        return kinds

    def test_a_run_is_streamed_from_the_beginning(self):
        kinds = self.check(list(client.stream(MODEL, input=QUICK)))
        self.assertIn(ServerSentEvent.EventType.LOGS, kinds)

    def test_a_prediction_is_streamed(self):
        created = client.predictions.create(version=VERSION, input=QUICK, stream=True)
        self.check(list(created.stream()))

    def test_a_finished_prediction_is_streamed_too(self):
        created = client.predictions.create(version=VERSION, input=QUICK)
        created.wait()
        self.check(list(created.stream()))

    def test_a_stream_is_read_asynchronously(self):
        async def events():
            return [event async for event in await new_client().async_stream(MODEL, input=QUICK)]

        self.check(asyncio.run(events()))


class Language(unittest.TestCase):
    PROMPT = {"prompt": "write a haiku about llamas"}

    def check(self, pieces):
        self.assertGreater(len(pieces), 1)
        self.assertTrue("".join(pieces).strip())
        self.assertEqual("".join(pieces), "".join(newest()["output"]))

    def test_a_run_gives_the_pieces_of_the_text(self):
        for wait in [True, False]:
            self.check(client.run(LANGUAGE_MODEL, input=self.PROMPT, wait=wait))

    def test_a_run_of_a_version_gives_piece_by_piece(self):
        version = client.models.get(LANGUAGE_MODEL).latest_version
        created = client.run(f"{LANGUAGE_MODEL}:{version.id}", input=self.PROMPT, wait=False)
        next(created)
        self.assertEqual(newest()["status"], "processing")
        self.assertGreater(len(list(created)), 1)

    def test_the_text_is_streamed(self):
        events = list(client.stream(LANGUAGE_MODEL, input=self.PROMPT))
        self.assertEqual(events[-1].event, ServerSentEvent.EventType.DONE)
        self.check([event.data for event in events if event.event == ServerSentEvent.EventType.OUTPUT])

    def test_the_text_is_streamed_asynchronously(self):
        async def pieces():
            stream = await new_client().async_stream(LANGUAGE_MODEL, input=self.PROMPT)
            return [event.data async for event in stream if event.event == ServerSentEvent.EventType.OUTPUT]

        self.check(asyncio.run(pieces()))


class Canceling(unittest.TestCase):
    def test_a_canceled_prediction_is_over(self):
        created = client.predictions.create(version=VERSION, input=SLOW)
        created.cancel()
        self.assertEqual(created.status, "canceled")
        created.reload()
        self.assertEqual(created.status, "canceled")
        created.wait()
        self.assertIsNone(created.output)

    def test_canceling_a_finished_prediction_changes_nothing(self):
        created = client.predictions.create(version=VERSION, input=QUICK)
        created.wait()
        created.cancel()
        self.assertEqual(created.status, "succeeded")


class Listing(unittest.TestCase):
    def test_the_pages_hold_all_predictions_newest_first(self):
        made = [client.predictions.create(version=VERSION, input=QUICK).id for _ in range(101)]
        listed, pages = [], 0
        for page in replicate.pagination.paginate(client.predictions.list):
            pages += 1
            self.assertTrue(page.next is None or len(page) == 100)
            listed += [prediction.id for prediction in page]
        self.assertGreaterEqual(pages, 2)
        self.assertEqual(listed[:101], made[::-1])
        self.assertEqual(len(set(listed)), len(listed))
        first = client.predictions.list()
        self.assertIsNone(first.previous)
        back = client.predictions.list(client.predictions.list(first.next).previous)
        self.assertEqual([p.id for p in back], [p.id for p in first])


class Files(unittest.TestCase):
    def test_a_file_lives_until_it_is_deleted(self):
        made = client.files.create(a_file(), metadata={"door": "red"})
        self.assertEqual((made.name, made.content_type), ("door.png", "image/png"))
        self.assertEqual((made.size, made.metadata), (len(a_file().read()), {"door": "red"}))
        self.assertEqual(client.files.get(made.id).dict(), made.dict())
        self.assertIn(made.id, [file.id for file in client.files.list()])
        self.assertTrue(client.files.delete(made.id))
        self.assertNotIn(made.id, [file.id for file in client.files.list()])
        with self.assertRaises(ReplicateError) as raised:
            client.files.get(made.id)
        self.assertEqual(raised.exception.status, 404)

    def test_a_path_is_uploaded(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "größe 1.jpg")
            path.write_bytes(PNG)
            made = client.files.create(path)
        self.assertEqual((made.name, made.content_type), ("größe 1.jpg", "image/jpeg"))

    def test_a_file_as_input_goes_by_upload(self):
        created = client.predictions.create(version=VERSION, input={**QUICK, "image": a_file()})
        self.assertIn("/v1/files/", created.input["image"])
        created.wait()
        self.assertEqual(created.status, "succeeded")

    def test_a_file_as_input_goes_inline(self):
        inline = client.predictions.create(
            version=VERSION, input={**QUICK, "image": a_file()}, file_encoding_strategy="base64"
        )
        self.assertTrue(inline.input["image"].startswith("data:image/png;base64,"))


class Models(unittest.TestCase):
    def test_a_model_and_its_version_are_told(self):
        model = client.models.get(MODEL)
        self.assertEqual((model.owner, model.name), tuple(MODEL.split("/")))
        self.assertEqual(model.latest_version.id, VERSION)
        version = model.versions.get(VERSION)
        schemas = version.openapi_schema["components"]["schemas"]
        self.assertIn("prompt", schemas["Input"]["properties"])
        self.assertEqual(schemas["Output"]["type"], "array")

    def test_a_model_without_versions_is_told(self):
        model = client.models.get("black-forest-labs/flux-kontext-pro")
        schemas = model.latest_version.openapi_schema["components"]["schemas"]
        self.assertEqual(schemas["Input"]["required"], ["prompt"])


class Lists(unittest.TestCase):
    def test_models_are_listed_and_found(self):
        listed = [f"{model.owner}/{model.name}" for model in client.models.list()]
        self.assertTrue({MODEL, LANGUAGE_MODEL} <= set(listed), listed)
        found = client.models.search("llama").results
        self.assertEqual([f"{model.owner}/{model.name}" for model in found], [LANGUAGE_MODEL])

    def test_versions_are_listed(self):
        versions = client.models.get(MODEL).versions.list()
        self.assertEqual([version.id for version in versions][:1], [VERSION])

    def test_collections_are_listed(self):
        slugs = [collection.slug for collection in client.collections.list()]
        collection = client.collections.get(slugs[0])
        self.assertTrue(collection.models)

    def test_account_and_hardware_are_told(self):
        self.assertTrue(client.accounts.current().username)
        self.assertTrue(client.hardware.list()[0].sku)

    def test_a_deployment_is_told_and_runs(self):
        deployment = client.deployments.get("acme/support")
        self.assertEqual(deployment.current_release.model, "acme/chat")
        self.assertEqual([d.name for d in client.deployments.list()], ["support"])
        created = deployment.predictions.create(input={"prompt": "Hello?"})
        created.wait()
        self.assertTrue("".join(created.output).strip())


class Deliveries(unittest.TestCase):
    def test_deliveries_are_verified_by_the_client(self):
        secret = client.webhooks.default.secret()
        with Receiver() as receiver:
            created = client.predictions.create(
                version=VERSION,
                input=QUICK,
                webhook=receiver.url,
                webhook_events_filter=["start", "completed"],
            )
            deliveries = [receiver.next(), receiver.next()]
        statuses = []
        for headers, body in deliveries:
            Webhooks.validate(headers=headers, body=body.decode(), secret=secret, tolerance=60)
            told = Prediction.parse_raw(body)
            self.assertEqual(told.id, created.id)
            statuses.append(told.status)
        self.assertEqual(statuses, ["processing", "succeeded"])
        headers, body = deliveries[0]
        with self.assertRaises(InvalidSignatureError):
            Webhooks.validate(headers=headers, body=body.decode() + " ", secret=secret)
        late = {**headers, next(h for h in headers if h.lower() == "webhook-timestamp"): "1614265330"}
        with self.assertRaises(InvalidTimestampError):
            Webhooks.validate(headers=late, body=body.decode(), secret=secret, tolerance=60)

    def test_a_whole_request_is_verified_by_the_client(self):
        secret = client.webhooks.default.secret()
        with Receiver() as receiver:
            client.predictions.create(
                version=VERSION, input=QUICK, webhook=receiver.url, webhook_events_filter=["completed"]
            )
            headers, body = receiver.next()
        request = httpx.Request("POST", receiver.url, headers=headers, content=body)
        Webhooks.validate(request, secret=secret)


class Errors(unittest.TestCase):
    def refused(self, status, call):
        with self.assertRaises(ReplicateError) as raised:
            call()
        self.assertEqual(raised.exception.status, status)
        self.assertIsInstance(raised.exception.detail, str)
        return raised.exception

    def test_a_wrong_key_is_refused(self):
        stranger = replicate.Client(api_token="wrong", base_url=BASE_URL)
        self.refused(401, lambda: stranger.predictions.create(version=VERSION, input=QUICK))
        self.refused(401, stranger.predictions.list)

    def test_bad_input_is_refused_with_its_name(self):
        for wrong in [{"width": 1001}, {"num_outputs": 9}, {"scheduler": "none"}]:
            create = lambda: client.predictions.create(version=VERSION, input={**QUICK, **wrong})  # noqa: B023, E731
            self.assertIn(next(iter(wrong)), self.refused(422, create).detail)
        self.refused(422, lambda: client.run(MODEL, input={"width": "wide"}))

    def test_an_input_that_the_model_does_not_know_is_ignored(self):
        created = client.predictions.create(version=VERSION, input={**QUICK, "promt": "x"})
        created.wait()
        self.assertEqual(created.status, "succeeded")

    def test_what_does_not_exist_is_refused(self):
        self.refused(422, lambda: client.predictions.create(version="0" * 64, input=QUICK))
        self.refused(404, lambda: client.run("nobody/nothing", input=QUICK))
        self.refused(404, lambda: client.models.get("nobody/nothing"))
        self.refused(404, lambda: client.predictions.get("nothing"))
        self.refused(404, lambda: client.predictions.cancel("nothing"))
        self.refused(404, lambda: client.files.get("nothing"))

    def test_a_failed_prediction_is_a_model_error(self):
        with failing():
            for wait in [True, False]:
                with self.assertRaises(ModelError) as raised:
                    client.run(MODEL, input=QUICK, wait=wait)
                self.assertIn("E1001", raised.exception.prediction.error)
            with self.assertRaises(RuntimeError):
                list(client.stream(MODEL, input=QUICK))

    def test_trainings_are_refused(self):
        self.refused(404, client.trainings.list)
