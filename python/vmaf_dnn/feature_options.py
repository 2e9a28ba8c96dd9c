# SPDX-License-Identifier: BSD-3-Clause
"""What the native extractor measures, under libvmaf's names."""

from __future__ import annotations

from dataclasses import dataclass

from vmaf_dnn.errors import InvalidArgument

CANONICAL_6: tuple[str, ...] = ("adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3", "motion2")
MOTION_RULES = ("v3.1", "v3.2")
NO_GAIN_LIMIT = 100.0
"""The default of both gain limits, and what means none."""


@dataclass(frozen=True)
class FeatureOptions:
    """Options of the canonical six features; the defaults are those of `vmaf_v0.6.1`.

    The gain limits, 1 to 100, bound what an enhancement may add; 1 is that of libvmaf's NEG models.
    `motion_rule` names the libvmaf that motion is as in: v3.2 or v3.1, which was the same since v0.6.1.
    Raises `InvalidArgument`.
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
                raise InvalidArgument(f"{name} must be a number from 1 to 100, got {limit!r}")
        if self.motion_rule not in MOTION_RULES:
            raise InvalidArgument(
                f"motion_rule must be one of {', '.join(MOTION_RULES)}, got {self.motion_rule!r}"
            )

    def metric(self, feature: str) -> str:
        """The feature's name in libvmaf's logs, where a gain limit other than 100 is part of it."""
        limit = self._limit(feature)
        return f"integer_{feature}" + ("" if limit == NO_GAIN_LIMIT else f"_egl_{limit:g}")

    def _limit(self, feature: str) -> float:
        if feature.startswith("adm"):
            return self.adm_enhn_gain_limit
        return self.vif_enhn_gain_limit if feature.startswith("vif") else NO_GAIN_LIMIT
