"""The life of the Python client `replicate` 2 (beta) against the emulator."""

import asyncio
import json
import os
import pathlib
import sys
import time
import unittest

import replicate
from replicate import (
    AsyncReplicate,
    AuthenticationError,
    NotFoundError,
    Replicate,
    UnprocessableEntityError,
)
from replicate.exceptions import ModelError

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

V1 = f"{BASE_URL}/v1"
OWNER, NAME = MODEL.split("/")
# `use` and `stream` make clients of their own, out of the environment.
os.environ["REPLICATE_BASE_URL"] = V1
os.environ["REPLICATE_API_TOKEN"] = KEY

client = Replicate(bearer_token=KEY, base_url=V1)
# Refuses what does not have the very shape that the client's types say.
strict = Replicate(bearer_token=KEY, base_url=V1, _strict_response_validation=True)


class Creating(unittest.TestCase):
    def test_every_form_of_a_version_creates(self):
        for version in [VERSION, f"{MODEL}:{VERSION}", MODEL]:
            created = client.predictions.create(version=version, input=QUICK)
            self.assertEqual((created.status, created.model), ("starting", MODEL))
            self.assertEqual(created.input, QUICK)
            done = client.predictions.wait(created.id)
            self.assertEqual(done.status, "succeeded")
            self.assertTrue(fetch(done.output[0]).startswith(PNG))
            self.assertGreater(done.metrics.predict_time, 0)

    def test_a_model_without_a_version_creates(self):
        created = client.models.predictions.create(model_owner=OWNER, model_name=NAME, input=QUICK)
        self.assertEqual(client.predictions.wait(created.id).status, "succeeded")

    def test_logs_grow_while_it_runs(self):
        created = client.predictions.create(version=VERSION, input=SLOW)
        ends = time.monotonic() + 20
        while "%" not in (created.logs or "") and time.monotonic() < ends:
            time.sleep(client.poll_interval)
            created = client.predictions.get(prediction_id=created.id)
        self.assertIn("/500", created.logs)
        client.predictions.cancel(prediction_id=created.id)

    def test_a_finished_prediction_has_the_shape_that_the_client_expects(self):
        created = client.predictions.create(version=VERSION, input=QUICK, prefer="wait")
        done = strict.predictions.get(prediction_id=created.id)
        self.assertLessEqual(done.created_at, done.started_at)
        self.assertLessEqual(done.started_at, done.completed_at)
        self.assertIs(done.data_removed, False)
        self.assertIn(done.id, done.urls.web)


class Running(unittest.TestCase):
    def check(self, output):
        self.assertEqual(len(output), 1)
        self.assertTrue(fetch(str(output[0])).startswith(PNG))

    def test_a_blocking_run_gives_the_outputs(self):
        self.check(client.run(MODEL, input=QUICK))

    def test_a_blocking_run_of_a_version_gives_the_outputs(self):
        self.check(client.run(f"{MODEL}:{VERSION}", input=QUICK))

    def test_a_polling_run_gives_the_outputs(self):
        self.check(client.run(MODEL, input=QUICK, wait=False))

    def test_an_asynchronous_run_gives_the_outputs(self):
        async def run():
            async with AsyncReplicate(bearer_token=KEY, base_url=V1) as client:
                return await client.run(f"{MODEL}:{VERSION}", input=QUICK)

        self.check(asyncio.run(run()))

    def test_a_model_used_as_a_function_gives_files(self):
        [path] = replicate.use(MODEL)(**QUICK)
        self.assertTrue(pathlib.Path(path).read_bytes().startswith(PNG))

    def test_a_create_that_waits_too_short_is_answered_before_the_end(self):
        started = time.monotonic()
        answer = client.predictions.with_raw_response.create(
            version=VERSION, input=SLOW, prefer="wait=1"
        )
        self.assertEqual(answer.headers["preference-applied"], "wait=1")
        self.assertGreaterEqual(time.monotonic() - started, 0.9)
        early = answer.parse()
        self.assertIn(early.status, ["starting", "processing"])
        client.predictions.cancel(prediction_id=early.id)

    def test_a_deadline_of_its_own_cancels_it(self):
        created = client.predictions.create(version=VERSION, input=SLOW, cancel_after="5s")
        self.assertGreater(created.deadline, created.created_at)
        self.assertEqual(client.predictions.wait(created.id).status, "canceled")


