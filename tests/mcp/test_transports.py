# SPDX-License-Identifier: BSD-3-Clause
"""The server in a process of its own: over pipes and over HTTP, and when calls or clients go away."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("mcp")

import anyio
from mcp.client.client import Client

from tests.support.clips import Clips
from tests.support.mcp_client import SERVER, connected, http_server, over_stdio, until
from vmaf_dnn import score
from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE
from vmaf_dnn.mcp.tools.table import TOOLS

NAMES = {"ref": "reference.y4m", "dis": "distorted.mkv"}


async def use(client: Client, clips: Clips) -> None:
    """List the tools, score a pair, follow its progress, and be refused."""
    told: list[tuple[float, float | None, str | None]] = []

    async def follow(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == list(TOOLS)
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema is not None
        assert set(tools["vmaf_score"].input_schema["required"]) == {"ref", "dis"}
        result = await client.call_tool("vmaf_score", NAMES, progress_callback=follow)
        assert result.structured_content is not None
        assert result.structured_content["score"] == score(clips.reference, clips.distorted).mean
        last = result.content[-1]
        assert last.type == "text"
        assert json.loads(last.text) == result.structured_content
        assert told[-1] == (10, 10, "frame 10 of 10")
        refused = await client.call_tool("vmaf_score", {**NAMES, "dis": "/etc/passwd"})
        assert refused.is_error


def test_a_client_over_pipes(clips: Clips) -> None:
    anyio.run(use, over_stdio(clips.reference.parent), clips)


def test_a_client_over_http(clips: Clips) -> None:
    async def served() -> None:
        async with http_server(clips.reference.parent) as (address, _):
            await use(Client(address), clips)

    anyio.run(served)


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=str)
def test_pages_of_other_hosts_are_refused(tmp_path: Path, header: dict[str, str]) -> None:
    """As a page would come that has its name resolve to this machine."""

    async def served() -> None:
        async with http_server(tmp_path) as (address, _):
            headers = {"Content-Type": "application/json", "Accept": "application/json", **header}
            request = urllib.request.Request(address, b"{}", headers)
            with pytest.raises(urllib.error.HTTPError, match=r"421|403") as caught:
                await anyio.to_thread.run_sync(urllib.request.urlopen, request)
            caught.value.close()

    anyio.run(served)


def test_http_is_for_this_machine_alone(tmp_path: Path) -> None:
    async def served() -> None:
        async with http_server(tmp_path) as (address, _):
            port = int(re.findall(r":(\d+)/", address)[0])
            listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            assert [place for place in listening if place.endswith(f":{port:04X}")][:1] == [
                f"0100007F:{port:04X}"
            ]

    anyio.run(served)


@pytest.fixture
def stuck_ffmpeg(tmp_path: Path) -> tuple[Path, Path]:
    """An ffmpeg that does nothing for ever, and the file of its process's number."""
    tool, note = tmp_path / "stuck-ffmpeg", tmp_path / "pid"
    tool.write_text(f"#!/bin/sh\necho $$ > {note}.new; mv {note}.new {note}\nexec sleep 1000\n")
    tool.chmod(0o755)
    return tool, note


def is_alive(note: Path) -> bool:
    try:
        os.kill(int(note.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_cancelled_call_leaves_nothing(
    clips: Clips, tmp_path: Path, stuck_ffmpeg: tuple[Path, Path], transport: str
) -> None:
    tool, note = stuck_ffmpeg
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    async def cancelled() -> None:
        names = {"VMAF_DNN_FFMPEG": str(tool), "TMPDIR": str(scratch)}
        async with connected(transport, clips.reference.parent, **names) as client:
            async with anyio.create_task_group() as group:
                group.start_soon(client.call_tool, "vmaf_score", NAMES)
                await until(note.exists)
                assert is_alive(note)
                assert list(scratch.iterdir())
                group.cancel_scope.cancel()
            await until(lambda: not is_alive(note) and not list(scratch.iterdir()))
            assert not (await client.call_tool("list_models", {})).is_error

    anyio.run(cancelled)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT], ids=str)
