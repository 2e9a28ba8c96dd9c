# SPDX-License-Identifier: BSD-3-Clause
"""Clips without a reference: from Python."""

from __future__ import annotations

import dataclasses
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import make_filters, make_models
from tests.support.clips import N_FRAMES, Clips
from tests.support.make_tile_models import write_tile_model
from vmaf_dnn import (
    InvalidArgument,
    Progress,
    Report,
    RuntimeFailure,
    Session,
    VideoError,
    compare,
    score,
    write_page,
)
from vmaf_dnn.unreferenced.tiles import tiles


def planes(n: int = 4, size: tuple[int, int] = (240, 320), dtype: type = np.uint8) -> list[np.ndarray]:
    return [np.full(size, 20 * (i + 1), dtype) for i in range(n)]


def test_a_frame_has_the_mean_of_its_tiles(tmp_path: Path) -> None:
    luma = np.random.default_rng(1).integers(0, 256, (300, 500), np.uint8)
    path = write_tile_model(tmp_path)
    report = score(None, [[luma]], tiny_model=path)[0]
    expected = [Session(path).run({"luma": tile[None, None]})["score"][0] for tile in tiles(luma)]
    assert len(expected) == 6
    assert report.metrics["bright"].tolist() == [float(np.mean([float(one) for one in expected]))]


def test_the_report_says_what_it_is_of(clips: Clips, tmp_path: Path) -> None:
    report = score(None, clips.distorted, tiny_model=write_tile_model(tmp_path))
    document = json.loads(report.to_json())
    assert document["tiny_model"]["kind"] == "nr"
    assert list(document["clips"]) == ["distorted"]
    assert document["clips"]["distorted"]["name"] == str(clips.distorted)
    assert document["params"] == {"qualityWidth": 176, "qualityHeight": 144}
    assert len(document["frames"]) == N_FRAMES
    assert "ffmpeg" in report.version
    assert set(document["statistics"]["bright"]) >= {"p5", "worst_second"}


@pytest.mark.parametrize("layout", ["json", "xml"])
def test_a_report_is_read_again(clips: Clips, tmp_path: Path, layout: str) -> None:
    report = score(None, clips.reference, tiny_model=write_tile_model(tmp_path), pool="p5")
    path = tmp_path / f"report.{layout}"
    report.write(path)
    again = Report.read(path)
    assert again == report
    assert again.clips is not None
    assert again.clips.reference == ""


def test_frames_are_chosen_as_the_options_say(tmp_path: Path) -> None:
    model, frames = Session(write_tile_model(tmp_path)), planes(10)

    def scored(**options: Any) -> tuple[list[int], list[int]]:
        report = score(None, frames, tiny_model=model, **options)
        return report.frame_numbers.tolist(), np.rint(report.metrics["bright"] * 2.55).astype(int).tolist()

    assert scored(subsample=4) == ([0, 4, 8], [20, 100, 180])
    assert scored(frame_skip_dist=3, frame_cnt=2) == ([0, 1], [80, 100])


def test_a_part_by_time_and_what_is_left_of_the_clip(clips: Clips, tmp_path: Path) -> None:
    path = write_tile_model(tmp_path)
    whole, part = (score(None, clips.distorted, tiny_model=path, start=start) for start in (0.0, 0.2))
    assert part.metrics["bright"].tolist() == whole.metrics["bright"].tolist()[5:]
    with pytest.raises(VideoError, match="has no frame left to score; skip fewer of them"):
        score(None, clips.distorted, tiny_model=path, frame_skip_dist=99)


def test_a_clip_is_brought_to_so_many_lines(clips: Clips, tmp_path: Path) -> None:
    report = score(None, clips.reference, tiny_model=write_tile_model(tmp_path), scale=288)
    assert (report.width, report.height) == (352, 288)
    assert report.clips is not None
    assert report.clips.distorted_states["treated"] == "scaled to 352x288 (bicubic)"


def test_deep_samples_score_as_their_share_of_the_peak(tmp_path: Path) -> None:
    frames = planes(1, dtype=np.uint16)
    report = score(None, frames, tiny_model=write_tile_model(tmp_path), bitdepth=10)
    assert report.metrics["bright"][0] == pytest.approx(100 * 20 / 1023, abs=1e-3)


def test_several_clips_and_several_models(tmp_path: Path) -> None:
    models = [write_tile_model(tmp_path), write_tile_model(tmp_path, "dark", gain=10.0)]
    reports = score(None, [planes(1), planes(2)], tiny_model=models)
    assert [len(report.frame_numbers) for report in reports] == [1, 2]
    assert list(reports[0].scores) == ["bright", "dark"]
    assert reports[0].scores["bright"] == pytest.approx(10 * reports[0].scores["dark"], rel=1e-5)


def test_scores_are_clipped_to_the_range(tmp_path: Path) -> None:
    for gain, expected in ((1e4, 100.0), (-5.0, 0.0)):
        report = score(None, planes(1), tiny_model=write_tile_model(tmp_path, gain=gain))
        assert report.score == expected


def test_progress_is_told_of_each_frame(clips: Clips, tmp_path: Path) -> None:
    seen: list[Progress] = []
    score(None, clips.reference, tiny_model=write_tile_model(tmp_path), progress=seen.append, subsample=3)
    assert [(one.n_frames_done, one.n_frames_total) for one in seen] == [
        (n + 1, N_FRAMES) for n in range(N_FRAMES)
    ]


