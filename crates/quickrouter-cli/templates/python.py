#!/usr/bin/env python3
"""Makes a prediction of {{ model }} like {{ id }}, and saves its files here.

It needs Python 3.8 or later, and the API key in QUICKROUTER_API_KEY. Every run costs money.
"""
import http.client
import json
import mimetypes
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

BASE_URL = os.environ.get("QUICKROUTER_BASE_URL", {{ base_url }})
PATH = {{ create_path }}
BODY = {{ body }}
TERMINAL = {{ terminal }}
SUCCEEDED = {{ succeeded }}
SECONDS = 600  # how long to wait for the end
KEY = os.environ.get("QUICKROUTER_API_KEY") or sys.exit("set QUICKROUTER_API_KEY")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """urllib would send the key along to another host."""

    def redirect_request(self, *_):
        return None


GATEWAY = urllib.request.build_opener(NoRedirects)


def call(path, body=None):
    request = urllib.request.Request(
        BASE_URL + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + KEY,
            "Content-Type": "application/json",
        },
    )
    with GATEWAY.open(request, timeout=60) as response:
        return json.load(response)


def create():
    """Sent once: whether a create that got no answer was accepted, and is billed, is unknown."""
    try:
        prediction = call(PATH, BODY)
        if isinstance(prediction, dict) and isinstance(prediction.get("id"), str):
            return prediction
        raise ValueError(f"there is no id in {prediction}")
    except urllib.error.HTTPError as error:
        sys.exit(f"the gateway refused it: {error.code} {error.read().decode(errors='replace')}")
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.exit(f"it is unknown whether the prediction was created; check before a retry: {error}")


def wait(prediction):
    deadline = time.monotonic() + SECONDS
    path = {{ get_path }}.format(prediction_id=urllib.parse.quote(prediction["id"], safe=""))
    while prediction.get("status") not in TERMINAL:
        if time.monotonic() > deadline:
            sys.exit(f"prediction {prediction['id']} has not ended in {SECONDS} s; it may still run")
        time.sleep(1)
        try:
            prediction = {**prediction, **call(path)}
        except (OSError, TypeError, ValueError, http.client.HTTPException) as error:
            print(f"asking again: {error}", file=sys.stderr)
    return prediction


def save(prediction):
    output = prediction.get("output")
    files = output if isinstance(output, list) else [output]
    for number, item in enumerate(files):
        if not re.match("https?:|data:", str(item)):
            print(item)
            continue
        with urllib.request.urlopen(item, timeout=60) as response:  # without the key
            extension = mimetypes.guess_extension(response.headers.get_content_type()) or ".bin"
            name = re.sub("[^A-Za-z0-9_-]", "_", prediction["id"]) + f"-{number}{extension}"
            content = response.read()
        with open(name, "xb") as file:
            file.write(content)
        print(name)


finished = wait(create())
if finished["status"] != SUCCEEDED:
    sys.exit(f"prediction {finished['id']} {finished['status']}: {finished.get('error')}")
save(finished)
