# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn demo`: make, encode and score a clip."""

from __future__ import annotations

import argparse
from pathlib import Path

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.demo import PLOT_NAME, run_demo


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    flags = FlagGroup(parser)
    folder = "vmaf_dnn_demo"
    flags.text("-o", "--output", metavar="DIR", default=folder, help=f"folder (default: {folder})")
    flags.number("--frames", default=60, help="length of the clip (default: 60)")
    flags.size("--size", default=(640, 360), help="size of the clip (default: 640x360)")
    flags.text("--ffmpeg", help="the ffmpeg to use; it needs libvmaf, libx264 and libx265")


def run(arguments: argparse.Namespace) -> None:
    """Make the folder, and print a table of its encodes. Raises `VmafDnnError`."""
    with terminal.step_progress() as on_step:
        scored = run_demo(
            arguments.output,
            size=arguments.size,
            n_frames=arguments.frames,
            ffmpeg=arguments.ffmpeg,
            on_step=on_step,
        )
    folder = Path(arguments.output)
    terminal.print_demo(scored, f"plot: {folder / PLOT_NAME}, reports: {folder / '*.json'}")
