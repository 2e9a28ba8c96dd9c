# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn caption`: plans in, a sentence each out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags
from vmaf_dnn.cli.flags.signer import wanted_signature
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.plans.captioner import DEFAULT_CAPTIONER, Captioner
from vmaf_dnn.plans.stream import Readable, read_plans
from vmaf_dnn.text import legible_cell

_STDIN = "-"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "plans", metavar="FILE", nargs="?", default=_STDIN, help="of `vmaf-dnn plan` (default: stdin)"
    )
    flags = FlagGroup(parser)
    default = f"the captioner (default: {DEFAULT_CAPTIONER})"
    flags.text("--tiny-model", metavar="MODEL", default=DEFAULT_CAPTIONER, help=default)
    flags.switch("--json", help="as JSON, with the likelihood of each sentence")
    add_opening_flags(flags)


def run(arguments: argparse.Namespace) -> None:
    """Print the sentence of each plan as it comes. Raises `VmafDnnError`."""
    captioner = Captioner(
        arguments.tiny_model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        registry=arguments.registry,
        verify=wanted_signature(arguments),
    )
    name = "stdin" if arguments.plans == _STDIN else legible_cell(arguments.plans)
    said: list[dict[str, str | float]] = []
    try:
        with _opened(arguments.plans) as stream:
            for plan in read_plans(stream, name):
                caption = captioner.caption(plan)
                if arguments.json:
                    likelihood = round(captioner.score(plan, caption), 6)
                    said.append({"caption": caption, "log_likelihood": likelihood})
                else:
                    print(legible_cell(caption), flush=True)
    finally:  # also where the stream is cut: what came before is whole
        if said:
            print(as_json(said))


@contextmanager
def _opened(name: str) -> Iterator[Readable]:
    if name == _STDIN:
        if sys.stdin.isatty():
            raise InvalidArgument(
                "plans are bytes, nothing to type; name a file of them, or pipe them:"
                " vmaf-dnn plan PICTURE | vmaf-dnn caption."
            )
        yield sys.stdin.buffer
        return
    if not name:
        raise InvalidArgument("the path of the plans is empty; name a file, or - for stdin.")
    try:
        stream = open(name, "rb")  # noqa: SIM115 - the caller's errors are not of this file
    except OSError as error:
        raise InvalidArgument(
            f"can't read {legible_cell(name)}: {error.strerror}; check the path."
        ) from error
    with stream:
        yield stream
