# SPDX-License-Identifier: BSD-3-Clause
"""From the words of a command line to what they ask for: a verb's work, scores, a version, a script."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vmaf_dnn._core import __version__
from vmaf_dnn.cli.grammar import build_parser, parse
from vmaf_dnn.cli.score import score_clips
from vmaf_dnn.cli.verbs import VERBS, run_verb


def run_command(argv: Sequence[str]) -> None:
    """Do what `argv` says. Raises `VmafDnnError`; wrong usage and help end the process."""
    parser = build_parser(verbs=VERBS.keys() & set(argv))
    arguments = parse(parser, argv)
    if arguments.verb is not None:
        run_verb(arguments)
    elif arguments.version:
        print(f"vmaf-dnn {__version__}")
    elif arguments.print_completion:
        _print_completion(build_parser(), arguments.print_completion)
    else:
        score_clips(parser, arguments)


def _print_completion(parser: argparse.ArgumentParser, shell: str) -> None:
    from vmaf_dnn.cli.completion import completion_script

    print(completion_script(parser, shell))
