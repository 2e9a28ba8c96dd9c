# SPDX-License-Identifier: BSD-3-Clause
"""Flags for how a fusion model is opened."""

from __future__ import annotations

import argparse
from functools import partial

from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.signer import add_signer_flags, wanted_signature
from vmaf_dnn.kinds import opened_as
from vmaf_dnn.session import Session

# The words that the core takes, in its order.
DEVICES: tuple[str, ...] = ("auto", "cpu", "cuda", "openvino", "rocm")
DEVICES += ("coreml", "coreml-ane", "coreml-gpu", "coreml-cpu")
DEVICES += ("openvino-npu", "openvino-cpu", "openvino-gpu")
PRECISIONS = ("auto", "fp32", "int8")


def add_opening_flags(flags: FlagGroup) -> None:
    """Add the flags of a fusion model: precision, device, registry, signature."""
    flags.choice(
        "--tiny-precision", words=PRECISIONS, default="auto", help="default: auto, as the registry says"
    )
    devices = f"one of {', '.join(DEVICES)} (default: auto)"
    flags.choice("--tiny-device", words=DEVICES, metavar="WORD", default="auto", help=devices)
    flags.text("--registry", help="the registry.json to look ids up in (default: the packaged one)")
    flags.switch("--tiny-model-verify", help="require a valid signature, by whom the registry names")
    add_signer_flags(flags)


def opened(model: str, arguments: argparse.Namespace, *, threads: int = 1, fp16_io: bool = False) -> Session:
    """Open a model as the flags say. Raises `VmafDnnError`."""
    return Session(
        model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        threads=threads,
        registry=arguments.registry,
        fp16_io=fp16_io,
        verify=wanted_signature(arguments),
    )


def opened_for(
    kind: str, example: str, model: str, arguments: argparse.Namespace, *, threads: int = 1
) -> Session:
    """Open a model of a kind as the flags say. Raises `VmafDnnError`."""
    open_model = partial(opened, model, arguments, threads=threads)
    return opened_as(kind, example, model, arguments.registry, open_model)
