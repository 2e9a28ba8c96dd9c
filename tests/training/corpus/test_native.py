# SPDX-License-Identifier: BSD-3-Clause
"""The corpus of VMAF v1 and NEG: measured by our own extractor, labelled by a teacher."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import MakeClip
from tests.support.small_v1 import V1, write_v1_svr
from vmaf_dnn import features
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.corpus.build import Corpus, build_corpus
from vmaf_train.corpus.distortions import LOSSLESS, Distortion
from vmaf_train.corpus.distortions_v1 import V1_DISTORTIONS
from vmaf_train.corpus.encode import encode
from vmaf_train.corpus.executors import local_executor
from vmaf_train.corpus.manifest import read_clips
from vmaf_train.corpus.native import DISPLAYS, EVERY, NATIVE_SCHEMA, ONE_OF, labelled
from vmaf_train.corpus.work_folder import clear
from vmaf_train.data.feature_set import V1_DISPLAYS
from vmaf_train.data.table import column, read_table, task_of, write_table
from vmaf_train.data.task import V1_RANGE
from vmaf_train.data.teacher import read_teacher

BY_NAME = {distortion.name: distortion for distortion in V1_DISTORTIONS}
FEW = tuple(BY_NAME[name] for name in ("chroma-hue15-1", "x264-crf32-2", "banding-10bit_smooth12-1"))
N_FRAMES = 6


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, make_clip: MakeClip) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "one.mkv", size="384x330", n_frames=N_FRAMES)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def corpus(clips: Path, work: Path) -> Corpus:
    with local_executor(work, jobs=2) as executor:
        return build_corpus(read_clips(clips), work, FEW, executor, displays=DISPLAYS)


def test_every_second_frame_is_measured_for_a_display_in_turn(corpus: Corpus) -> None:
    assert (corpus.skipped, corpus.n_pairs) == ([], len(FEW))
    assert corpus.table.schema.equals(NATIVE_SCHEMA)
    assert corpus.extractors[0] == "native features"
    assert corpus.extractors[1].startswith("native features, ffmpeg ")
    assert column(corpus.table, "frame").tolist() == [0, EVERY, 2 * EVERY] * len(FEW)
    expected = [f"{rate}{name}" for name in DISPLAYS for rate in ("", "hfr_", "")]
    assert column(corpus.table, "display").tolist() == expected


def test_rows_are_what_the_extractor_measures(corpus: Corpus, clips: Path, tmp_path: Path) -> None:
    encode(ffmpeg_path(), clips / "one.mkv", FEW[0], tmp_path / "e.mkv")
    requests = V1_DISPLAYS["3d0h"].requests
    expected = features(clips / "one.mkv", tmp_path / "e.mkv", features=requests).rows_as_asked(requests)
    rows = corpus.table.slice(0, 3)
    for i, name in enumerate(V1.names[:3]):
        np.testing.assert_array_equal(column(rows, name).astype(np.float32), expected[::EVERY, i])


def test_distortions_reach_what_they_are_for(corpus: Corpus) -> None:
    hue, scaled, smooth = (corpus.table.slice(3 * i, 3) for i in range(3))
    assert column(hue, "speed_chroma_uv").min() > 1
    assert column(hue, "adm3").min() > 0.99
    assert column(scaled, "adm3").max() < 0.99
    assert column(smooth, "cambi").mean() > column(hue, "cambi").mean()


def test_one_pass_gives_the_tables_of_both(corpus: Corpus, tmp_path: Path) -> None:
    teacher = read_teacher(write_v1_svr(tmp_path / "m.json"), V1)
    write_table(tmp_path / "v1.parquet", labelled(corpus.table, V1, teacher))
    table = read_table(tmp_path / "v1.parquet")
    assert task_of(table).output_range == V1_RANGE
    assert task_of(table).features == V1
    rows = np.column_stack([column(corpus.table, name) for name in V1.names])
    np.testing.assert_allclose(column(table, "vmaf_unclipped"), teacher.score(rows), atol=1e-6)


def test_a_second_run_measures_nothing_and_leaves_nothing(clips: Path, work: Path, corpus: Corpus) -> None:
    with local_executor(work, jobs=1) as executor:
        again = build_corpus(read_clips(clips), work, FEW, executor, displays=DISPLAYS)
    assert again.n_reused == len(FEW)
    assert again.table.equals(corpus.table)
    clear(work)
    assert not work.exists()


def test_clips_that_follow_each_other_share_the_distortions(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "two.mkv").symlink_to(clips / "one.mkv")
    (tmp_path / "one.mkv").symlink_to(clips / "one.mkv")
    with local_executor(tmp_path / "work", jobs=2) as executor:
        one_of = {"displays": DISPLAYS, "one_of": ONE_OF}
        found = build_corpus(read_clips(tmp_path), tmp_path / "work", FEW, executor, **one_of)  # type: ignore[arg-type]
    made = {
        scene: set(column(found.table, "codec")[column(found.table, "scene") == scene])
        for scene in ("one", "two")
    }
    assert made == {"one": {"chroma"}, "two": set()}


def test_distortions_have_names_of_their_own_and_fit_a_file() -> None:
    assert len(BY_NAME) == len(V1_DISTORTIONS)
    assert {distortion.codec for distortion in V1_DISTORTIONS} >= {"banding", "chroma", "x264", "x265"}
    assert {distortion.lines for distortion in V1_DISTORTIONS} == {0, 1080, 2160}
    assert Distortion("a", "b", LOSSLESS).name == "a-b-1"
