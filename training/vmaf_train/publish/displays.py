# SPDX-License-Identifier: BSD-3-Clause
"""The eight files of VMAF v1: one SVR, and for each display how features are measured and scores are bent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmaf_train.data.feature_set import V1_DISPLAYS, FeatureSet

VERSION = "vmaf_v1.0.16"


@dataclass(frozen=True)
class Display:
    """What a file of libvmaf adds to the SVR: `transform` is p0 + p1 x + p2 x², before the clip."""

    name: str
    features: FeatureSet
    transform: tuple[float, float, float]
    output_range: tuple[float, float]

    @property
    def model(self) -> str:
        """Libvmaf's name of it."""
        return f"{VERSION}_{self.name}"

    def scores(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return raw scores as reports show them."""
        p0, p1, p2 = self.transform
        return (p0 + p1 * raw + p2 * raw * raw).clip(*self.output_range)

    def contract(self) -> dict[str, object]:
        """As in a sidecar."""
        p0, p1, p2 = self.transform
        return {
            **features_contract(self.features),
            "score_transform": {"p0": p0, "p1": p1, "p2": p2},
            "output_range": list(self.output_range),
        }


def features_contract(features: FeatureSet) -> dict[str, object]:
    """Return what a sidecar says of features beside their names: nothing of libvmaf's defaults."""
    said: dict[str, object] = {"feature_options": list(features.options)} if features.options else {}
    if features.chroma_correction is not None:
        said["chroma_correction"] = features.chroma_correction.to_json()
    return said


_SDR = (5.30624188, 0.980791305, -0.000490758318)
_CURVES: Mapping[str, tuple[tuple[float, float, float], tuple[float, float]]] = {
    "3d0h": (_SDR, (0.0, 100.0)),
    "5d0h": (_SDR, (0.0, 100.0)),
    "1d5h_2160": ((0.0, 1.0, 0.0), (0.0, 100.0)),
    "3d0h_2160": ((5.0, 1.0, 0.0), (0.0, 110.0)),
}

DISPLAYS: Mapping[str, Display] = {
    name: Display(name, features, *_CURVES[name.removeprefix("hfr_")])
    for name, features in V1_DISPLAYS.items()
}
