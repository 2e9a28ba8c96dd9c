# SPDX-License-Identifier: BSD-3-Clause
"""Large planes are run in tiles: no sample is other than that of the whole at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import make_filters
from tests.support.peak_memory import peak_mib
from vmaf_dnn import Session, filter_frames

MODELS: dict[str, Callable[[], bytes]] = {
    "blur": make_filters.blur,
    "residual": make_filters.residual,
    "dilated": make_filters.dilated,
    "shifting": make_filters.shifting,
    "centring": make_filters.centring,
    "coarse": make_filters.coarse,
}


def saved(model: bytes, folder: Path) -> Path:
    path = folder / "filter.onnx"
    path.write_bytes(model)
    return path


def at_once(session: Session, plane: np.ndarray, peak: int = 255) -> np.ndarray:
    """The whole plane in one run, rounded as the filter rounds."""
    values = (plane.astype(np.float32) / np.float32(peak))[None, None]
    (found,) = session.run({"x": values}).values()
    scaled = np.clip(found[0, 0] * np.float32(peak), 0, peak).astype(np.float64)
    return np.floor(scaled + 0.5).astype(plane.dtype)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("shape", [(1100, 530), (512, 514), (6, 1538)], ids=str)
def test_tiles_leave_no_mark(name: str, shape: tuple[int, int], tmp_path: Path) -> None:
    session = Session(saved(MODELS[name](), tmp_path))
    plane = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    (filtered,) = filter_frames([plane], tiny_model=tmp_path / "filter.onnx")
    np.testing.assert_array_equal(filtered, at_once(session, plane))


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(500, 1100),
    st.booleans(),
    st.sampled_from([8, 10, 16]),
    st.integers(0, 99),
)
def test_tiles_leave_no_mark_in_any_size(
    tmp_path_factory: pytest.TempPathFactory, short: int, long: int, is_wide: bool, bits: int, seed: int
) -> None:
    path = saved(make_filters.residual(), tmp_path_factory.mktemp("model"))
    shape = (short, long) if is_wide else (long, short)
    dtype = np.uint8 if bits == 8 else np.uint16
    plane = np.random.default_rng(seed).integers(0, 2**bits, shape).astype(dtype)
    (filtered,) = filter_frames([plane], tiny_model=path, bitdepth=bits)
    np.testing.assert_array_equal(filtered, at_once(Session(path), plane, 2**bits - 1))


_RUN = """
import sys
import numpy as np
from vmaf_dnn import filter_frames

side = int(sys.argv[2])
for _ in filter_frames([np.zeros((side, side), np.uint8)], tiny_model=sys.argv[1]):
    pass
"""


def test_memory_does_not_grow_with_the_plane(tmp_path: Path) -> None:
    """Untiled, the larger one would take 16 channels of 12 million float32, 750 MiB, and more."""
    path = saved(make_filters.residual(4, width=16), tmp_path)
    assert peak_mib(_RUN, path, 3500) < peak_mib(_RUN, path, 1600) + 150