def test_a_server_that_is_ended_leaves_nothing(
    clips: Clips, tmp_path: Path, stuck_ffmpeg: tuple[Path, Path], number: signal.Signals
) -> None:
    tool, note = stuck_ffmpeg
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    names = {
        ALLOW_VARIABLE: str(clips.reference.parent),
        "VMAF_DNN_FFMPEG": str(tool),
        "TMPDIR": str(scratch),
    }

    async def ended() -> None:
        with subprocess.Popen(
            SERVER, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env={**os.environ, **names}
        ) as server:
            assert server.stdin is not None
            for message in _handshake():
                server.stdin.write(json.dumps(message).encode() + b"\n")
            server.stdin.flush()
            await until(note.exists)
            server.send_signal(number)
            await anyio.to_thread.run_sync(server.wait)
        await until(lambda: not is_alive(note) and not list(scratch.iterdir()))

    anyio.run(ended)


def _handshake() -> list[dict[str, object]]:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    return [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "vmaf_score", "arguments": NAMES},
        },
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=str)
def test_a_server_over_http_that_is_ended_leaves_nothing(
    clips: Clips, tmp_path: Path, stuck_ffmpeg: tuple[Path, Path], number: signal.Signals
) -> None:
    tool, note = stuck_ffmpeg
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    async def call_for_ever(address: str) -> None:
        with suppress(Exception):  # the server goes away
            async with Client(address) as client:
                await client.call_tool("vmaf_score", NAMES)

    async def ended() -> None:
        names = {"VMAF_DNN_FFMPEG": str(tool), "TMPDIR": str(scratch)}
        async with (
            http_server(clips.reference.parent, **names) as (address, server),
            anyio.create_task_group() as group,
        ):
            group.start_soon(call_for_ever, address)
            await until(note.exists)
            server.send_signal(number)
            await server.wait()
            await until(lambda: not is_alive(note) and not list(scratch.iterdir()))
            group.cancel_scope.cancel()

    anyio.run(ended)


def test_calls_at_once_are_all_answered(clips: Clips) -> None:
    expected = score(clips.reference, clips.distorted).mean

    async def both() -> None:
        scores: list[float] = []
        async with over_stdio(clips.reference.parent) as client:

            async def one() -> None:
                result = await client.call_tool("vmaf_score", NAMES)
                assert result.structured_content is not None
                scores.append(result.structured_content["score"])

            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(one)
                listed = await client.call_tool("list_models", {})
                assert not listed.is_error
        assert scores == [expected] * 3

    anyio.run(both)


def test_short_calls_do_not_wait_for_long_ones(clips: Clips, stuck_ffmpeg: tuple[Path, Path]) -> None:
    tool, note = stuck_ffmpeg

    async def used() -> None:
        async with (
            over_stdio(clips.reference.parent, VMAF_DNN_FFMPEG=str(tool)) as client,
            anyio.create_task_group() as group,
        ):
            group.start_soon(client.call_tool, "vmaf_score", NAMES)
            await until(note.exists)
            assert not (await client.call_tool("list_models", {})).is_error
            group.cancel_scope.cancel()

    anyio.run(used)


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    names = {key: value for key, value in os.environ.items() if key != ALLOW_VARIABLE}
    return subprocess.run(
        [*SERVER, *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**names, **environment},
    )


def test_the_help_shows_a_configuration_that_clients_read() -> None:
    done = command("--help")
    assert done.returncode == 0
    snippet = done.stdout[done.stdout.index("  {\n") : done.stdout.index("tools:")]
    assert json.loads(snippet)["mcpServers"]["vmaf-dnn"]["command"] == "vmaf-dnn-mcp"
    for tool in TOOLS:
        assert f"  {tool} " in done.stdout


def test_a_server_without_folders_says_so() -> None:
    done = command()
    assert done.returncode == 0
    assert "vmaf-dnn-mcp: warning: VMAF_DNN_MCP_ALLOW is not set" in done.stderr


def test_wrong_starts_are_refused(tmp_path: Path) -> None:
    assert command(VMAF_DNN_MCP_ALLOW=str(tmp_path / "no")).returncode == 1
    assert "--port must be from 0 to 65535, got 65536" in command("--http", "--port", "65536").stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("--http", "--port", str(port))
        assert done.returncode == 1
        assert f"port {port} can't be had (Address already in use)" in done.stderr


def test_without_the_sdk_one_sentence_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ImportError\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from vmaf_dnn.mcp import main; sys.exit(main([]))"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith('(pip install "vmaf-dnn[mcp]").\n')
    assert done.stderr.count("\n") == 1
