# SPDX-License-Identifier: BSD-3-Clause
"""What the columns of a row are: the features of a net, how each is measured, and what stands in for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6


@dataclass(frozen=True)
class ChromaCorrection:
    """Where `guided` is exactly 0 it becomes ``parameter * (1 - guide)``, as in libvmaf's v1 models."""

    parameter: float
    guided: str
    guide: str

    def to_json(self) -> dict[str, object]:
        """As in a sidecar."""
        return {"parameter": self.parameter, "guided": self.guided, "guide": self.guide}


@dataclass(frozen=True)
class FeatureSet:
    """Columns of a table in the net's order, with libvmaf's option text of each.

    `options` is as long as `names`, or empty if nobody has stated how the features were measured or all
    are measured with libvmaf's defaults.
    """

    names: tuple[str, ...]
    options: tuple[str, ...] = ()
    chroma_correction: ChromaCorrection | None = None

    def __post_init__(self) -> None:
        if not self.names or not all(self.names) or len(set(self.names)) < len(self.names):
            raise InvalidArgument(
                f"The features are {', '.join(self.names) or 'none'}; give one or more names, each once."
            )
        if self.options and len(self.options) != len(self.names):
            raise InvalidArgument(
                f"There are {len(self.options)} option texts for {len(self.names)} features; give one a"
                " feature, or none."
            )
        if self.chroma_correction is not None:
            for name in (self.chroma_correction.guided, self.chroma_correction.guide):
                if name not in self.names:
                    raise InvalidArgument(
                        f"The chroma correction is over {name!r}, which is not among {', '.join(self.names)};"
                        " add the feature or leave the correction out."
                    )

    @property
    def requests(self) -> tuple[str, ...]:
        """The features with their options, as `vmaf_dnn.FeatureExtractor` takes them."""
        options = self.options or ("",) * len(self.names)
        return tuple(
            f"{name}={text}" if text else name for name, text in zip(self.names, options, strict=True)
        )

    def corrected(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) measured rows -> (n, k) rows as the net gets them."""
        correction = self.chroma_correction
        if correction is None:
            return features
        guided, guide = self.names.index(correction.guided), self.names.index(correction.guide)
        is_zero = features[:, guided] == 0
        rows = features.copy()
        rows[is_zero, guided] = correction.parameter * (1 - features[is_zero, guide])
        return rows

    def to_json(self) -> dict[str, object]:
        """As in a checkpoint and in the metadata of a table."""
        correction = self.chroma_correction
        return {
            "names": list(self.names),
            "options": list(self.options),
            "chroma_correction": correction and correction.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FeatureSet:
        """Read what `to_json` gave."""
        correction = value["chroma_correction"]
        return cls(
            tuple(value["names"]),
            tuple(value["options"]),
            None if correction is None else ChromaCorrection(**correction),
        )


_CAMBI = "cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06:cambi_max_val=17"
_CHROMA = "speed_nn_floor=0.1:speed_sigma_nn=0.19:speed_weight_var_mode=5"
_ADM = "adm_dlm_weight=0.7:adm_enhn_gain_limit=1:adm_noise_weight=0.02"
_HFR = ":motion_five_frame_window=true:motion_moving_average=true"


def _v1(distance: str, lines: int, first: str, prescale: str, hfr: str) -> FeatureSet:
    shrink = f":speed_prescale={prescale}:speed_prescale_method=bilinear" if prescale else ""
    return FeatureSet(
        ("cambi", "speed_chroma_uv", "adm3", "motion3"),
        (
            _CAMBI,
            f"{first}{_CHROMA}{shrink}:speed_max_val=45",
            f"{_ADM}:adm_norm_view_dist={distance}:adm_ref_display_height={lines}:adm_min_val=0.5:adm_csf_mode=2",
            f"motion_max_val=18{hfr}",
        ),
        ChromaCorrection(120.0, "speed_chroma_uv", "adm3"),
    )


_GEOMETRY: Mapping[str, tuple[str, int, str, str]] = {
    "3d0h": ("3", 1080, "speed_kernelscale=1:", ""),
    "5d0h": ("5", 1080, "", "0.6"),
    "1d5h_2160": ("1.5", 2160, "", ""),
    "3d0h_2160": ("3", 2160, "", "0.5"),
}
V1_DISPLAYS: Mapping[str, FeatureSet] = {
    f"{rate}{display}": _v1(*geometry, hfr)
    for rate, hfr in (("", ""), ("hfr_", _HFR))
    for display, geometry in _GEOMETRY.items()
}
"""How the features of VMAF v1 are measured, by the display that a file of libvmaf is for."""

CANONICAL = FeatureSet(CANONICAL_6)
NEG = FeatureSet(CANONICAL_6, ("adm_enhn_gain_limit=1", *["vif_enhn_gain_limit=1"] * 4, ""))
FEATURE_SETS: Mapping[str, FeatureSet] = {
    "canonical-6": CANONICAL,
    "v1": V1_DISPLAYS["3d0h"],
    "neg": NEG,
}
"""By name; `v1` is as libvmaf's file 3d0h has it."""


def feature_set(words: str | Sequence[str]) -> FeatureSet:
    """Return the set of a name in `FEATURE_SETS`, or of columns that are listed.

    Raises `InvalidArgument` for a list with an empty name or with one twice.
    """
    names = words.split(",") if isinstance(words, str) else words
    if len(names) == 1 and names[0] in FEATURE_SETS:
        return FEATURE_SETS[names[0]]
    return FeatureSet(tuple(name.strip() for name in names))
