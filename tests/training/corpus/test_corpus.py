# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import MakeClip
from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.corpus.build import Corpus, build_corpus
from vmaf_train.corpus.distortions import DISTORTIONS, ODD_CODECS, Distortion
from vmaf_train.corpus.encode import encode
from vmaf_train.corpus.executors import local_executor
from vmaf_train.corpus.manifest import read_clips
from vmaf_train.corpus.work_folder import clear
from vmaf_train.data.table import SCHEMA, column

BY_NAME = {distortion.name: distortion for distortion in DISTORTIONS}
FEW = tuple(BY_NAME[name] for name in ("x264-crf26-1", "x264-crf32-2", "blur-sigma2.5-1", "drop-keep1of2-1"))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, make_clip: MakeClip) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "one.mkv")
    make_clip(folder / "two.mkv", size="80x80")
    return folder


def build(clips: Path, work: Path, distortions: tuple[Distortion, ...] = FEW) -> Corpus:
    with local_executor(work, jobs=2) as executor:
        return build_corpus(read_clips(clips), work, distortions, executor)


def parts(work: Path) -> dict[Path, int]:
    """The finished pairs, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in work.glob("[0-9a-f]*.parquet")}


@pytest.fixture(scope="module")
def corpus(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return build(clips, tmp_path_factory.mktemp("work"))


def test_every_frame_of_every_pair_is_a_row(corpus: Corpus) -> None:
    assert corpus.table.schema.equals(SCHEMA)
    assert corpus.table.num_rows == 2 * len(FEW) * 4
    assert (corpus.n_pairs, corpus.n_reused, corpus.skipped) == (8, 0, [])
    assert column(corpus.table, "frame").tolist() == [0, 1, 2, 3] * 8
    assert set(column(corpus.table, "scale")) == {1, 2}
    assert corpus.extractors[0].startswith("libvmaf ")


def test_both_labels_are_libvmafs(corpus: Corpus) -> None:
    clip, free = column(corpus.table, "vmaf"), column(corpus.table, "vmaf_unclipped")
    np.testing.assert_array_equal(clip, np.clip(free, 0, 100))
    assert free.max() > 100


def test_a_second_run_works_on_nothing_and_gives_the_same_table(clips: Path, tmp_path: Path) -> None:
    first = build(clips, tmp_path, FEW[:2])
    stamps = parts(tmp_path)
    second = build(clips, tmp_path, FEW[:2])
    assert second.n_reused == second.n_pairs == len(stamps) == 4
    assert parts(tmp_path) == stamps
    assert second.table.equals(first.table)


def test_changed_bytes_or_recipe_are_done_again(clips: Path, tmp_path: Path, make_clip: MakeClip) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "one.mkv")
    build(folder, tmp_path / "work", FEW[:1])
    assert build(folder, tmp_path / "work", FEW[1:2]).n_reused == 0
    make_clip(folder / "one.mkv", n_frames=5)
    assert build(folder, tmp_path / "work", FEW[:1]).n_reused == 0


def test_a_bad_clip_is_skipped_and_said(clips: Path, tmp_path: Path, make_clip: MakeClip) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "good.mkv")
    (folder / "bad.mkv").write_bytes(b"not a video")
    found = build(folder, tmp_path / "work", FEW[:1])
    assert set(column(found.table, "scene")) == {"good"}
    assert [(skip.scene, skip.distortion) for skip in found.skipped] == [("bad", "x264-crf26-1")]
    assert "bad.mkv" in found.skipped_by_scene()["bad"][0]


def test_a_clip_that_is_not_there_is_skipped_and_said(clips: Path, tmp_path: Path) -> None:
    lines = ["scene,file,source_repo,source_path", f"one,{clips / 'one.mkv'},r,p", "gone,gone.mkv,r,q"]
    (tmp_path / "m.csv").write_text("\n".join(lines))
    found = build(tmp_path / "m.csv", tmp_path / "work", FEW[:2])
    assert found.skipped_by_scene() == {"gone": ["can't read gone.mkv: No such file or directory"] * 2}
    assert found.table.num_rows == 8


def test_nothing_but_bad_clips_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.mkv").write_bytes(b"not a video")
    with pytest.raises(InvalidArgument, match="None of 1 pairs gave rows"):
        build(tmp_path, tmp_path / "work", FEW[:1])


def test_no_encode_is_left_behind(clips: Path, tmp_path: Path) -> None:
    build(clips, tmp_path, FEW[:2])
    assert set(tmp_path.iterdir()) == {*parts(tmp_path), tmp_path / "corpus.lock"}


def test_a_work_folder_keeps_what_is_not_ours(clips: Path, tmp_path: Path) -> None:
    others = {tmp_path / ".mine.parquet", tmp_path / "mine.parquet"}
    for path in others:
        path.touch()
    build(clips, tmp_path, FEW[:1])
    clear(tmp_path)
    assert set(tmp_path.iterdir()) == others


def test_a_part_that_a_crash_has_cut_is_done_again(clips: Path, tmp_path: Path) -> None:
    first = build(clips, tmp_path, FEW[:1])
    cut = min(parts(tmp_path))
    cut.write_bytes(cut.read_bytes()[:100])
    second = build(clips, tmp_path, FEW[:1])
    assert second.n_reused == 1
    assert second.table.equals(first.table)


def test_a_clip_that_changes_during_the_run_is_skipped_and_said(tmp_path: Path, make_clip: MakeClip) -> None:
    clip = make_clip(tmp_path / "one.mkv")

    def change(n_done: int, _n_total: int) -> None:
        if n_done == 1:
            clip.write_bytes(clip.read_bytes() + b"more")

    with local_executor(tmp_path / "work", jobs=1) as executor:
        distortions = FEW * 5  # more than one job has a head start
        found = build_corpus(read_clips(tmp_path), tmp_path / "work", distortions, executor, progress=change)
    assert found.skipped[-1].reason == "one.mkv has other bytes than when the run began."


def test_two_runs_do_not_share_a_work_folder(clips: Path, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "corpus.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InvalidArgument, match="Another run is at work"):
            build(clips, tmp_path, FEW[:1])


def test_every_rung_of_the_ladder_has_its_own_name() -> None:
    assert len(BY_NAME) == len(DISTORTIONS)
    assert {distortion.codec for distortion in DISTORTIONS} == {
        "x264",
        "x265",
        "vp9",
        "svtav1",
        *ODD_CODECS,
    } - {
        "banding",
        "chroma",
    }
    assert {distortion.scale for distortion in DISTORTIONS} == {1, 2, 4}


def test_an_encoder_that_fails_is_quoted(clips: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"can't make x-y-1 of one\.mkv: .*Encoder not found"):
        encode(
            ffmpeg_path(), clips / "one.mkv", Distortion("x", "y", ("-c:v", "nonsense")), tmp_path / "e.mkv"
        )
    with pytest.raises(VideoError, match="can't make x-y-1"):
        encode(
            ffmpeg_path(), clips / "one.mkv", Distortion("x", "y", (), "no_such_filter"), tmp_path / "e.mkv"
        )


def test_encoders_get_memory_that_is_zero(tmp_path: Path) -> None:
    """Else one encode in a hundred of small sizes has other bits: something looks at what was not written."""
    ffmpeg = tmp_path / "ffmpeg"
    ffmpeg.write_text('#!/bin/sh\nfor last; do :; done\nprintf %s "$MALLOC_PERTURB_" > "$last"\n')
    ffmpeg.chmod(0o755)
    encode(str(ffmpeg), tmp_path / "a.y4m", DISTORTIONS[0], tmp_path / "out.mkv")
    assert int((tmp_path / "out.mkv").read_text()) == 0xFF  # glibc fills with the complement


def test_a_manifest_gives_scenes_their_sources(tmp_path: Path) -> None:
    lines = (
        "scene,file,source_repo,source_path,kind\nb,b.mkv,who/what,f.mp4,screen\na,a.mkv,who/what,f.mp4,\n"
    )
    (tmp_path / "m.csv").write_text(lines)
    a, b = read_clips(tmp_path / "m.csv")
    assert (a.scene, a.source, a.kind, a.path) == ("a", "who/what/f.mp4", "other", tmp_path / "a.mkv")
    assert (b.scene, b.source, b.kind) == ("b", "who/what/f.mp4", "screen")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("scene,file,source_repo\n", "lacks the column 'source_path'"),
        ("scene,file,source_repo,source_path\n", "names no clip"),
        ("scene,file,source_repo,source_path\na,a,r,p\na,b,r,p\n", "has the scene 'a' more than once"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "m.csv").write_text(content)
    with pytest.raises(InvalidArgument, match=sentence):
        read_clips(tmp_path / "m.csv")


def test_an_empty_folder_and_a_missing_manifest_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="names no clip"):
        read_clips(tmp_path)
    with pytest.raises(InvalidArgument, match="Can't read the manifest"):
        read_clips(tmp_path / "none.csv")
