# SPDX-License-Identifier: BSD-3-Clause
"""Instruction sets and threads: the bits of the definition."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.features import ISAS, KINDS, extract
from tests.support.paths import C_SOURCES, ROOT
from tests.support.synthetic import pair_of_kind, synthetic_pair


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(33, 600),
    height=st.integers(33, 90),
    bit_depth=st.integers(8, 16),
    seed=st.integers(0, 99),
)
def test_instruction_sets_give_the_bits_of_the_definition(
    extract_on: Callable[..., np.ndarray],
    isa: str,
    kind: str,
    width: int,
    height: int,
    bit_depth: int,
    seed: int,
) -> None:
    pairs = [pair_of_kind(kind, width, height, bit_depth, seed + t) for t in range(2)]
    expected = extract_on("scalar", pairs, bit_depth)
    np.testing.assert_array_equal(extract_on(isa, pairs, bit_depth), expected)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("bit_depth", [8, 10, 12, 14, 16])
def test_the_greatest_difference_has_the_bits_of_the_definition(
    extract_on: Callable[..., np.ndarray], isa: str, bit_depth: int
) -> None:
    dtype = np.uint8 if bit_depth == 8 else np.uint16
    black, white = (np.full((40, 70), value, dtype) for value in (0, (1 << bit_depth) - 1))
    halves = np.where(np.arange(70) % 32 < 16, black, white)
    pairs = [(black, white), (white, black), (halves, white - halves), (white - halves, halves)]
    np.testing.assert_array_equal(extract_on(isa, pairs, bit_depth), extract_on("scalar", pairs, bit_depth))


@pytest.mark.parametrize(("width", "height", "bit_depth"), [(641, 517, 8), (333, 402, 10), (70, 129, 12)])
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_give_the_same_bits(width: int, height: int, bit_depth: int, threads: int) -> None:
    pairs = [pair_of_kind("natural", width, height, bit_depth, seed) for seed in range(3)]
    np.testing.assert_array_equal(extract(pairs, bit_depth, threads=threads), extract(pairs, bit_depth))


AVX2 = ["-mavx2", "-mfma"]
AVX512 = [*AVX2, "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl"]


@pytest.mark.parametrize(("isa", "flags"), [("avx2", AVX2), ("avx512", AVX512)])
def test_computed_logarithms_are_those_of_the_table(
    tmp_path: Path, extract_on: Callable[..., np.ndarray], isa: str, flags: list[str]
) -> None:
    extract_on(isa, [synthetic_pair(64, 48, 8, 0)])
    program = tmp_path / "vif_logs"
    options = ["-std=c++17", "-O1", *flags, f"-I{ROOT / 'csrc'}"]
    subprocess.run(["c++", *options, C_SOURCES / "vif_logs.cc", "-o", program], check=True)
    assert subprocess.run([program], capture_output=True, check=True).stdout == b"32768 equal\n"


FORK = """
import os
import numpy as np
from tests.support.synthetic import synthetic_pair
from vmaf_dnn._core import FeatureExtractor

pairs = [synthetic_pair(96, 200, 8, t) for t in range(3)]
extractor = FeatureExtractor(96, 200, threads=3)
extractor.push(*pairs[0])
child = os.fork()
rows = [extractor.push(*pair) for pair in pairs[1:]] + [extractor.flush()]
alone = FeatureExtractor(96, 200)
alone.push(*pairs[0])
same = np.array_equal(rows, [alone.push(*pair) for pair in pairs[1:]] + [alone.flush()])
del extractor
if child == 0:
    os._exit(0 if same else 1)
assert same and os.waitpid(child, 0)[1] == 0
"""


def test_a_fork_starts_threads_of_its_own() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORK]
    subprocess.run(command, cwd=ROOT, timeout=60, check=True)


@pytest.mark.parametrize("isa", ISAS)
def test_fades_move(extract_on: Callable[..., np.ndarray], isa: str) -> None:
    frames = [np.full((40, 50), level, np.uint8) for level in (9, 8, 6, 7)]
    pairs = [(frame, frame) for frame in frames]
    np.testing.assert_array_equal(extract_on(isa, pairs), extract_on("scalar", pairs))
    assert (extract_on(isa, pairs)[1:, 5] > 0).all()
