# SPDX-License-Identifier: BSD-3-Clause
"""Whether the int8 file of a model that takes no rows may stand in for its fp32 one.

What comes out, planes, scores or plans, has units of its own: limits are a correlation and a share of what
the fp32 outputs spread. Where sentences come of it in the end, how many are exact counts, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vmaf_train.files import Progress, no_progress
from vmaf_train.publish.int8_choice import FORMS, SHARE, first_that_passes
from vmaf_train.publish.int8_gate import BUDGET_PLCC
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar, record_quantisation
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.quantize import Drift, Quantised
from vmaf_train.quantize.quantize_nodes import drift_of_samples, quantize_samples
from vmaf_train.quantize.samples import Samples

Exact = Callable[[Path], float]
"""Share of sentences, 0 to 1, that come out exact with a file of the model, fp32 or int8."""


@dataclass(frozen=True)
class KindLimits:
    """What int8 may lose: PLCC of all values, bias as a share of the fp32 outputs' spread, exact words."""

    plcc_drop: float = BUDGET_PLCC
    bias: float = 0.05
    exact_drop: float = 0.01

    def tightened(self, share: float) -> KindLimits:
        """Each limit times `share`."""
        return KindLimits(**{name: share * limit for name, limit in asdict(self).items()})


@dataclass(frozen=True)
class KindVerdict:
    """What was measured; `missed` has a sentence for each limit, none when the file passes."""

    limits: KindLimits
    drift: Drift
    bias_share: float
    exact: tuple[float, float] | None
    missed: list[str]

    def to_json(self) -> dict[str, Any]:
        """As in a report, figures rounded."""
        sentences = dict(zip(("exact_fp32", "exact_int8"), self.exact or (), strict=False))
        figures = {**self.drift.to_json(), "bias_share": round(self.bias_share, 8), **sentences}
        return {"passed": not self.missed, "missed": self.missed, "limits": asdict(self.limits), **figures}


@dataclass(frozen=True)
class KindAttempt:
    """One form that was tried, and how it did on the training samples."""

    form: Form
    quantised: Quantised
    verdict: KindVerdict

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return {"form": self.form.to_json(), **self.verdict.to_json()}


def judge_samples(
    files: ModelFiles,
    samples: Samples,
    limits: KindLimits | None = None,
    progress: Progress = no_progress,
    exact: Exact | None = None,
) -> KindVerdict:
    """Compare the int8 file with its fp32 one on samples, each run alone by the library.

    Raises `ModelRejected` for a file that is missing or that the library does not run.
    """
    limits = limits or KindLimits()
    moved, outputs = drift_of_samples(files.onnx, files.int8, samples, progress)
    spread = float(outputs.std())
    bias_share = abs(moved.bias) / spread if spread > 0 else 0.0
    measured = {
        "PLCC drop": (moved.plcc_drop, limits.plcc_drop),
        "|bias| as a share of the spread": (bias_share, limits.bias),
    }
    shares = (exact(files.onnx), exact(files.int8)) if exact else None
    if shares:
        measured["drop of exact sentences"] = (shares[0] - shares[1], limits.exact_drop)
    missed = [
        f"{files.int8.name}: {name} is {value:.4f}, at most {limit:g} is allowed"
        for name, (value, limit) in measured.items()
        if not value <= limit
    ]
    return KindVerdict(limits, moved, bias_share, shares, missed)


def cheapest_on_samples(
    files: ModelFiles,
    samples: Samples,
    limits: KindLimits | None = None,
    forms: Sequence[Form] = FORMS,
    progress: Progress = no_progress,
    exact: Exact | None = None,
) -> list[KindAttempt]:
    """Try the forms in their order until one passes, with a tenth to spare; returns all that were tried.

    The int8 file is then that of the last one, whether it passed or not. `samples`, and what `exact` reads,
    are of the training split.
    """
    tightened = (limits or KindLimits()).tightened(SHARE)

    def attempt(form: Form) -> KindAttempt:
        quantised = quantize_samples(files.onnx, files.int8, samples, progress, form=form)
        return KindAttempt(form, quantised, judge_samples(files, samples, tightened, exact=exact))

    return first_that_passes(forms, attempt)


def quantise_and_record(
    files: ModelFiles,
    training: Samples,
    held_out: Samples,
    limits: KindLimits | None = None,
    *,
    pin_only: bool = False,
    progress: Progress = no_progress,
    exact: Exact | None = None,
    exact_in_training: Exact | None = None,
) -> tuple[list[KindAttempt], KindVerdict]:
    """Write the int8 file in the cheapest form that passes, judge it on held-out samples, and say so.

    The sidecar then states the int8 file, and that `precision="auto"` runs it; fp32 stays where it misses a
    limit, or with `pin_only`, as for a model that is slower in int8.
    """
    limits = limits or KindLimits()
    tried = cheapest_on_samples(files, training, limits, progress=progress, exact=exact_in_training)
    verdict = judge_samples(files, held_out, limits, progress, exact)
    record_verdict(files, tried[-1].form.mode, tried[-1].quantised, verdict, pin_only=pin_only)
    return tried, verdict


def record_verdict(
    files: ModelFiles, mode: str, quantised: Quantised, verdict: KindVerdict, *, pin_only: bool
) -> None:
    """State the int8 file in the sidecar: the default unless it missed a limit or is only to be pinned."""
    is_default = not (pin_only or verdict.missed)
    record_quantisation(files, mode if is_default else "fp32", verdict.limits.plcc_drop, verdict.drift)
    if quantised.calibration is not None:
        amend_sidecar(files, {"quant_calibration_set": quantised.calibration})
