# SPDX-License-Identifier: BSD-3-Clause
"""Flags of libvmaf's that mean nothing here, each refused with the reason."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

_REFUSED = {
    "--feature": "a model names its features (Python: FeatureExtractor(features=[...]))",
    "--aom_ctc": "presets need models and features that are not computed",
    "--nflx_ctc": "presets need models and features that are not computed",
    "--cpumask": "VMAF_DNN_ISA chooses our instructions",
    "--gpumask": "features are measured on the CPU",
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
    """Refuse libvmaf's flags that mean nothing here, each with the reason."""
    for flag, reason in _REFUSED.items():
        parser.add_argument(flag, action=_Refuse, const=reason, help=argparse.SUPPRESS)