class Streaming(unittest.TestCase):
    def test_streaming_gives_the_outputs_one_by_one(self):
        # This client's streaming is polling.
        outputs = list(replicate.use(MODEL, streaming=True)(**QUICK))
        self.assertEqual(len(outputs), 1)
        self.assertTrue(fetch(outputs[0]).startswith(PNG))

    def test_the_url_of_the_events_is_told(self):
        created = client.predictions.create(version=VERSION, input=QUICK)
        events = fetch(created.urls.stream).decode()
        self.assertIn("event: output\n", events)
        self.assertIn("event: done\n", events)


class Language(unittest.TestCase):
    PROMPT = {"prompt": "write a haiku about llamas"}

    def check(self, pieces):
        self.assertGreater(len(pieces), 1)
        self.assertTrue("".join(pieces).strip())
        self.assertEqual("".join(pieces), "".join(newest()["output"]))

    def test_a_run_gives_the_pieces_of_the_text(self):
        for wait in [True, False]:
            self.check(client.run(LANGUAGE_MODEL, input=self.PROMPT, wait=wait))

    def test_a_use_gives_the_text(self):
        text = replicate.use(LANGUAGE_MODEL)(**self.PROMPT)
        self.assertTrue(text.strip())
        self.assertEqual(text, "".join(newest()["output"]))

    def test_a_streaming_use_gives_piece_by_piece(self):
        pieces = iter(replicate.use(LANGUAGE_MODEL, streaming=True)(**self.PROMPT))
        first = next(pieces)
        self.assertEqual(newest()["status"], "processing")
        self.check([first, *pieces])


class Canceling(unittest.TestCase):
    def test_a_canceled_prediction_is_over(self):
        created = client.predictions.create(version=VERSION, input=SLOW)
        canceled = client.predictions.cancel(prediction_id=created.id)
        self.assertEqual(canceled.status, "canceled")
        self.assertEqual(client.predictions.wait(created.id).status, "canceled")

    def test_canceling_a_finished_prediction_changes_nothing(self):
        created = client.predictions.create(version=VERSION, input=QUICK, prefer="wait")
        self.assertEqual(client.predictions.cancel(prediction_id=created.id).status, "succeeded")


class Listing(unittest.TestCase):
    def test_the_pages_hold_all_predictions_newest_first(self):
        made = [client.predictions.create(version=VERSION, input=QUICK).id for _ in range(101)]
        pages = list(client.predictions.list().iter_pages())
        self.assertGreaterEqual(len(pages), 2)
        for page in pages[:-1]:
            self.assertEqual(len(page.results), 100)
        listed = [prediction.id for prediction in client.predictions.list()]
        self.assertEqual(listed[:101], made[::-1])
        self.assertEqual(len(set(listed)), len(listed))


class Files(unittest.TestCase):
    def test_a_file_lives_until_it_is_deleted(self):
        content = a_file().read()
        made = strict.files.create(content=("door.png", content, "image/png"))
        self.assertEqual((made.content_type, made.size), ("image/png", len(content)))
        self.assertEqual(len(made.checksums.sha256), 64)
        self.assertGreater(made.expires_at, made.created_at)
        self.assertEqual(strict.files.get(file_id=made.id).to_dict(), made.to_dict())
        self.assertIn(made.id, [file.id for file in client.files.list()])
        client.files.delete(file_id=made.id)
        self.assertNotIn(made.id, [file.id for file in client.files.list()])
        with self.assertRaises(NotFoundError):
            client.files.get(file_id=made.id)

    def test_name_and_type_may_stand_in_parts_of_their_own(self):
        made = client.files.create(content=b"red", filename="door.txt", type="text/plain")
        self.assertEqual((made.content_type, made.size), ("text/plain", 3))

    def test_a_file_as_input_goes_by_upload(self):
        created = client.predictions.create(version=VERSION, input={**QUICK, "image": a_file()})
        self.assertIn("/v1/files/", created.input["image"])
        self.assertEqual(client.predictions.wait(created.id).status, "succeeded")

    def test_a_file_as_input_goes_inline(self):
        inline = client.predictions.create(
            version=VERSION, input={**QUICK, "image": a_file()}, file_encoding_strategy="base64"
        )
        self.assertTrue(inline.input["image"].startswith("data:image/png;base64,"))


