"""Which answers to a create make a client send it again, by default: the table in ../README.md."""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from relay import Relay  # noqa: E402
from server import ANSWERS, STATUSES, Server  # noqa: E402

# Where each client is installed, as .ci/official-clients does it.
INSTALLED = pathlib.Path(os.environ["CLIENTS"])
CREATE_PY, CREATE_JS = str(HERE / "create.py"), str(HERE / "create.mjs")
# By the name under which create.py or create.mjs knows it: the folder it is installed in.
CLIENTS = {
    "ai": "ai-sdk",
    "litellm_router": "litellm",
    "litellm": "litellm",
    "langchain": "langchain",
    "replicate1": "python1",
    "replicate2": "python2",
    "replicate": "js",
}
README = (HERE.parent / "README.md").read_text()


def counted(folder, client, names):
    """How often a create of each name came to the server from `client`."""
    python = INSTALLED / folder / "bin" / "python"
    command = [python, CREATE_PY] if python.exists() else ["node", CREATE_JS]
    with Server() as server, tempfile.TemporaryDirectory() as scratch:
        with Relay(server.base_url, scratch) as relay:
            environment = {
                **os.environ,
                **(relay.environment if folder == "litellm" else {}),
                "QUICKROUTER_BASE_URL": server.base_url,
                "REPLICATE_BASE_URL": server.base_url,
                "REPLICATE_API_TOKEN": "any",
                "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            }
            ran = subprocess.run(
                [*command, client, *names], cwd=INSTALLED / folder, env=environment, capture_output=True, text=True
            )
    assert ran.returncode == 0, ran.stderr
    assert set(server.counted) == set(names), "a create did not come at all"
    return server.counted


def in_words(answers):
    """`408, 409, 500 to 599`: three neighbours of `STATUSES` or more together."""
    runs = []
    for status in STATUSES:
        if status not in answers:
            runs.append([])
        else:
            runs = runs or [[]]
            runs[-1].append(status)
    words = []
    for run in runs:
        words += run if len(run) < 3 else [f"{run[0]} to {run[-1]}"]
    words += ["no answer"] * ("none" in answers)
    return ", ".join(words) or "nothing"


class Repeating(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pool = cls.pool = concurrent.futures.ThreadPoolExecutor(2)
        asked = {client: (folder, client, ANSWERS) for client, folder in CLIENTS.items()}
        asked["outputs"] = ("ai-sdk", "ai", [f"output-{status}" for status in STATUSES])
        cls.counting = {name: pool.submit(counted, *of) for name, of in asked.items()}

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown()

    def check(self, client, named):
        times = self.counting[client].result()
        again = [answer for answer in ANSWERS if times[answer] > 1]
        most = max(times.values())
        self.assertEqual({times[answer] for answer in again}, {most} if again else set())
        row = f"| {named} | {in_words(again)} | {most} |"
        self.assertTrue(row in README, f"tests/clients/README.md has another row than {row}")
        # What may answer a create of unknown outcome.
        self.assertFalse({"400", "422"} & set(again))

    def test_python_replicate_1_repeats_what_the_readme_says(self):
        self.check("replicate1", "Python `replicate` 1")

    def test_python_replicate_2_repeats_what_the_readme_says(self):
        self.check("replicate2", "Python `replicate` 2")

    def test_javascript_replicate_repeats_what_the_readme_says(self):
        self.check("replicate", "JavaScript `replicate`")

    def test_litellm_repeats_what_the_readme_says(self):
        self.check("litellm", "`litellm.completion`")

    def test_the_router_of_litellm_repeats_what_the_readme_says(self):
        self.check("litellm_router", "`litellm.Router`")

    def test_the_ai_sdk_repeats_what_the_readme_says(self):
        self.check("ai", "`ai`")

    def test_langchain_repeats_what_the_readme_says(self):
        self.check("langchain", "`langchain-community`")

    def test_the_ai_sdk_creates_again_when_an_output_cannot_be_had(self):
        times = self.counting["outputs"].result()
        again = [status for status in STATUSES if times[f"output-{status}"] > 1]
        self.assertEqual(in_words(again), "408, 409, 429, 500 to 599")


if __name__ == "__main__":
    unittest.main()
