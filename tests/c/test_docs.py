# SPDX-License-Identifier: BSD-3-Clause
"""The programs of docs/c-api.md: they build without a warning, and say what Python says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.c_programs import build_program, run
from tests.support.features import known
from tests.support.small_svr import make_collection
from tests.support.snippets import snippets_of
from tests.support.synthetic import synthetic_frames
from vmaf_dnn._core import FeatureExtractor
from vmaf_dnn.svm import read_svm_model

WIDTH, HEIGHT = 101, 67


@pytest.fixture
def programs(tmp_path: Path) -> list[Path]:
    sources = snippets_of("docs/c-api.md", "c")
    paths = [tmp_path / f"example{i}.c" for i in range(len(sources))]
    for path, source in zip(paths, sources, strict=True):
        path.write_text(source.text)
    return [build_program(path, tmp_path) for path in paths]


def test_the_first_example_scores_a_row(programs: list[Path]) -> None:
    score = vmaf_dnn.Session("vmaf_tiny_v2").run([[0.93, 0.36, 0.77, 0.86, 0.92, 3.9]])[0]
    assert run(programs[0]) == f"{score:.2f}\n"


def test_the_second_example_scores_frames(programs: list[Path], tmp_path: Path) -> None:
    frames = synthetic_frames(WIDTH, HEIGHT, 8, 1)
    chroma = bytes(2 * ((WIDTH + 1) // 2) * ((HEIGHT + 1) // 2))
    files = [tmp_path / "reference.yuv", tmp_path / "distorted.yuv"]
    for i, path in enumerate(files):
        path.write_bytes(b"".join(frame[i].tobytes() + chroma for frame in frames))
    python = FeatureExtractor(WIDTH, HEIGHT)
    rows = [*(python.push(*frame) for frame in frames), python.flush()][1:]
    scores = vmaf_dnn.Session("vmaf_tiny_v2").run(np.concatenate(known(rows)))
    said = run(programs[1], *files, WIDTH, HEIGHT).splitlines()
    assert said == [f"{score:.2f}" for score in np.clip(scores, 0, 100)]
    assert len(said) == len(frames) == 3


def test_the_third_example_scores_by_libvmafs_models(programs: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(make_collection(4)))
    row = [0.9, 3.5, 0.4, 0.7, 0.8, 0.9]
    model = read_svm_model(file)
    scores = model.predict_all(np.array([row]))
    features = [f"{feature.request} is {x:g}" for feature, x in zip(model.features, row, strict=True)]
    said = run(programs[2], file, *row).splitlines()
    assert said == features + [f"{name}: {score[0]:.6f}" for name, score in scores.items()]
