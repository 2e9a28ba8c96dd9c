# SPDX-License-Identifier: BSD-3-Clause
"""The native features against stated values and libvmaf's log."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.clips import LogReader
from tests.support.features import KINDS, extract
from tests.support.paths import DATA
from tests.support.synthetic import pair_of_kind, synthetic_pair, write_y4m
from vmaf_dnn.extractors import CANONICAL_6

GOLDEN = np.loadtxt(DATA / "synthetic_features.txt")
CLIPS = [(key, np.array(list(rows))[:, 4:]) for key, rows in groupby(GOLDEN, lambda row: tuple(row[:3]))]


def logged(log: dict[str, Any], suffix: str = "") -> np.ndarray:
    names = [f"integer_{name}" + (suffix if name != "motion2" else "") for name in CANONICAL_6]
    return np.array([[frame["metrics"][name] for name in names] for frame in log["frames"]])


def assert_equals_log(rows: np.ndarray, log: dict[str, Any], suffix: str = "") -> None:
    """To all six decimals that libvmaf logs."""
    np.testing.assert_array_equal(
        [[float(f"{value:.6f}") for value in row] for row in rows], logged(log, suffix)
    )


@pytest.mark.parametrize(("clip", "expected"), CLIPS, ids=lambda value: str(value)[:20])
def test_synthetic_clips_have_the_stated_features(clip: tuple[float, ...], expected: np.ndarray) -> None:
    width, height, bit_depth = map(int, clip)
    rows = extract([synthetic_pair(width, height, bit_depth, t) for t in range(len(expected))], bit_depth)
    np.testing.assert_allclose(rows[:, [0, 5]], expected[:, [0, 5]], rtol=2e-15)
    np.testing.assert_allclose(rows[:, 1:5], expected[:, 1:5], rtol=1e-9)


# Not of every width: libvmaf's vector code reads past the rows of some narrow frames.
@pytest.mark.parametrize(
    ("width", "height", "bit_depth"),
    [(176, 144, 8), (577, 325, 8), (639, 181, 10), (600, 90, 12), (577, 131, 16)],
)
@pytest.mark.parametrize("kind", KINDS)
def test_features_equal_libvmaf(
    tmp_path: Path, libvmaf_log: LogReader, kind: str, width: int, height: int, bit_depth: int
) -> None:
    pairs = [pair_of_kind(kind, width, height, bit_depth, seed) for seed in range(3)]
    clips = [
        write_y4m(tmp_path / name, [pair[i] for pair in pairs], bit_depth) for i, name in enumerate("rd")
    ]
    assert_equals_log(extract(pairs, bit_depth), libvmaf_log(*clips))


@pytest.mark.parametrize("limit", [1.0, 1.2, 3.7, 5.0])
def test_fractional_gain_limits_equal_libvmaf(tmp_path: Path, libvmaf_log: LogReader, limit: float) -> None:
    pairs = [pair_of_kind("contrast", 640, 360, 8, seed) for seed in range(2)]
    clips = [write_y4m(tmp_path / name, [pair[i] for pair in pairs], 8) for i, name in enumerate("rd")]
    options = rf"\\:adm.adm_enhn_gain_limit={limit}\\:vif.vif_enhn_gain_limit={limit}"
    log = libvmaf_log(*clips, f"model=version=vmaf_v0.6.1{options}")
    rows = extract(pairs, adm_enhn_gain_limit=limit, vif_enhn_gain_limit=limit)
    assert_equals_log(rows, log, f"_egl_{limit:g}")


def test_gain_limits_equal_libvmaf(tmp_path: Path, libvmaf_log: LogReader) -> None:
    pairs = [pair_of_kind("contrast", 640, 360, 8, seed) for seed in range(2)]
    clips = [write_y4m(tmp_path / name, [pair[i] for pair in pairs], 8) for i, name in enumerate("rd")]
    log = libvmaf_log(*clips, "model=version=vmaf_v0.6.1neg")
    rows = extract(pairs, adm_enhn_gain_limit=1.0, vif_enhn_gain_limit=1.0)
    assert_equals_log(rows, log, "_egl_1")
    assert (rows[:, 0] < extract(pairs)[:, 0]).all()


def test_motion_follows_the_older_rule_on_request() -> None:
    pairs = [synthetic_pair(177, 145, 8, t) for t in range(4)]
    motion2 = extract(pairs, motion_rule="v3.1")[:, 5]
    # As libvmaf 2.3.0 logs it.
    np.testing.assert_allclose(motion2, [0, 7.657176, 7.570973, 7.570973], atol=5e-7)
    assert (np.abs(motion2 - extract(pairs)[:, 5])[1:] > 5e-4).all()
