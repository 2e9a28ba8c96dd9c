# SPDX-License-Identifier: BSD-3-Clause
"""Support vector regressions trained by scikit-learn, and libvmaf's file format around them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import NuSVR

FEATURES = ("adm2", "motion2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3")
"""In vmaf_v0.6.1's order, which is not that of `CANONICAL_6`."""

_HIGHEST = {"motion2": 20.0}
_SCORE_SLOPE, _SCORE_INTERCEPT = 0.012, -0.3


@dataclass
class Svr:
    """A trained regression; `content` is its file, `unclipped` scikit-learn's word on scores."""

    regression: NuSVR
    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> dict[str, Any]:
        return self.content["model_dict"]

    def unclipped(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        output = self.regression.predict(rows * self.slopes + self.intercepts)
        return np.asarray((output - _SCORE_INTERCEPT) / _SCORE_SLOPE)

    def write(self, path: Path, **changes: Any) -> Path:
        """Write the file with fields of its model_dict changed; None leaves a field out."""
        model = {name: value for name, value in (self.model | changes).items() if value is not None}
        path.write_text(json.dumps(self.content | {"model_dict": model}))
        return path


def feature_rows(n_rows: int, seed: int = 0, features: tuple[str, ...] = FEATURES) -> NDArray[np.float64]:
    highest = [_HIGHEST.get(name, 1.1) for name in features]
    return np.random.default_rng(seed).uniform(0, highest, (n_rows, len(features)))


def train_svr(seed: int = 0, features: tuple[str, ...] = FEATURES) -> Svr:
    """Scores of about -10 to 110 that rise with all features but motion2."""
    rows = feature_rows(120, seed, features)
    slopes = np.array([1 / _HIGHEST.get(name, 1.0) for name in features])
    intercepts = np.linspace(-0.2, 0.1, len(features))
    signs = np.array([-0.3 if name == "motion2" else 1 for name in features])
    targets = 220 * (rows * slopes * signs).mean(axis=1) - 40 + 10 * np.sin(5 * rows[:, 0])
    regression = NuSVR(nu=0.5, C=4.0, gamma=0.6, tol=1e-6)
    regression.fit(rows * slopes + intercepts, targets * _SCORE_SLOPE + _SCORE_INTERCEPT)
    svr = Svr(regression, slopes, intercepts)
    svr.content = {
        "param_dict": {"C": 4.0},
        "model_dict": {
            "model_type": "LIBSVMNUSVR",
            "norm_type": "linear_rescale",
            "feature_names": [f"VMAF_integer_feature_{name}_score" for name in features],
            "slopes": [_SCORE_SLOPE, *slopes.tolist()],
            "intercepts": [_SCORE_INTERCEPT, *intercepts.tolist()],
            "score_clip": [0.0, 100.0],
            "feature_dict": {"VMAF_integer_feature": list(features)},
            "model": libsvm_text(regression),
        },
    }
    return svr


def libsvm_text(regression: NuSVR) -> str:
    """As svm-train writes it: a zero is left out, and each line ends with a space."""
    coefficients, vectors = regression.dual_coef_[0], regression.support_vectors_
    head = ["svm_type nu_svr", "kernel_type rbf", f"gamma {regression.gamma:.17g}", "nr_class 2"]
    head += [f"total_sv {len(vectors)}", f"rho {-regression.intercept_[0]:.17g}", "SV"]
    lines = [
        f"{coefficient:.17g} " + "".join(f"{i}:{x:.17g} " for i, x in enumerate(vector, 1) if x)
        for coefficient, vector in zip(coefficients, vectors, strict=True)
    ]
    return "\n".join([*head, *lines]) + "\n"
