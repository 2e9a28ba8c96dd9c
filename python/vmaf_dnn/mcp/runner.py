# SPDX-License-Identifier: BSD-3-Clause
"""Calls run in processes of their own: the server stays awake, and a call that is cancelled ends at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from vmaf_dnn.errors import RuntimeFailure, VmafDnnError

_MOST_LINE_BYTES = 1 << 28  # an answer with pictures
_UNWINDING_S = 3.0
_COMMAND = (sys.executable, "-P", "-m", "vmaf_dnn.mcp.child")  # -P: not what lies in the working directory

ProgressHook = Callable[[int, int | None], Awaitable[None]]


class CallFailed(VmafDnnError):
    """A call was refused; the text is the sentence of the child."""


async def run(tool: str, arguments: dict[str, Any], on_progress: ProgressHook) -> dict[str, Any]:
    """Run a tool in a child and return its answer. When cancelled it leaves no process and no file.

    Raises:
        CallFailed: the tool refused.
        RuntimeFailure: the child died.
    """
    folder = Path(tempfile.gettempdir(), f"vmaf-dnn-mcp-{os.urandom(8).hex()}")
    request = {"tool": tool, "arguments": arguments, "folder": str(folder)}
    async with _started(folder) as child:
        assert child.stdin is not None
        await child.stdin.send(json.dumps(request).encode() + b"\n")
        async for said in _lines(child):
            if "progress" in said:
                await on_progress(*said["progress"])
            elif "error" in said:
                raise CallFailed(said["error"])
            else:
                answer: dict[str, Any] = said["answer"]
                return answer
        status = await child.wait()
    raise RuntimeFailure(
        f"the process of {tool} ended with status {status} and no answer; the server's standard error says"
        " why."
    )


@asynccontextmanager
async def _started(folder: Path) -> AsyncIterator[Process]:
    child = await anyio.open_process(_COMMAND, stderr=None, start_new_session=True)
    try:
        yield child
    finally:
        with anyio.CancelScope(shield=True):
            await _ended(child)
            shutil.rmtree(folder, ignore_errors=True)


async def _ended(child: Process) -> None:
    """End the child, and whatever it started: politely, then not."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        with anyio.move_on_after(_UNWINDING_S):
            await child.wait()
    if child.returncode is None:
        os.killpg(child.pid, signal.SIGKILL)
    await child.aclose()


async def _lines(child: Process) -> AsyncIterator[dict[str, Any]]:
    assert child.stdout is not None
    stream = BufferedByteReceiveStream(child.stdout)
    with suppress(anyio.IncompleteRead):
        while True:
            yield json.loads(await stream.receive_until(b"\n", _MOST_LINE_BYTES))
