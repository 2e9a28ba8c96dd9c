# SPDX-License-Identifier: BSD-3-Clause
"""Features by our call and by our command beside libvmaf inside ffmpeg, on one small clip."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import vmaf_dnn
from bench.features import runners, v1
from bench.features.clips import CRFS, Clips, Format, make_clips
from bench.features.kernels import time_kernels
from bench.features.runners import Rows, Turn
from bench.features.turns import take_turns
from bench.harness.isas import without_avx512

RUNNERS: dict[str, Callable[[Clips], Turn]] = {
    "features": lambda clips: runners.time_features(clips, 1, 1),
    "features-2-threads": lambda clips: runners.time_features(clips, 1, 2),
    "features-2-distorted": lambda clips: runners.time_features(clips, 2, 1),
    "command-2-distorted": lambda clips: runners.time_command(clips, 2, 1),
    "libvmaf": lambda clips: runners.time_libvmaf(clips, 0, 1),
}


@pytest.fixture(scope="module", params=[8, 10], ids=["8-bit", "10-bit"])
def clips(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return make_clips(tmp_path_factory.mktemp("clips"), Format(320, 180, request.param, 3), CRFS[:2])


@pytest.fixture(scope="module")
def expected(clips: Clips) -> list[Rows]:
    return [runners.time_libvmaf(clips, index, 1)[1][0] for index in range(len(clips.distorted))]


@pytest.mark.parametrize("runner", RUNNERS)
def test_extract(benchmark: Any, clips: Clips, expected: list[Rows], runner: str) -> None:
    benchmark.group = f"features {clips.format.name}"
    spent, answers = benchmark(partial(RUNNERS[runner], clips))
    assert answers == expected[: len(answers)]
    assert spent.seconds > 0


@pytest.mark.parametrize("isa", runners.ISAS)
def test_extract_isa(benchmark: Any, clips: Clips, expected: list[Rows], isa: str) -> None:
    if not runners.has_isa(isa):
        pytest.skip(f"this CPU or build has no {isa}")
    _, answers = benchmark(runners.time_isa, clips, isa)
    assert answers == expected[:1]


@pytest.mark.parametrize("isa", runners.ISAS)
def test_kernels(benchmark: Any, clips: Clips, isa: str) -> None:
    if not runners.has_isa(isa):
        pytest.skip(f"this CPU or build has no {isa}")
    features, seconds, clock = benchmark.pedantic(time_kernels, (clips, isa, 1), rounds=1)
    table = vmaf_dnn.features(clips.reference, clips.distorted[0], frame_cnt=2)
    assert features == [table.feature(name)[1] for name in vmaf_dnn.CANONICAL_6]
    assert min(seconds.values()) > 0
    assert 0 < clock < 1e10


def test_v1(benchmark: Any, clips: Clips) -> None:
    expected = [v1.time_libvmaf(clips, index, 1)[1][0] for index in range(2)]
    v1_model = v1.model_of(clips.format.height)
    _, answers = benchmark.pedantic(v1.time_ours, (clips, [v1.V0, v1_model], 2, 1), rounds=1)
    assert answers == expected
    assert len(expected[0][0]) == 4


@pytest.mark.parametrize("feature", v1.FEATURES)
def test_v1_feature(benchmark: Any, clips: Clips, feature: str) -> None:
    spent, _ = benchmark.pedantic(v1.time_feature, (clips, feature), rounds=1)
    assert spent.seconds > 0
    assert v1.time_extractor(clips, feature)[1] == v1.time_libvmaf(clips, 0, 1)[1]


def test_another_answer_is_not_timed(clips: Clips, expected: list[Rows]) -> None:
    runner = {("features", 1): partial(runners.time_features, clips, 1, 1)}
    assert len(take_turns(runner, expected, 2)["features", 1]) == 2
    with pytest.raises(AssertionError, match="features: other features than libvmaf's"):
        take_turns(runner, expected[1:], 2)


def test_reading(benchmark: Any, clips: Clips) -> None:
    spent, _ = benchmark(runners.time_reading, clips, 0)
    raw = clips.reference.stat().st_size + clips.distorted[0].stat().st_size
    assert spent.bytes_read >= raw
    assert 1 < spent.peak_mib < 1000


def test_libvmaf_below_avx512(benchmark: Any, clips: Clips, expected: list[Rows]) -> None:
    if not (program := without_avx512()):
        pytest.skip("this CPU has no AVX-512 to hide, or Linux can't hide it")
    _, answers = benchmark(runners.time_libvmaf, clips, 0, 1, program)
    assert answers == expected[:1]
    ended = subprocess.run([program, "/bin/false"], check=False)
    assert ended.returncode == 1
