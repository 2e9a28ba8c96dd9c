# SPDX-License-Identifier: BSD-3-Clause
"""The SDK's own client, connected to the server in a process of its own or in this one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult

from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE
from vmaf_dnn.mcp.server import make_server

SERVER = [sys.executable, "-m", "vmaf_dnn.mcp"]

Caller = Callable[..., CallToolResult]


def call(tool: str, **arguments: Any) -> CallToolResult:
    """Call a tool of a server in this process."""

    async def called() -> CallToolResult:
        async with Client(make_server()) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(called)


def found(tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that succeeds, and return its result."""
    result = call(tool, **arguments)
    assert not result.is_error, words_of(result)
    assert result.structured_content is not None
    return result.structured_content


def refusal(tool: str, **arguments: Any) -> str:
    """Call a tool that refuses, and return its sentence."""
    result = call(tool, **arguments)
    assert result.is_error
    assert len(result.content) == 1
    return words_of(result)


def words_of(result: CallToolResult) -> str:
    """Return the first text of a result."""
    assert result.content[0].type == "text"
    return result.content[0].text


def over_stdio(folder: Path, **environment: str) -> Client:
    """Return a client that starts a server and talks to it over pipes."""
    names = {ALLOW_VARIABLE: str(folder), **environment}
    return Client(StdioServerParameters(command=SERVER[0], args=SERVER[1:], env={**os.environ, **names}))


@asynccontextmanager
async def connected(transport: str, folder: Path, **environment: str) -> AsyncIterator[Client]:
    """Yield a client that talks to a server in a process of its own, over ``"stdio"`` or ``"http"``."""
    if transport == "stdio":
        async with over_stdio(folder, **environment) as client:
            yield client
    else:
        async with http_server(folder, **environment) as (address, _), Client(address) as client:
            yield client


@asynccontextmanager
async def http_server(folder: Path, **environment: str) -> AsyncIterator[tuple[str, Process]]:
    """Yield the address of a server, and its process."""
    environment = {**os.environ, ALLOW_VARIABLE: str(folder), **environment}
    async with await anyio.open_process([*SERVER, "--http", "--port", "0"], env=environment) as process:
        assert process.stderr is not None
        said = ""
        async for piece in TextReceiveStream(process.stderr):
            said += piece
            if address := re.search(r"http://\S+/mcp\n", said):
                break
        assert address is not None
        try:
            yield address[0].strip(), process
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def until(condition: Callable[[], Any | Awaitable[Any]]) -> None:
    """Return when something holds."""
    while not condition():
        await anyio.sleep(0.02)
