"""What the official Python client gets for a few creates, as one JSON document.

It is run twice: through a recorder, and against the replay of what that recorded. Both have to be equal."""

import hashlib
import json
import sys

import replicate
from replicate.helpers import FileOutput

SDXL = "stability-ai/sdxl:7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc"
PICTURE = {"prompt": "a red door", "width": 64, "height": 64, "num_inference_steps": 4}
CREATES = {
    "pictures": (SDXL, {**PICTURE, "num_outputs": 2}),
    "picture": ("black-forest-labs/flux-kontext-pro", {"prompt": "a blue door"}),
    "words": ("someone/writer", {"prompt": "say it", "max_tokens": 30}),
}


def digest(content):
    return hashlib.sha256(content).hexdigest()


def plain(output):
    """Files as what they hold, under their own names; all else as it is."""
    # The client turns https and data URLs into FileOutput, and leaves the emulator's as they are.
    if isinstance(output, str) and output.startswith("http://"):
        output = FileOutput(output, replicate.default_client)
    if isinstance(output, FileOutput):
        return [output.url.rsplit("/", 1)[-1], digest(output.read())]
    if isinstance(output, str):
        return output
    return [plain(item) for item in output]


def lived(reference, input):
    """A prediction created, waited for and read again."""
    owner_and_name, _, version = reference.partition(":")
    where = {"version": version} if version else {"model": owner_and_name}
    prediction = replicate.predictions.create(**where, input=input)
    assert prediction.status in ("starting", "processing", "succeeded"), prediction.status
    prediction.wait()
    again = replicate.predictions.get(prediction.id)
    assert again.output == prediction.output
    kept = ("status", "logs", "error", "metrics", "input", "model", "version")
    return {name: getattr(again, name) for name in kept}


found = {}
for name, (reference, input) in CREATES.items():
    found[name] = {
        "run": plain(replicate.run(reference, input=input)),
        "prediction": lived(reference, {**input, "prompt": f"{input['prompt']}, again"}),
    }
words = replicate.stream("someone/writer", input={"prompt": "go on", "max_tokens": 30})
found["stream"] = "".join(str(event) for event in words)
json.dump(found, sys.stdout, indent=1, sort_keys=True)
