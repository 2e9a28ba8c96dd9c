# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn plan`: pictures in, plans out, for a captioner here or on another machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vmaf_dnn.cli.destination import STDOUT, check_output
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags
from vmaf_dnn.cli.flags.signer import wanted_signature
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import write_whole
from vmaf_dnn.plans.encoder import DEFAULT_ENCODER, PlanEncoder
from vmaf_dnn.plans.wire import FORMS


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "picture", metavar="PICTURE", nargs="+", help="JPEG, PNG and the like; transparency is ignored"
    )
    flags = FlagGroup(parser)
    flags.text("-o", "--output", default=STDOUT, help="the file of the plans (default: stdout)")
    flags.choice("--form", words=tuple(FORMS), default="fp16", help="of the numbers (default: fp16)")
    default = f"the encoder (default: {DEFAULT_ENCODER})"
    flags.text("--tiny-model", metavar="MODEL", default=DEFAULT_ENCODER, help=default)
    add_opening_flags(flags)


def run(arguments: argparse.Namespace) -> None:
    """Write the plan of each picture, in their order. Raises `VmafDnnError`."""
    to_stdout = arguments.output in (STDOUT, "/dev/stdout")
    if to_stdout and sys.stdout.isatty():
        raise InvalidArgument(
            "plans are bytes, no text for a terminal; name a file (-o plans.bin), or pipe them"
            " (| vmaf-dnn caption)."
        )
    if not to_stdout:
        check_output(arguments.output, arguments.picture)
    encoder = PlanEncoder(
        arguments.tiny_model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        registry=arguments.registry,
        verify=wanted_signature(arguments),
    )
    plans = (encoder.encode(picture).to_bytes(arguments.form) for picture in arguments.picture)
    if not to_stdout:
        write_whole(Path(arguments.output), b"".join(plans))
        return
    for plan in plans:
        sys.stdout.buffer.write(plan)
        sys.stdout.buffer.flush()
