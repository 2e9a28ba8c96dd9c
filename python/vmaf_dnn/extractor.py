# SPDX-License-Identifier: BSD-3-Clause
"""The native feature extractor: frames as NumPy arrays in, rows of the canonical six out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NoReturn, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn import _core
from vmaf_dnn.checks import require_whole_number
from vmaf_dnn.errors import InvalidArgument

CANONICAL_6: tuple[str, ...] = ("adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3", "motion2")
MOTION_RULES = ("v3.1", "v3.2")
NO_GAIN_LIMIT = 100.0
"""The default of both gain limits, and what means none."""


def metric_name(feature: str, gain_limit: float) -> str:
    """Name a feature as libvmaf's logs do, where a gain limit other than 100 is part of the name."""
    return f"integer_{feature}" + ("" if gain_limit == NO_GAIN_LIMIT else f"_egl_{gain_limit:g}")


class FeatureKeywords(TypedDict, total=False):
    """The fields of `FeatureOptions` as keywords of a call, for editors and type checkers."""

    adm_enhn_gain_limit: float
    vif_enhn_gain_limit: float
    motion_rule: str


@dataclass(frozen=True)
class FeatureOptions:
    """Options of the canonical six features; the defaults are those of `vmaf_v0.6.1`.

    Attributes:
        adm_enhn_gain_limit: what an enhancement may add to detail, 1 to 100; 1 is that of libvmaf's NEG
            models.
        vif_enhn_gain_limit: the same of visual information.
        motion_rule: the libvmaf that motion is as in: ``"v3.2"``, or ``"v3.1"``, the rule since v0.6.1.

    Raises:
        InvalidArgument: a limit is out of range, or the rule is not known.
    """

    adm_enhn_gain_limit: float = NO_GAIN_LIMIT
    vif_enhn_gain_limit: float = NO_GAIN_LIMIT
    motion_rule: str = "v3.2"

    def __post_init__(self) -> None:
        for name in ("adm_enhn_gain_limit", "vif_enhn_gain_limit"):
            limit = getattr(self, name)
            if (
                isinstance(limit, bool)
                or not isinstance(limit, (int, float))
                or not 1 <= limit <= NO_GAIN_LIMIT
            ):
                raise InvalidArgument(f"{name} must be a number from 1 to 100, got {limit!r}.")
        if self.motion_rule not in MOTION_RULES:
            raise InvalidArgument(
                f"motion_rule must be one of {', '.join(MOTION_RULES)}, got {self.motion_rule!r}."
            )

    def metric(self, feature: str) -> str:
        """Return the feature's name in libvmaf's logs."""
        return metric_name(feature, self._limit(feature))

    def _limit(self, feature: str) -> float:
        if feature.startswith("adm"):
            return self.adm_enhn_gain_limit
        return self.vif_enhn_gain_limit if feature.startswith("vif") else NO_GAIN_LIMIT


class FeatureExtractor:
    """Measures the canonical six of a clip's frames, of one or more distorted versions of one reference.

    Frames are luma planes, (height, width) of uint8, or of uint16 with the value in the low bits if
    `bit_depth` is above 8; rows must be contiguous, the distance between them is free. Nothing is copied but
    words at odd addresses. What depends on the reference alone is computed once for all versions. The numbers
    are libvmaf's, to the last of its six decimals. Python threads may share one; their calls take turns.

    Args:
        width: pixels of a row, 33 or more.
        height: rows, 33 or more.
        bit_depth: bits of a sample, 8 to 16.
        n_distorted: distorted versions that each push takes.
        threads: threads that share the work of a frame; rows have the same bits for any number.
        **options: the fields of `FeatureOptions`.

    Raises:
        InvalidArgument: a value is of the wrong type or out of range.
    """

    def __init__(
        self,
        width: int,
        height: int,
        bit_depth: int = 8,
        *,
        n_distorted: int = 1,
        threads: int = 1,
        **options: Unpack[FeatureKeywords],
    ) -> None:
        for name, value in (("width", width), ("height", height), ("bit_depth", bit_depth)):
            require_whole_number(name, value, 1)
        require_whole_number("n_distorted", n_distorted, 1)
        require_whole_number("threads", threads, 1)
        self._core = _core.FeatureExtractor(
            int(width),
            int(height),
            int(bit_depth),
            n_distorted=int(n_distorted),
            threads=int(threads),
            **asdict(FeatureOptions(**options)),
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("A FeatureExtractor can't be copied or pickled; make another of the same size.")

    def push(self, reference: NDArray[Any], *distorted: NDArray[Any]) -> NDArray[np.float64] | None:
        """Take the next frame, and return the rows of the one before: its motion2 depends on this one.

        Args:
            reference: the luma plane of the reference, (height, width).
            *distorted: a plane of each distorted version. All may be reused on return.

        Returns:
            (n_distorted, 6) float64, their columns `vmaf_dnn.CANONICAL_6`; None after the first frame of a
            clip.

        Raises:
            InvalidArgument: a plane of another shape or dtype, or another number of them; the extractor is
                then as before.
        """
        return self._core.push(reference, *distorted)

    def skip(self, reference: NDArray[Any]) -> NDArray[np.float64] | None:
        """Take a frame that is not to be scored: it gets no row, but counts for its neighbours' motion.

        Args:
            reference: the luma plane of the reference, (height, width).

        Returns:
            The rows of the frame before; None if that was skipped too, or there was none.
        """
        return self._core.skip(reference)

    def flush(self) -> NDArray[np.float64] | None:
        """End the clip; the next push begins another.

        Returns:
            The rows of its last frame; None if that was skipped, or there was none.
        """
        return self._core.flush()
