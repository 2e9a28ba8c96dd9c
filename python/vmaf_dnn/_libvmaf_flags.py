# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's flags that we have no use for: refused by name, so that nobody wonders what became of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

SVM_MODEL = "version=vmaf_v0.6.1"
_REFUSED = {
    "--feature": "only the metrics of libvmaf's default run are computed",
    "--aom_ctc": "presets need models and features that are not computed",
    "--nflx_ctc": "presets need models and features that are not computed",
    "--cpumask": "libvmaf runs inside ffmpeg, which chooses its instructions",
    "--gpumask": "libvmaf runs inside ffmpeg, on the CPU",
}
_CURE = "leave it out, or run ffmpeg's libvmaf filter or the vmaf tool for that"


class _Refuse(argparse.Action):
    """Ends the parse with `const`, the reason, unless the value is `default`, which changes nothing."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if values != self.default:
            parser.error(f"{option_string} {values} is not supported: {self.const}; {_CURE}")


def add_libvmaf_flags(parser: argparse.ArgumentParser) -> None:
    """Take `-m version=vmaf_v0.6.1`, which is what runs anyway, and refuse the rest with a reason."""
    parser.add_argument(
        "-m",
        "--model",
        dest="svm_model",  # `model` is what the verb info opens
        action=_Refuse,
        default=SVM_MODEL,
        const=f"libvmaf's score is always {SVM_MODEL}",
        help=argparse.SUPPRESS,
    )
    for flag, reason in _REFUSED.items():
        parser.add_argument(flag, action=_Refuse, const=reason, help=argparse.SUPPRESS)
