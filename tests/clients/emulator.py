"""Where the emulator is, its models, and the few requests that are no client's: pictures, faults."""

import contextlib
import io
import json
import os
import pathlib
import urllib.request

BASE_URL = os.environ["QUICKROUTER_BASE_URL"]
KEY = os.environ["QUICKROUTER_API_KEY"]
MODEL = "stability-ai/sdxl"
VERSION = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc"
QUICK = {"prompt": "a red door", "width": 256, "height": 256, "num_inference_steps": 10}
LANGUAGE_MODEL = "meta/meta-llama-3-8b-instruct"
# Minutes at the gateway: long enough to be canceled.
SLOW = {"prompt": "a red door", "num_inference_steps": 500}

PNG = b"\x89PNG\r\n\x1a\n"


def fetch(url):
    """Outputs need no key."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read()


def told(path):
    """What the API answers at `path`."""
    request = urllib.request.Request(f"{BASE_URL}/v1{path}", headers={"authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def newest():
    """The prediction that was created last."""
    return told("/predictions/" + told("/predictions")["results"][0]["id"])


def a_file():
    """Not a path's but a handle's, as the clients take it."""
    file = io.BytesIO(PNG + b"not a picture, and nobody looks")
    file.name = "door.png"
    return file


def put_faults(body):
    url = BASE_URL.removesuffix("/replicate") + "/emulator/faults"
    headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
    request = urllib.request.Request(url, body, headers, method="PUT")
    urllib.request.urlopen(request, timeout=20).close()


@contextlib.contextmanager
def failing():
    """Every prediction created within fails."""
    here = pathlib.Path(__file__).parent
    put_faults((here / "failing.json").read_bytes())
    try:
        yield
    finally:
        put_faults(json.dumps({"faults": []}).encode())
