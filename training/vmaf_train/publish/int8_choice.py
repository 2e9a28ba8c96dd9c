# SPDX-License-Identifier: BSD-3-Clause
"""From the cheapest form of int8 to the dearest: the first that passes the gate is the one to ship."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from vmaf_train.files import Progress, no_progress
from vmaf_train.metrics import OUTPUT_RANGE
from vmaf_train.publish.int8_gate import Limits, Verdict, judge
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.quantize import Quantised, quantize

FORMS = (
    Form("dynamic", keep_fp32=()),
    Form("dynamic"),
    Form("static"),
    Form("qat"),
)
"""Every layer; the ends in fp32; scales fixed beforehand; weights tuned."""

SHARE = 0.9
"""Of each limit: other rows than those that the choice was made on may do a little worse."""


@dataclass(frozen=True)
class Attempt:
    """One form that was tried, and how it did on the training rows."""

    form: Form
    quantised: Quantised
    verdict: Verdict

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return {"form": self.form.to_json(), **self.verdict.to_json()}


def cheapest_that_passes(
    files: ModelFiles,
    rows: NDArray[np.floating],
    limits: Limits,
    forms: Sequence[Form] = FORMS,
    progress: Progress = no_progress,
    output_range: tuple[float, float] = OUTPUT_RANGE,
) -> list[Attempt]:
    """Try the forms in their order until one passes, with a tenth to spare; returns all that were tried.

    The int8 file is then that of the last one, whether it passed or not. `rows` are (n, k) of clips of
    the training split: held-out ones are to judge the choice, not to make it.
    """

    def attempt(form: Form) -> Attempt:
        quantised = quantize(files.onnx, files.int8, rows, progress, form=form, output_range=output_range)
        verdict = judge(files, rows, limits.tightened(SHARE), output_range=output_range)
        return Attempt(form, quantised, verdict)

    return first_that_passes(forms, attempt)


class _Judged(Protocol):
    @property
    def verdict(self) -> Any: ...


Tried = TypeVar("Tried", bound=_Judged)


def first_that_passes(forms: Sequence[Form], attempt: Callable[[Form], Tried]) -> list[Tried]:
    """Attempt the forms in their order until one misses nothing; returns all attempts."""
    tried: list[Tried] = []
    for form in forms:
        tried.append(attempt(form))
        if not tried[-1].verdict.missed:
            break
    return tried
