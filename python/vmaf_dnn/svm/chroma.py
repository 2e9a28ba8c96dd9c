# SPDX-License-Identifier: BSD-3-Clause
"""What VMAF v1 takes where a picture has no chroma to compare: a guess from the detail that luma lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.svm.faults import Malformed, finite_number
from vmaf_dnn.svm.svr import Scaling

_PARAMETER = "chroma_correction_parameter"


@dataclass(frozen=True)
class ChromaCorrection:
    """Where the feature in column `guided` is exactly 0, it becomes ``parameter * (1 - guide)``."""

    parameter: float
    guided: int
    guide: int

    def apply(self, scaled: NDArray[np.float64], scaling: Scaling) -> NDArray[np.float64]:
        """(k, n) scaled features -> (k, n)."""
        is_zero = scaling.unscale_feature(scaled, self.guided) == 0
        guess = -self.parameter * scaling.unscale_feature(scaled, self.guide) + self.parameter
        corrected = scaled.copy()
        corrected[is_zero, self.guided] = scaling.scale_feature(guess, self.guided)[is_zero]
        return corrected


def parse_chroma_correction(model: Mapping[str, Any], names: Sequence[str]) -> ChromaCorrection | None:
    """Return the correction of a model_dict over features of these names; None if it states none."""
    if _PARAMETER not in model:
        return None
    parameter = finite_number(f"its {_PARAMETER}", model[_PARAMETER])
    if parameter == 0:
        raise Malformed(f"its {_PARAMETER} is 0, for which libvmaf gives no score")
    guided, guide = (_only(names, part) for part in ("speed_chroma", "adm3"))
    return ChromaCorrection(parameter, guided, guide)


def _only(names: Sequence[str], part: str) -> int:
    found = [column for column, name in enumerate(names) if part in name]
    if len(found) != 1:
        raise Malformed(f"its {_PARAMETER} needs one feature {part}, and it is over {', '.join(names)}")
    return found[0]
