"""A host that is killed in the middle of a call: reads what to start and to call from stdin."""

import json
import sys

import anyio

from client import connect


async def main():
    job = json.load(sys.stdin)
    arguments = job.pop("arguments")
    async with connect(**job) as client:
        await client.call("generate_image", arguments)


anyio.run(main)
