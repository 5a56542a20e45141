"""LangChain's `Replicate`, of `langchain-community`, against the emulator."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from emulator import BASE_URL, KEY, LANGUAGE_MODEL, MODEL, PNG, QUICK, VERSION, failing, fetch, newest, told  # noqa: E402

# It uses the client that `replicate` keeps for all, which has no other settings.
os.environ.update(REPLICATE_API_TOKEN=KEY, REPLICATE_BASE_URL=BASE_URL)

import replicate  # noqa: E402
from langchain_community.llms import Replicate  # noqa: E402
from langchain_core.output_parsers import StrOutputParser  # noqa: E402
from langchain_core.prompts import PromptTemplate  # noqa: E402
from replicate.exceptions import ReplicateError  # noqa: E402

PROMPT = "Answer the following yes/no question by reasoning step by step. Can a dog drive a car?"
OPTIONS = {"temperature": 0.75, "max_length": 500, "top_p": 1}


def text_of(prediction):
    return "".join(prediction["output"])


class Language(unittest.TestCase):
    def test_a_model_answers_in_text(self):
        text = Replicate(model=LANGUAGE_MODEL, model_kwargs=OPTIONS).invoke(PROMPT)
        prediction = newest()
        self.assertTrue(text.strip())
        self.assertEqual((text, prediction["status"]), (text_of(prediction), "succeeded"))
        self.assertEqual((prediction["model"], prediction["input"]["prompt"]), (LANGUAGE_MODEL, PROMPT))
        self.assertEqual(prediction["input"]["temperature"], OPTIONS["temperature"])

    def test_a_version_of_a_model_answers_in_text(self):
        version = told(f"/models/{LANGUAGE_MODEL}")["latest_version"]["id"]
        text = Replicate(model=f"{LANGUAGE_MODEL}:{version}", model_kwargs=OPTIONS).invoke(PROMPT)
        self.assertTrue(text.strip())
        self.assertEqual(newest()["version"], version)

    def test_a_chain_is_run(self):
        template = PromptTemplate.from_template("What is a good name for a company that makes {product}?")
        chain = template | Replicate(model=LANGUAGE_MODEL) | StrOutputParser()
        self.assertTrue(chain.invoke({"product": "colorful socks"}).strip())
        self.assertIn("colorful socks", newest()["input"]["prompt"])

    def test_the_text_is_streamed_in_pieces(self):
        pieces = list(Replicate(model=LANGUAGE_MODEL, model_kwargs=OPTIONS).stream(PROMPT))
        self.assertGreater(len(pieces), 1)
        self.assertEqual("".join(pieces), text_of(newest()))

    def test_a_stop_sequence_cancels_the_prediction(self):
        whole = Replicate(model=LANGUAGE_MODEL, model_kwargs={"seed": 7}).invoke(PROMPT)
        first = whole.split()[0]
        stopped = Replicate(model=LANGUAGE_MODEL, model_kwargs={"seed": 7}, streaming=True, stop=[" "])
        self.assertTrue(first.startswith(stopped.invoke(PROMPT).strip()))
        self.assertEqual(newest()["status"], "canceled")

    def test_a_batch_is_run(self):
        texts = Replicate(model=LANGUAGE_MODEL).batch([PROMPT, "Can a cat drive a car?"])
        self.assertEqual([bool(text.strip()) for text in texts], [True, True])


class Pictures(unittest.TestCase):
    def check(self, model):
        output = Replicate(model=model, model_kwargs=QUICK).invoke("a red door")
        self.assertTrue(fetch(output).startswith(PNG), output)
        self.assertEqual(newest()["input"]["prompt"], QUICK["prompt"])

    def test_a_model_makes_a_picture(self):
        self.check(MODEL)

    def test_a_version_of_a_model_makes_a_picture(self):
        self.check(f"{MODEL}:{VERSION}")


class Errors(unittest.TestCase):
    def refused(self, status, call):
        with self.assertRaises(ReplicateError) as raised:
            call()
        self.assertEqual(raised.exception.status, status)

    def test_a_failed_prediction_is_an_error(self):
        with failing(), self.assertRaisesRegex(RuntimeError, "E1001"):
            Replicate(model=MODEL, model_kwargs=QUICK).invoke("a red door")

    def test_what_does_not_exist_is_refused(self):
        self.refused(404, lambda: Replicate(model="nobody/nothing").invoke(PROMPT))

    def test_bad_input_is_refused(self):
        self.refused(422, lambda: Replicate(model=MODEL, model_kwargs={"width": 1001}).invoke("a red door"))

    def test_a_wrong_key_is_refused(self):
        kept = replicate.default_client._client.headers["authorization"]
        replicate.default_client._client.headers["authorization"] = "Bearer wrong"
        try:
            self.refused(401, lambda: Replicate(model=MODEL).invoke(PROMPT))
        finally:
            replicate.default_client._client.headers["authorization"] = kept


if __name__ == "__main__":
    unittest.main()
