# SPDX-License-Identifier: BSD-3-Clause
"""The words around the flags in ``vmaf-dnn --help``, and how the flags are set out."""

from __future__ import annotations

import argparse
import sys
from typing import IO

DESCRIPTION = "Score distorted clips against their reference with tiny neural fusion models of VMAF."

EPILOG = """\
examples:
  vmaf-dnn -r ref.mp4 -d dist.mp4
      the clip's score by the default fusion model
  vmaf-dnn -r ref.mp4 -d crf23.mp4 -d crf28.mp4 -d crf33.mp4 --json -o reports/
      a ladder of encodes: one table, a report each; the reference's work is done once
  vmaf-dnn -r ref.mp4 -d crf23.mp4 -d crf28.mp4 -d crf33.mp4 --ladder --html page.html
      bit rates, BD-rates and the hull below the table; a page with the curves and the worst frames
  vmaf-dnn -r ref.mp4 -d dist.mp4 -m version=vmaf_v0.6.1
      libvmaf's own score beside it, from libvmaf inside ffmpeg
  vmaf-dnn -r ref.y4m -d dist.y4m --tiny-model vmaf_tiny_v4 --json -o out.json
      a report with every frame, written whole or not at all
  vmaf-dnn -r ref.yuv -d dist.mkv -w 1920 -h 1080 -p 420 -b 10 --threads 8
      raw video needs its geometry; -h is height, as in libvmaf
  vmaf-dnn -r ref.mp4 -d small.mp4 --scale --shortest
      bring the distorted clip to the reference's size, score the common part
  vmaf-dnn probe ref.mp4 dist.mp4
      what the clips say of themselves, side by side, and what would be done with them
  vmaf-dnn nr clip.mp4
      a clip without its reference: what its pictures alone tell of its VMAF
  vmaf-dnn search clip.mp4 --encoder libsvtav1 --target p5=92
      the CRF that reaches a quality, by some four tries of samples
  vmaf-dnn batch pairs.csv -o results/
      thousands of pairs on all CPUs; it may be killed, and goes on where it was
  vmaf-dnn models | vmaf-dnn info vmaf_tiny_v4 | vmaf-dnn verify | vmaf-dnn demo

exit codes:
  0 scored; 1 failed, one line on stderr says why; 2 wrong usage; 3 scored, too low (--fail-below)
  129 hung up, 130 interrupted, 143 terminated: ffmpeg is ended, nothing is left behind
  141 the output's reader has gone

time:
  a long clip takes long: there is no time limit; timeout 3600 vmaf-dnn ... sets one

environment:
  VMAF_DNN_FFMPEG       the ffmpeg to use (default: imageio-ffmpeg's, then PATH)
  VMAF_DNN_REGISTRY     the registry.json to look models up in (default: the packaged one)
  VMAF_DNN_REGISTRY_PATH  folders with further ones, joined by colons
  VMAF_DNN_ORT_LIBRARY  the ONNX Runtime library to load (default: the installed wheel's)
  VMAF_DNN_ISA          scalar, avx2, avxvnni, avx512 or avx512vnni (default: the best)
  VMAF_TINY_MODEL_DIR   the only folder models may be opened from (default: any)
  VMAF_DNN_DEBUG        not empty: an internal error shows its traceback
"""


class Parser(argparse.ArgumentParser):
    """Lets a help text that reaches no one fail, where argparse would pass over it."""

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        if file is sys.stdout and message:
            file.write(message)
        else:
            super()._print_message(message, file)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Shows one spelling of each long flag; the other, with - for _ or _ for -, works unseen."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=34, width=100)

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, argparse._SubParsersAction):  # the verbs, without a line for their group
            return "".join(super(Formatter, self)._format_action(verb) for verb in action._get_subactions())
        return super()._format_action(action)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings:
            return super()._format_action_invocation(action)
        shown = [flag for flag in action.option_strings if not flag.startswith("--")]
        shown += [flag for flag in action.option_strings if flag.startswith("--")][:1]
        value = "" if action.nargs == 0 else " " + self._format_args(action, "")
        return ", ".join(shown) + value
