# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn-mcp`: serve on standard input and output, or over HTTP on this machine alone."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from vmaf_dnn.cli.help import Formatter
from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.report.extras import imported

HOST = "127.0.0.1"
DEFAULT_PORT = 8765
DESCRIPTION = "Serve VMAF scores to agents: a server of the Model Context Protocol."
EPILOG = """\
a client starts it; in its configuration:
  {
    "mcpServers": {
      "vmaf-dnn": {
        "command": "vmaf-dnn-mcp",
        "env": {"VMAF_DNN_MCP_ALLOW": "/path/of/clips"}
      }
    }
  }

tools:
  vmaf_score             score an encode against its reference
  describe_worst_frames  its worst frames as pictures: reference, distorted, difference
  ladder                 encodes at several rates: bit rates, convex hull, BD-rates, a chart
  compare_models         several models on one pair of clips, or on one table
  list_models            the fusion models that there are
  describe_model         one of them: file, digest, features, quality, model card
  eval_model_on_split    judge a model on a table of rows, parquet or CSV

environment:
  VMAF_DNN_MCP_ALLOW     folders that clients may read files from, with : between them (default: none)
  and all that vmaf-dnn reads
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return _serve(arguments)
    except VmafDnnError as error:
        print(f"vmaf-dnn-mcp: error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "vmaf-dnn-mcp", description=DESCRIPTION, epilog=EPILOG, formatter_class=Formatter, allow_abbrev=False
    )
    parser.add_argument(
        "--http",
        action="store_true",
        help=f"serve over streamable HTTP at http://{HOST}:PORT/mcp, to this machine alone",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"of --http (default: {DEFAULT_PORT}; 0: any)",
    )
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    imported("mcp", "the server", "vmaf-dnn[mcp]")
    from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE, Allowed

    if not Allowed.of(os.environ).folders:
        print(
            f"vmaf-dnn-mcp: warning: {ALLOW_VARIABLE} is not set: no file will be read; name the folders of"
            " your clips in it.",
            file=sys.stderr,
        )
    from vmaf_dnn.mcp import transports

    if not arguments.http:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a thread that reads standard input can't be woken
        transports.serve_stdio()
        return 0
    if not 0 <= arguments.port < 1 << 16:
        raise InvalidArgument(f"--port must be from 0 to 65535, got {arguments.port}.")
    transports.serve_http(HOST, arguments.port)
    return 0
