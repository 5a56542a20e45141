"""The official Python client, in either of its two generations, by the same few words.

`connect` starts a server and yields a `Client`. What comes back is plain JSON as it was on the wire, after
the client's own checks: of the protocol's types, and of structured content against the output schema.
"""

import contextlib
import importlib.metadata
from datetime import timedelta

import anyio
import mcp
import mcp.client.stdio
from mcp import StdioServerParameters, types
from mcp.client.stdio import stdio_client

from emulator import PATIENCE

GENERATION = int(importlib.metadata.version("mcp").partition(".")[0])
# Both send SIGTERM 2 s after they have closed a server's stdin. A busy machine needs longer to end it.
mcp.client.stdio.PROCESS_TERMINATION_TIMEOUT = PATIENCE

# By the name of a test's parameter: the version that has to be negotiated, and how.
if GENERATION == 1:
    DIALECTS = {"v1": "2025-11-25"}
    OLDER = ["2024-11-05", "2025-03-26", "2025-06-18"]
else:
    DIALECTS = {"v2": "2026-07-28", "v2-legacy": "2025-11-25"}
    OLDER = []


class Refused(Exception):
    """The server answered with an error of the protocol, or the client's patience ended."""


class Result:
    """What a tool call came to."""

    def __init__(self, plain):
        self.plain = plain
        self.is_error = plain.get("isError", False)
        self.content = plain["content"]
        self.structured = plain.get("structuredContent")
        self.error = (self.structured or {}).get("error")

    def __repr__(self):
        return repr(self.plain)[:2000]

    def of(self, kind):
        return [block for block in self.content if block["type"] == kind]

    @property
    def text(self):
        return "\n".join(block["text"] for block in self.of("text"))

    @property
    def ok(self):
        """Itself, if it is not an error."""
        assert not self.is_error, self
        return self

    def refused(self, kind):
        """Its error, which has to be of this kind."""
        assert self.is_error and self.error and self.error["kind"] == kind, self
        return self.error


def plain(model):
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


class Person:
    """Who is asked: answers `action` to every question, and remembers them."""

    def __init__(self, action, content=None):
        self.action = action
        self.content = content
        self.asked = []

    async def answer(self, _context, params):
        self.asked.append(plain(params))
        if self.action == "error":
            return types.ErrorData(code=-32603, message="the person is out")
        if self.action == "never":
            await anyio.sleep_forever()
        content = self.content
        if self.action == "accept" and content is None:
            content = agreement(self.asked[-1])
        return types.ElicitResult(action=self.action, content=content)


def agreement(question):
    """A form filled in by somebody who agrees to everything."""
    schema = question.get("requestedSchema") or {}
    filled = {}
    for name, field in schema.get("properties", {}).items():
        if field.get("type") == "boolean":
            filled[name] = True
        elif "enum" in field:
            filled[name] = field["enum"][0]
        elif "oneOf" in field:
            filled[name] = field["oneOf"][0]["const"]
    return filled


class Client:
    """A connected client."""

    def __init__(self, session, version, client=None):
        self.session = session
        self.version = version
        self.client = client

    async def tools(self):
        """The tools by their names."""
        listed = await (self.client or self.session).list_tools()
        assert not plain(listed).get("nextCursor"), "more than a page of tools"
        return {tool["name"]: tool for tool in map(plain, listed.tools)}

    async def call(self, name, arguments=None, progress=None, seconds=PATIENCE):
        """Calls a tool. `progress` is a list to which notifications are added; without one, no token is sent."""

        async def note(done, total, message):
            progress.append((done, total, message))

        patience = seconds if self.client else timedelta(seconds=seconds)
        try:
            called = await (self.client or self.session).call_tool(
                name,
                arguments,
                read_timeout_seconds=patience,
                progress_callback=None if progress is None else note,
            )
        except Error as error:
            raise Refused(str(error)) from error
        return Result(plain(called))

    def offers(self, capability):
        """Whether the server says that it has it."""
        capabilities = self.client.server_capabilities if self.client else self.session.get_server_capabilities()
        return capability in plain(capabilities)

    async def read(self, uri):
        """The resource at `uri`."""
        if self.client:
            return plain(await self.client.read_resource(uri))
        import pydantic

        return plain(await self.session.read_resource(pydantic.AnyUrl(uri)))

    @contextlib.asynccontextmanager
    async def canceled(self, name, arguments):
        """A call that is canceled, by the notification, at the end of the block."""
        async with anyio.create_task_group() as group:
            if self.client:
                # It sends the notification itself.
                group.start_soon(self.client.call_tool, name, arguments)
                yield
            else:
                # The first generation never sends it: this is what its users write.
                number = self.session._request_id
                group.start_soon(self.session.call_tool, name, arguments)
                yield
                notification = types.CancelledNotification(
                    params=types.CancelledNotificationParams(requestId=number, reason="a test")
                )
                await self.session.send_notification(types.ClientNotification(notification))
            group.cancel_scope.cancel()


if GENERATION == 1:
    from mcp.shared.exceptions import McpError as Error

    @contextlib.asynccontextmanager
    async def _session(streams, version, answer):
        older, types.LATEST_PROTOCOL_VERSION = types.LATEST_PROTOCOL_VERSION, version
        try:
            async with streams as (read, write):
                async with mcp.ClientSession(read, write, elicitation_callback=answer) as session:
                    negotiated = (await session.initialize()).protocolVersion
                    yield Client(session, negotiated)
        finally:
            types.LATEST_PROTOCOL_VERSION = older

else:
    from mcp import MCPError as Error

    @contextlib.asynccontextmanager
    async def _session(streams, version, answer):
        # `auto` asks which versions there are, as a host does; the others are older clients.
        mode = "auto" if version == "2026-07-28" else "legacy"
        async with mcp.Client(streams, mode=mode, elicitation_callback=answer) as client:
            yield Client(client.session, client.protocol_version, client)


@contextlib.asynccontextmanager
async def connect(command, cwd, env, log, version, person=None):
    """Starts `command` as a host does, and connects to it by this version of the protocol.

    `person` answers questions; without one, the client does not say that it can ask.
    """
    parameters = StdioServerParameters(command=command[0], args=command[1:], env=env, cwd=cwd)
    with open(log, "ab") as errors:
        streams = stdio_client(parameters, errlog=errors)
        answer = person.answer if person else None
        async with _session(streams, version, answer) as client:
            assert client.version == version
            yield client
