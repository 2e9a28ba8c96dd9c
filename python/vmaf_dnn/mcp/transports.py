# SPDX-License-Identifier: BSD-3-Clause
"""How clients reach the server: standard input and output, or HTTP on the loopback interface."""

from __future__ import annotations

import socket
import sys

import anyio

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.mcp.server import make_server

_UNWINDING_S = 1


def serve_stdio() -> None:
    """Serve the client that has started this process, until it closes standard input."""
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        server = make_server()
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


def serve_http(host: str, port: int) -> None:
    """Serve at ``http://HOST:PORT/mcp`` until a signal comes; says so on standard error.

    Requests that name another host, or come from a page of another origin, are refused: a page in a browser
    of this machine could reach the port otherwise.

    Raises:
        InvalidArgument: the port is taken.
    """
    import uvicorn

    listening = _bound(host, port)
    print(f"vmaf-dnn-mcp: http://{host}:{listening.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
    app = make_server().streamable_http_app(host=host)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_UNWINDING_S)
    uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # before its address is told
    except OSError as error:
        listening.close()
        raise InvalidArgument(
            f"port {port} can't be had ({error.strerror}); choose another with --port."
        ) from error
    return listening
