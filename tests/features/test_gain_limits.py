# SPDX-License-Identifier: BSD-3-Clause
"""Several gain limits in one pass: VMAF beside NEG."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.support.features import ISAS
from tests.support.synthetic import pair_of_kind

# More than one pass of VIF takes; enhancing where the limits matter, and where they don't.
LIMITS = (100, 1, 1.2, 50, 2.5, 1.01)


def features_with(limit: float) -> list[str]:
    vif = [f"vif_scale{scale}=vif_enhn_gain_limit={limit}" for scale in range(4)]
    return [f"adm2=adm_enhn_gain_limit={limit}", *vif]


@pytest.mark.parametrize("bit_depth", [8, 10])
@pytest.mark.parametrize("kind", ["natural", "contrast", "noise"])
@pytest.mark.parametrize("isa", ["scalar", *ISAS])
def test_limits_together_give_what_each_gives(
    extract_on: Callable[..., np.ndarray], isa: str, kind: str, bit_depth: int
) -> None:
    pairs = [pair_of_kind(kind, 333, 118, bit_depth, seed) for seed in range(2)]
    features = [feature for limit in LIMITS for feature in features_with(limit)]
    together = extract_on(isa, pairs, bit_depth, features=features, threads=2)
    alone = [extract_on(isa, pairs, bit_depth, features=features_with(limit)) for limit in LIMITS]
    np.testing.assert_array_equal(together, np.concatenate(alone, axis=1))