def test_a_file_that_nobody_describes_is_taken_by_its_shape(tmp_path: Path) -> None:
    path = write_tile_model(tmp_path, shape=("batch", 1, 224, 224))
    path.with_suffix(".json").unlink()
    assert score(None, planes(1), tiny_model=path).score == pytest.approx(100 * 20 / 255, abs=1e-3)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("vmaf_tiny_v4", r"vmaf_tiny_v4 is of kind fr: it scores a clip beside its reference .*nr_metric_v1"),
        (
            None,
            r"is scored by a model of kind nr; name one \(tiny_model='nr_metric_v1'\), or several",
        ),
        ("vmaf_tiny_v2", "a clip without a reference is scored by a model of kind nr"),
        ("auto", "a clip without a reference is scored by a model of kind nr"),
    ],
)
def test_a_model_of_another_kind_is_refused(model: str | None, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        score(None, planes(1), tiny_model=model)


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (
            (10, 20),
            r"20x10, .*; score it at the size that it is shown at, 33 lines or more \(--scale LINES\)",
        ),
        (
            (48, 20),
            r"20x48, .*; score it at the size that it is shown at, 80 lines or more \(--scale LINES\)",
        ),
        ((3, 30_000), "30000x3, .* or more; it is too narrow to be scored"),
    ],
)
def test_a_clip_that_is_too_small(size: tuple[int, int], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=sentence):
        score(None, planes(1, size), tiny_model=write_tile_model(tmp_path))


def test_paths_that_are_none_are_refused(tmp_path: Path) -> None:
    for path, sentence in (
        ("", "the path of a clip is empty"),
        ("a\0b", r"a\\x00b is no path: it holds a null"),
    ):
        with pytest.raises(VideoError, match=sentence):
            score(None, path, tiny_model=write_tile_model(tmp_path))
    with pytest.raises(InvalidArgument, match=r"can't write 'a\\x00b': a name holds no null byte"):
        score(None, planes(1), tiny_model=write_tile_model(tmp_path)).write("a\0b")


def test_a_filter_is_refused_with_what_it_is_for(tmp_path: Path) -> None:
    path = write_tile_model(tmp_path, "soft", kind="filter")
    with pytest.raises(InvalidArgument, match=r"soft is of kind filter: it makes pictures .*vmaf-dnn filter"):
        score(None, planes(1), tiny_model=path)


@pytest.mark.parametrize("data", [make_filters.identity(), make_models.add_and_subtract()])
def test_a_model_that_takes_no_tile_is_refused(data: bytes, tmp_path: Path) -> None:
    path = make_models.write(tmp_path, data)
    with pytest.raises(
        InvalidArgument, match=r"expected one tile, float32 \[1, 1, 224, 224\], and one score"
    ):
        score(None, planes(1), tiny_model=path)


def test_a_score_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = write_tile_model(tmp_path, gain=float("inf"))
    with pytest.raises(RuntimeFailure, match=r"bright scores frame 0 .*, expected a finite number"):
        score(None, planes(1), tiny_model=path)


def test_a_model_without_a_reference_is_refused_beside_one(clips: Clips, tmp_path: Path) -> None:
    path = write_tile_model(tmp_path)
    sentence = r"bright is of kind nr: it scores a clip that has no reference \(vmaf-dnn nr CLIP"
    with pytest.raises(InvalidArgument, match=sentence):
        score(clips.reference, clips.distorted, tiny_model=path)


@pytest.mark.parametrize(
    "option",
    [
        *(
            {"match": "time"},
            {"sync": "auto"},
            {"shortest": True},
            {"frame_skip_ref": 1},
            {"extractor": "native"},
        ),
        *({"encoded": "none"}, {"adm_enhn_gain_limit": 1.0}, {"svm_model": "version=vmaf_v0.6.1"}),
        *({"bit_rate": True}, {"on_misfit": print}, {"measure": print}),
    ],
)
def test_what_goes_with_a_reference_is_refused(option: dict[str, Any], tmp_path: Path) -> None:
    (name,) = option
    with pytest.raises(
        InvalidArgument, match=f"{name} goes with a reference, and there is none; leave it out"
    ):
        score(None, planes(1), tiny_model=write_tile_model(tmp_path), **option)


def test_scale_needs_a_number_of_lines(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="scale has no reference whose size it could take"):
        score(None, planes(1), tiny_model=write_tile_model(tmp_path), scale=True)


def test_a_very_small_clip_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"is 32x40, and tiles are cut from 33x33 pixels or more; .*--scale"):
        score(None, planes(1, (40, 32)), tiny_model=write_tile_model(tmp_path))


def test_a_model_twice_is_refused(tmp_path: Path) -> None:
    path = write_tile_model(tmp_path)
    with pytest.raises(InvalidArgument, match=r"names bright\.fp32 more than once"):
        score(None, planes(1), tiny_model=[path, path])


def test_reports_of_a_lone_clip_equal_only_their_like(tmp_path: Path) -> None:
    report = score(None, planes(1), tiny_model=write_tile_model(tmp_path))
    assert report.clips is not None
    beside = dataclasses.replace(report, clips=dataclasses.replace(report.clips, reference="ref.y4m"))
    assert report != beside


def test_a_page_and_a_comparison_do_without_the_reference(tmp_path: Path) -> None:
    model = write_tile_model(tmp_path)
    a, b = score(None, [planes(3), planes(3)], tiny_model=model)
    write_page(a, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "against no reference" in text
    assert "reference: " not in text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compare(a, b).metrics["bright"].mean == 0