class Models(unittest.TestCase):
    def test_a_model_and_its_version_are_told(self):
        model = strict.models.get(model_owner=OWNER, model_name=NAME)
        self.assertEqual((model.owner, model.name), (OWNER, NAME))
        self.assertEqual(model.latest_version.id, VERSION)
        version = strict.models.versions.get(model_owner=OWNER, model_name=NAME, version_id=VERSION)
        schemas = version.openapi_schema["components"]["schemas"]
        self.assertIn("prompt", schemas["Input"]["properties"])
        self.assertEqual(schemas["Output"]["type"], "array")


class Lists(unittest.TestCase):
    def test_models_are_listed_and_found(self):
        listed = [f"{model.owner}/{model.name}" for model in strict.models.list()]
        self.assertTrue({MODEL, LANGUAGE_MODEL} <= set(listed), listed)
        found = client.models.search(body="llama").results
        self.assertEqual([f"{model.owner}/{model.name}" for model in found], [LANGUAGE_MODEL])

    def test_collections_are_listed(self):
        collections = list(strict.collections.list())
        told = strict.collections.get(collection_slug=collections[0].slug)
        self.assertEqual(told.name, collections[0].name)

    def test_account_and_hardware_are_told(self):
        self.assertTrue(strict.account.get().username)
        self.assertTrue(strict.hardware.list()[0].sku)

    def test_a_deployment_is_told_and_runs(self):
        of = {"deployment_owner": "acme", "deployment_name": "support"}
        self.assertEqual(strict.deployments.get(**of).current_release.model, "acme/chat")
        created = client.deployments.predictions.create(**of, input={"prompt": "Hello?"})
        self.assertTrue("".join(client.predictions.wait(created.id).output).strip())


class Deliveries(unittest.TestCase):
    def test_deliveries_come_and_the_secret_is_told(self):
        self.assertTrue(strict.webhooks.default.secret.get().key.startswith("whsec_"))
        with Receiver() as receiver:
            created = client.predictions.create(
                version=VERSION,
                input=QUICK,
                webhook=receiver.url,
                webhook_events_filter=["start", "completed"],
            )
            told = [json.loads(receiver.next()[1]) for _ in range(2)]
        self.assertEqual([one["id"] for one in told], [created.id] * 2)
        self.assertEqual([one["status"] for one in told], ["processing", "succeeded"])


class Errors(unittest.TestCase):
    def test_a_wrong_key_is_refused(self):
        stranger = Replicate(bearer_token="wrong", base_url=V1)
        with self.assertRaises(AuthenticationError):
            stranger.predictions.create(version=VERSION, input=QUICK)
        with self.assertRaises(AuthenticationError):
            stranger.predictions.list()

    def test_bad_input_is_refused_with_its_name(self):
        for wrong in [{"width": 1001}, {"num_outputs": 9}, {"scheduler": "none"}]:
            with self.assertRaises(UnprocessableEntityError) as raised:
                client.predictions.create(version=VERSION, input={**QUICK, **wrong})
            self.assertIn(next(iter(wrong)), raised.exception.body["detail"])
        with self.assertRaises(UnprocessableEntityError):
            client.run(MODEL, input={"width": "wide"})

    def test_an_input_that_the_model_does_not_know_is_ignored(self):
        created = client.predictions.create(version=VERSION, input={**QUICK, "promt": "x"})
        self.assertEqual(client.predictions.wait(created.id).status, "succeeded")

    def test_what_does_not_exist_is_refused(self):
        with self.assertRaises(UnprocessableEntityError):
            client.predictions.create(version="0" * 64, input=QUICK)
        for call in [
            lambda: client.run("nobody/nothing", input=QUICK),
            lambda: client.models.get(model_owner="nobody", model_name="nothing"),
            lambda: client.predictions.get(prediction_id="nothing"),
            lambda: client.predictions.cancel(prediction_id="nothing"),
            lambda: client.files.get(file_id="nothing"),
        ]:
            with self.assertRaises(NotFoundError):
                call()

    def test_a_failed_prediction_is_a_model_error(self):
        with failing():
            for wait in [True, False]:
                with self.assertRaises(ModelError) as raised:
                    client.run(MODEL, input=QUICK, wait=wait)
                self.assertIn("E1001", raised.exception.prediction.error)

    def test_trainings_are_refused(self):
        with self.assertRaises(NotFoundError):
            client.trainings.list()
