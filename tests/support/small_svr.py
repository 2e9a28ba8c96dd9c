# SPDX-License-Identifier: BSD-3-Clause
"""A small SVR in libvmaf's file format: random, smooth, and of scores from about -50 to 150."""

from __future__ import annotations

from typing import Any

import numpy as np

N_SUPPORT_VECTORS = 12
FEATURE_NAMES = [
    f"VMAF_integer_feature_{name}_score"
    for name in ("adm2", "motion2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3")
]
_HEAD = f"""svm_type nu_svr
kernel_type rbf
gamma 0.04
nr_class 2
total_sv {N_SUPPORT_VECTORS}
rho -1.25
SV
"""


def make_svr(seed: int = 0) -> dict[str, Any]:
    """The content of a model file; the second support vector leaves the index of a zero out."""
    random = np.random.default_rng(seed)
    vectors = random.uniform(0, 1, (N_SUPPORT_VECTORS, 6)).round(6)
    vectors[1, 2] = 0
    lines = [
        " ".join([f"{coefficient:g}", *(f"{i}:{value:g}" for i, value in enumerate(vector, 1) if value)])
        for coefficient, vector in zip(random.choice([-4, 4], N_SUPPORT_VECTORS), vectors, strict=True)
    ]
    return {
        "param_dict": {"C": 4.0},
        "model_dict": {
            "model_type": "LIBSVMNUSVR",
            "norm_type": "linear_rescale",
            "feature_names": FEATURE_NAMES,
            "slopes": [0.012, 2.8, 0.06, 1.2, 1.5, 1.7, 2.0],
            "intercepts": [-0.3, -1.8, -0.003, -0.17, -0.5, -0.75, -1.08],
            "score_clip": [0.0, 100.0],
            "model": _HEAD + "\n".join(lines) + "\n",
        },
    }


def make_collection(n_members: int) -> dict[str, Any]:
    """The content of a bootstrapped collection: a main model, and members that differ a little."""
    collection = {str(i): make_svr() for i in range(n_members + 1)}
    for i, entry in enumerate(collection.values()):
        model = entry["model_dict"]
        model["model_type"] = "BOOTSTRAP_LIBSVMNUSVR"
        model["model"] = (
            model["model"]
            .replace("gamma 0.04", f"gamma {0.04 + 0.002 * i:g}")
            .replace("rho -1.25", f"rho {-13.5 + 0.05 * (3 * i % 7):g}")
        )
    return collection
