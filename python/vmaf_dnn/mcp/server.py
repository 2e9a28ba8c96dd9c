# SPDX-License-Identifier: BSD-3-Clause
"""The server: lists the tools, checks the arguments of a call, has it run, gives what comes of it."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from pydantic import ValidationError

from vmaf_dnn._core import __version__
from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.mcp import runner
from vmaf_dnn.mcp.tools.table import TOOLS, Tool
from vmaf_dnn.text import without_controls

N_AT_ONCE = 1  # of the calls that measure clips: each takes all CPUs
N_SHORT_AT_ONCE = 4
MOST_WAITING = 32

INSTRUCTIONS = (
    "Scores of video quality (VMAF) of an encode against its reference, by small neural models and by"
    " libvmaf's own. Scores run from 0 to 100, higher is better. Start with vmaf_score; list_models says"
    " which models there are; describe_worst_frames shows where an encode is at its worst; ladder compares"
    " encodes at several rates. Files are named by path, absolute or below the folders that the server was"
    " given."
)


def make_server() -> Server[Any]:
    """Make the server; it is not connected yet."""
    queues = {True: _Queue(N_AT_ONCE), False: _Queue(N_SHORT_AT_ONCE)}

    async def list_tools(_: ServerRequestContext[Any], __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS.values()])

    async def call_tool(
        context: ServerRequestContext[Any], asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        async def report_progress(n_done: int, n_total: int | None) -> None:
            await context.session.report_progress(n_done, n_total, f"frame {n_done} of {n_total or '?'}")

        try:
            tool, arguments = _checked(asked)
            async with queues[tool.measures]:
                return _given(await runner.run(tool.name, arguments, report_progress))
        except VmafDnnError as error:
            return _refused(str(error))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            return _refused(f"internal error: {type(error).__name__}; the server's standard error says more.")

    return Server(
        "vmaf-dnn",
        title="vmaf_dnn",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


class _Queue:
    """Lets a few calls in at a time; the others wait, unless they are too many."""

    def __init__(self, n_at_once: int) -> None:
        self._limiter = anyio.Semaphore(n_at_once)

    async def __aenter__(self) -> None:
        if self._limiter.statistics().tasks_waiting >= MOST_WAITING:
            raise InvalidArgument(f"{MOST_WAITING} calls are waiting already; call again when some are done.")
        await self._limiter.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._limiter.release()


def _listed(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _checked(asked: types.CallToolRequestParams) -> tuple[Tool, dict[str, Any]]:
    """Return the tool and its arguments. Raises `InvalidArgument` with a sentence."""
    tool = TOOLS.get(asked.name)
    if tool is None:
        raise InvalidArgument(f"there is no tool {asked.name!r}; there are {', '.join(TOOLS)}.")
    try:
        arguments = tool.arguments.model_validate(asked.arguments or {})
    except ValidationError as error:
        raise InvalidArgument(_sentence(tool, error)) from error
    return tool, arguments.model_dump(mode="json", exclude_unset=True)


def _sentence(tool: Tool, error: ValidationError) -> str:
    """Say what is wrong with the arguments."""
    faults = []
    for fault in error.errors(include_url=False):
        place = ".".join(map(str, fault["loc"])) or "the arguments"
        if fault["type"] == "extra_forbidden":
            faults.append(f"there is no {place} (there are {', '.join(tool.arguments.model_fields)})")
        elif fault["type"] == "missing":
            faults.append(f"{place} is missing")
        else:
            faults.append(
                f"{place}: {fault['msg'].removeprefix('Value error, ')}, got {_short(fault['input'])}"
            )
    return f"{tool.name}: {'; '.join(faults)}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _given(answer: dict[str, Any]) -> types.CallToolResult:
    result = answer["result"]
    content: list[types.ContentBlock] = [_text(answer["words"])]
    for picture in answer["pictures"]:
        image = types.ImageContent(data=picture["data"], mime_type=picture["mime"])
        content += [_text(picture["title"]), image]
    content.append(_text(json.dumps(result)))
    return types.CallToolResult(content=content, structured_content=result)


def _refused(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(sentence)], is_error=True)


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=without_controls(text))
