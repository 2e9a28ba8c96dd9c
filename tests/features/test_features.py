# SPDX-License-Identifier: BSD-3-Clause
"""The native features against stated values, libvmaf's log, and themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.clips import LogReader
from tests.support.paths import C_SOURCES, DATA, ROOT
from tests.support.synthetic import Frame, Pair, pair_of_kind, synthetic_pair, write_y4m
from vmaf_dnn import InvalidArgument, Unsupported
from vmaf_dnn._core import FeatureExtractor
from vmaf_dnn.extractors import CANONICAL_6

ISAS = ["avx2", "avx512", "avx512vnni"]
KINDS = ["natural", "noise", "inverted", "checker", "contrast", "identical", "flat"]
GOLDEN = np.loadtxt(DATA / "synthetic_features.txt")
CLIPS = [(key, np.array(list(rows))[:, 4:]) for key, rows in groupby(GOLDEN, lambda row: tuple(row[:3]))]


def extract(pairs: list[Pair], bit_depth: int = 8, **options: Any) -> np.ndarray:
    """The rows of a clip, (n_frames, 6)."""
    height, width = pairs[0][0].shape
    extractor = FeatureExtractor(width, height, bit_depth, **options)
    rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
    assert rows[0] is None
    return np.concatenate(rows[1:])


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


@pytest.fixture
def extract_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., np.ndarray]:
    """`extract` by the kernels of one instruction set; skips where the CPU lacks it."""

    def extract_on(isa: str, *arguments: Any, **options: Any) -> np.ndarray:
        monkeypatch.setenv("VMAF_DNN_ISA", isa)
        try:
            return extract(*arguments, **options)
        except Unsupported:
            pytest.skip(f"this CPU has no {isa}")

    return extract_on


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


AVX512 = ["-mavx2", "-mfma", "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl"]


def test_computed_logarithms_are_those_of_the_table(
    tmp_path: Path, extract_on: Callable[..., np.ndarray]
) -> None:
    extract_on("avx512", [synthetic_pair(64, 48, 8, 0)])
    program = tmp_path / "vif_logs"
    options = ["-std=c++17", "-O1", *AVX512, f"-I{ROOT / 'csrc'}"]
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


def test_motion_follows_the_older_rule_on_request() -> None:
    pairs = [synthetic_pair(177, 145, 8, t) for t in range(4)]
    motion2 = extract(pairs, motion_rule="v3.1")[:, 5]
    # As libvmaf 2.3.0 logs it.
    np.testing.assert_allclose(motion2, [0, 7.657176, 7.570973, 7.570973], atol=5e-7)
    assert (np.abs(motion2 - extract(pairs)[:, 5])[1:] > 5e-4).all()


@settings(max_examples=20, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    width=st.integers(33, 120),
    height=st.integers(33, 120),
    bit_depth=st.integers(9, 16),
    seed=st.integers(0, 99),
)
def test_more_bits_of_the_same_picture_change_nothing(
    kind: str, width: int, height: int, bit_depth: int, seed: int
) -> None:
    pairs = [pair_of_kind(kind, width, height, 8, seed + t) for t in range(2)]
    deeper = [
        (r.astype(np.uint16) << (bit_depth - 8), d.astype(np.uint16) << (bit_depth - 8)) for r, d in pairs
    ]
    np.testing.assert_array_equal(extract(deeper, bit_depth), extract(pairs))


@pytest.mark.parametrize("bit_depth", [8, 10, 16])
def test_flat_pictures_lose_nothing(bit_depth: int) -> None:
    black, grey = (np.full((120, 90), value, np.uint8 if bit_depth == 8 else np.uint16) for value in (0, 10))
    assert extract([(black, grey), (black, black)], bit_depth).tolist() == [[1, 1, 1, 1, 1, 0]] * 2


def test_identical_pictures_score_about_one() -> None:
    rows = extract([pair_of_kind("identical", 640, 360, 8, seed) for seed in range(2)])
    assert ((rows[:, 0] > 1) & (rows[:, 0] < 1.00001)).all()
    np.testing.assert_allclose(rows[:, 1:5], 1, atol=2e-6)


def test_motion2_is_the_lesser_of_a_frame_and_the_next() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in (0, 1, 9, 10)]
    motion = [extract(pairs[i - 1 : i + 1])[1, 5] for i in (1, 2, 3)]
    assert motion[1] > max(motion[0], motion[2])
    assert extract(pairs)[:, 5].tolist() == [0, motion[0], motion[2], motion[2]]
    assert extract(pairs[:1])[:, 5].tolist() == [0]


def test_a_flush_ends_the_clip_and_begins_another() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(3)]
    extractor = FeatureExtractor(96, 64)
    assert extractor.flush() is None
    for _ in range(2):
        rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
        assert rows[0] is None
        np.testing.assert_array_equal(np.concatenate(rows[1:]), extract(pairs))
    assert extractor.flush() is None


def test_versions_of_one_reference_score_as_if_alone() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(3)]
    versions = [lambda frame: frame, lambda frame: frame // 2, lambda frame: frame ^ 5]
    extractor = FeatureExtractor(96, 64, n_distorted=3)
    rows = [extractor.push(r, *(version(d) for version in versions)) for r, d in pairs] + [extractor.flush()]
    for i, version in enumerate(versions):
        alone = extract([(r, version(d)) for r, d in pairs])
        np.testing.assert_array_equal(np.stack(rows[1:])[:, i], alone)


@pytest.mark.parametrize("bit_depth", [8, 10])
@pytest.mark.parametrize(
    "lay_out",
    [
        lambda frame: np.pad(frame, ((0, 0), (0, 13)), constant_values=255)[:, : frame.shape[1]],
        lambda frame: frame[::-1].copy()[::-1],
        lambda frame: np.frombuffer(b"?" + frame.tobytes(), frame.dtype, offset=1).reshape(frame.shape),
        lambda frame: np.repeat(frame, 2, axis=0)[::2],
    ],
    ids=["padded", "upside_down", "unaligned", "every_other_row"],
)
def test_layout_changes_nothing(bit_depth: int, lay_out: Any) -> None:
    pairs = [synthetic_pair(97, 65, bit_depth, t) for t in range(2)]
    laid_out = [(lay_out(reference), lay_out(distorted)) for reference, distorted in pairs]
    np.testing.assert_array_equal(extract(laid_out, bit_depth), extract(pairs, bit_depth))


GOOD = synthetic_pair(64, 48, 8, 0)[0]
REFUSED: list[tuple[Any, str]] = [
    ([1, 2], r"the distorted frame is a list; give a \(48, 64\) NumPy array of uint8"),
    (GOOD.astype(np.uint16), "the distorted frame has dtype uint16; give a"),
    (GOOD[:-1], r"the distorted frame has shape \(47, 64\); give a \(48, 64\)"),
    (GOOD.reshape(1, 48, 64), r"has shape \(1, 48, 64\)"),
    (GOOD.T.copy().T, "has samples that lie apart; give .* whose rows are contiguous"),
]


@pytest.mark.parametrize(("frame", "sentence"), REFUSED)
def test_refuses_frames_of_another_kind(frame: Any, sentence: str) -> None:
    pairs = [synthetic_pair(64, 48, 8, t) for t in range(2)]
    extractor = FeatureExtractor(64, 48)
    extractor.push(*pairs[0])
    with pytest.raises(InvalidArgument, match=sentence):
        extractor.push(GOOD, frame)
    rows = [extractor.push(*pairs[1]), extractor.flush()]
    np.testing.assert_array_equal(np.concatenate(rows), extract(pairs))


@pytest.mark.parametrize("threads", [1, 3])
def test_refuses_samples_beyond_the_bit_depth(threads: int) -> None:
    reference, distorted = synthetic_pair(64, 200, 10, 0)
    distorted[7, 5] = 1024
    sentence = (
        "the distorted frame holds 1024 at column 5, row 7, which needs more than 10 bits; give the bit depth"
    )
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(64, 200, 10, threads=threads).push(reference, distorted)


@pytest.mark.parametrize("given_frames", [(), (GOOD, GOOD)])
def test_refuses_another_number_of_versions(given_frames: tuple[Frame, ...]) -> None:
    sentence = f"{len(given_frames)} distorted frames were given; this extractor takes 1"
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(64, 48).push(GOOD, *given_frames)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((32, 48), {}, "frames are 32x48; each side must be 33 to 32768 samples"),
        ((64, 40000), {}, "frames are 64x40000; each side"),
        ((64, 48, 7), {}, "bit depth is 7; it must be 8 to 16"),
        ((64, 48, 17), {}, "bit depth is 17"),
        ((64, 48), {"n_distorted": 0}, "n_distorted is 0; it must be 1 to 1024"),
        ((64, 48), {"adm_enhn_gain_limit": 0.5}, "adm_enhn_gain_limit is 0.5.*; it must be 1 to 100"),
        ((64, 48), {"vif_enhn_gain_limit": float("nan")}, "vif_enhn_gain_limit is nan"),
        ((64, 48), {"threads": 0}, "threads is 0; there must be at least 1"),
        ((64, 48), {"motion_rule": "v2"}, "motion_rule is v2; it must be v3.1 or v3.2"),
    ],
)
def test_refuses_what_it_cannot_extract(
    arguments: tuple[int, ...], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(*arguments, **options)
