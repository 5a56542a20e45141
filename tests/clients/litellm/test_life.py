"""LiteLLM's provider `replicate` against the emulator.

It sends to api.replicate.com whatever base URL is set, so it goes through a relay, which is a proxy."""

import asyncio
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from emulator import BASE_URL, KEY, LANGUAGE_MODEL, MODEL, PNG, failing, fetch, newest  # noqa: E402
from relay import Relay  # noqa: E402

scratch = tempfile.TemporaryDirectory()
relay = Relay(BASE_URL, scratch.name)
# The last is how often a stream polls, in seconds.
os.environ.update(
    relay.environment,
    REPLICATE_API_KEY=KEY,
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    REPLICATE_POLLING_DELAY_SECONDS="0.05",
)

import litellm  # noqa: E402

LLAMA = f"replicate/{LANGUAGE_MODEL}"
MESSAGES = [{"role": "user", "content": "Hello, how are you?"}]


def setUpModule():
    relay.__enter__()
    unittest.addModuleCleanup(scratch.cleanup)
    unittest.addModuleCleanup(relay.__exit__)


def text_of(prediction):
    return "".join(prediction["output"])


class Language(unittest.TestCase):
    def check(self, answer):
        prediction = newest()
        text = answer.choices[0].message.content
        self.assertTrue(text.strip())
        self.assertEqual((text, prediction["status"]), (text_of(prediction), "succeeded"))
        self.assertEqual((answer.model, prediction["model"]), (LLAMA, LANGUAGE_MODEL))
        self.assertGreater(answer.usage.completion_tokens, 0)
        return prediction

    def test_a_completion_is_text(self):
        prediction = self.check(litellm.completion(model=LLAMA, messages=MESSAGES))
        self.assertIn(MESSAGES[0]["content"], prediction["input"]["prompt"])

    def test_options_and_a_system_prompt_reach_the_model(self):
        messages = [{"role": "system", "content": "You are a pirate."}, *MESSAGES]
        options = {"temperature": 0.5, "top_p": 0.8, "supports_system_prompt": True}
        prediction = self.check(litellm.completion(model=LLAMA, messages=messages, **options))
        self.assertEqual(prediction["input"]["temperature"], 0.5)
        self.assertEqual(prediction["input"]["top_p"], 0.8)

    def test_an_asynchronous_completion_is_text(self):
        self.check(asyncio.run(litellm.acompletion(model=LLAMA, messages=MESSAGES)))

    def test_the_text_is_streamed_in_pieces(self):
        async def pieces():
            stream = await litellm.acompletion(model=LLAMA, messages=MESSAGES, stream=True)
            return [chunk.choices[0] async for chunk in stream]

        choices = asyncio.run(pieces())
        texts = [choice.delta.content for choice in choices if choice.delta.content]
        self.assertGreater(len(texts), 1)
        self.assertEqual("".join(texts), text_of(newest()))
        self.assertEqual(choices[-1].finish_reason, "stop")

    def test_a_deployment_completes(self):
        answer = litellm.completion(model="replicate/deployments/acme/support", messages=MESSAGES)
        self.assertEqual(answer.choices[0].message.content, text_of(newest()))

    def test_a_router_completes(self):
        deployment = {"model_name": "llama", "litellm_params": {"model": LLAMA}}
        router = litellm.Router(model_list=[deployment])
        self.check(router.completion(model="llama", messages=MESSAGES))


class Pictures(unittest.TestCase):
    def test_a_picture_is_the_text_of_its_url(self):
        answer = litellm.completion(model=f"replicate/{MODEL}", messages=MESSAGES)
        self.assertTrue(fetch(answer.choices[0].message.content).startswith(PNG))


class Errors(unittest.TestCase):
    def test_a_wrong_key_is_refused(self):
        with self.assertRaises(litellm.AuthenticationError):
            litellm.completion(model=LLAMA, messages=MESSAGES, api_key="wrong")

    def test_what_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(litellm.APIError, "nobody/nothing"):
            litellm.completion(model="replicate/nobody/nothing", messages=MESSAGES)

    def test_bad_input_is_refused_with_its_name(self):
        with self.assertRaisesRegex(litellm.UnprocessableEntityError, "temperature"):
            litellm.completion(model=LLAMA, messages=MESSAGES, temperature="hot")

    def test_a_failed_prediction_is_an_error(self):
        with failing(), self.assertRaisesRegex(litellm.UnprocessableEntityError, "E1001"):
            litellm.completion(model=LLAMA, messages=MESSAGES)


if __name__ == "__main__":
    unittest.main()
