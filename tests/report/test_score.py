# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import make_models
from tests.support.clips import Clips, SpyFfmpeg
from tests.support.shipped import SHIPPED
from vmaf_dnn import (
    InvalidArgument,
    ModelNotFound,
    RuntimeFailure,
    Session,
    features,
    models,
    score,
)
from vmaf_dnn.video.options import EXTRACTORS


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_adds_the_clipped_score_of_the_model(clips: Clips, extractor: str) -> None:
    report = score(
        clips.reference, clips.distorted, tiny_model="vmaf_tiny_v4", prediction=False, extractor=extractor
    )
    table = features(clips.reference, clips.distorted, extractor=extractor)
    expected = np.clip(Session("vmaf_tiny_v4").run(table.rows()), 0, 100)
    np.testing.assert_array_equal(report.metrics["vmaf_tiny_v4"], expected)
    assert list(report.metrics) == [*table.metrics, "vmaf_tiny_v4"]
    assert report.mean == pytest.approx(expected.mean(), abs=1e-4)
    assert report.tiny_models[0]["device"]["requested"] == "auto"


def test_scores_are_clipped_to_the_models_range(clips: Clips, tmp_path: Path) -> None:
    model = models()[0]
    assert model.sidecar
    raw = Session(model.path).run(features(clips.reference, clips.distorted).rows())
    low, high = np.quantile(raw, (0.3, 0.7)).tolist()
    path = Path(shutil.copy(model.path, tmp_path))
    fields = json.loads(model.sidecar.read_text()) | {"output_range": [low, high]}
    (tmp_path / model.sidecar.name).write_text(json.dumps(fields))
    report = score(clips.reference, clips.distorted, tiny_model=path)
    assert (raw.min() < low, raw.max() > high) == (True, True)
    np.testing.assert_array_equal(report.metrics[model.id], np.clip(raw.astype(float), low, high))


def test_frames_unlike_the_training_rows_are_counted_and_said_once(clips: Clips, tmp_path: Path) -> None:
    model = models()[0]
    assert model.sidecar
    path = Path(shutil.copy(model.path, tmp_path))
    motion = features(clips.reference, clips.distorted).rows()[:, 5]
    highest = float(np.median(motion))
    n_above = int((motion > highest).sum())
    fields = json.loads(model.sidecar.read_text())
    assert len(fields["feature_range"]) == 6
    fields["feature_range"] = [[0, 10]] * 5 + [[0, highest]]
    (tmp_path / model.sidecar.name).write_text(json.dumps(fields))
    sentence = (
        rf"extrapolates on {n_above} of 10 .*\(motion2 {motion.max():.4g}, trained 0 to {highest:.4g}\)"
    )
    with pytest.warns(RuntimeWarning, match=sentence) as said:
        report = score(clips.reference, clips.distorted, tiny_model=path)
    assert len(said) == 1
    assert json.loads(report.to_json())["tiny_model"]["out_of_domain"] == n_above > 0


def test_one_model_by_id_and_by_path_scores_equal_bits(clips: Clips) -> None:
    path = next(model.path for model in models() if model.id == "vmaf_tiny_v3")
    by_id, by_path = (
        score(clips.reference, clips.distorted, tiny_model=model) for model in ("vmaf_tiny_v3", path)
    )
    np.testing.assert_array_equal(by_id.metrics["vmaf_tiny_v3"], by_path.metrics["vmaf_tiny_v3"])


def test_several_models_share_one_extraction(clips: Clips, spy_ffmpeg: SpyFfmpeg) -> None:
    asked: list[str | Session] = ["vmaf_tiny_v2", Session("vmaf_tiny_v3", precision="fp32")]
    report = score(
        clips.reference,
        clips.distorted,
        tiny_model=asked,
        ffmpeg=str(spy_ffmpeg.path),
        extractor="libvmaf",
    )
    assert [model["id"] for model in report.tiny_models] == ["vmaf_tiny_v2", "vmaf_tiny_v3"]
    assert len(json.loads(report.to_json())["tiny_model"]) == 2
    assert sum("libvmaf=" in call for call in spy_ffmpeg.calls) == 1


def test_one_model_in_two_precisions_gets_two_names(clips: Clips) -> None:
    sessions = [Session("vmaf_tiny_v4", precision=precision) for precision in ("fp32", "int8")]
    report = score(clips.reference, clips.distorted, tiny_model=sessions)
    assert list(report.metrics)[-2:] == ["vmaf_tiny_v4.fp32", "vmaf_tiny_v4.int8"]


def test_every_model_is_near_libvmaf_on_every_frame_of_an_encode(clips: Clips) -> None:
    sessions = [Session(id_, precision=word) for id_, word in SHIPPED]
    report = score(clips.reference, clips.distorted, tiny_model=sessions, extractor="libvmaf")
    vmaf = report.metrics["vmaf"]
    assert len(report.models) == 6
    assert 60 < vmaf.mean() < 85
    for model in report.models:
        scores = report.metrics[model.metric]
        np.testing.assert_allclose(scores, vmaf, rtol=0, atol=1.5, err_msg=model.metric)


def test_refuses_one_model_twice(clips: Clips) -> None:
    with pytest.raises(InvalidArgument, match=r"tiny_model names vmaf_tiny_v2.fp32 more than once"):
        score(clips.reference, clips.distorted, tiny_model=["vmaf_tiny_v2"] * 2, precision="fp32")


def test_a_model_called_vmaf_does_not_hide_libvmafs(clips: Clips, tmp_path: Path) -> None:
    path = shutil.copy(models()[0].path, tmp_path / "vmaf.onnx")
    report = score(clips.reference, clips.distorted, tiny_model=path, extractor="libvmaf")
    assert list(report.metrics)[-2:] == ["vmaf", "vmaf.fp32"]


def test_a_file_name_becomes_a_name_that_reports_can_hold(clips: Clips, tmp_path: Path) -> None:
    path = shutil.copy(models()[0].path, tmp_path / '1 "odd", näme.onnx')
    report = score(clips.reference, clips.distorted, tiny_model=path, extractor="libvmaf")
    assert list(report.metrics)[-1] == "_1__odd___n_me"
    assert report.to_xml()
    assert report.tiny_models[0]["id"] == '1 "odd", näme'


@pytest.mark.parametrize("name", ["Frame", "frameNum", "integer_adm2"])
def test_a_model_called_as_a_column_of_the_report_hides_none(clips: Clips, tmp_path: Path, name: str) -> None:
    path = shutil.copy(models()[0].path, tmp_path / f"{name}.onnx")
    plain = score(clips.reference, clips.distorted, tiny_model=None)
    report = score(clips.reference, clips.distorted, tiny_model=path)
    assert list(report.metrics) == [*plain.metrics, f"{name}.fp32"]
    for metric, values in plain.metrics.items():
        np.testing.assert_array_equal(report.metrics[metric], values)


def test_refuses_models_whose_names_meet_in_the_report(tmp_path: Path) -> None:
    paths = [shutil.copy(models()[0].path, tmp_path / name) for name in ("a b.onnx", "a_b.onnx")]
    sentence = "'a b' and 'a_b' would both be called a_b.fp32 in the report; give the model another id"
    with pytest.raises(InvalidArgument, match=sentence):
        score("missing.y4m", "missing.y4m", tiny_model=paths)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_score_that_is_no_number_fails(clips: Clips, tmp_path: Path, value: float) -> None:
    path = tmp_path / "lost.onnx"
    path.write_bytes(make_models.mean_of_six(plus=value))
    with pytest.raises(RuntimeFailure, match=f"^lost scores frame 0 {value}, expected a finite number"):
        score(clips.reference, clips.distorted, tiny_model=path, frame_cnt=4)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reference": 5}, "reference must be a path or frames, got 5"),
        ({"distorted": None}, "distorted must be a path or frames, got None"),
        ({"tiny_model": 5}, "tiny_model must be an id, a path, a Session or several, got 5"),
        ({"tiny_threads": 1.5}, "threads must be a whole number, got 1.5"),
        ({"prediction": "no"}, "prediction must be True or False, got 'no'"),
        ({"progress": 5}, "progress must be a callable, got 5"),
        ({"shortest": "no"}, "shortest must be True or False, got 'no'"),
    ],
)
def test_refuses_arguments_of_the_wrong_type(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        score(**{"reference": "missing.y4m", "distorted": "missing.y4m", **given})


def test_features_only(clips: Clips) -> None:
    report = score(clips.reference, clips.distorted, tiny_model=None, prediction=False)
    assert "vmaf" not in report.metrics
    assert report.tiny_models == []


def test_a_model_without_libvmafs_prediction(clips: Clips) -> None:
    report = score(clips.reference, clips.distorted, prediction=False)
    assert list(report.scores) == ["vmaf_tiny_v2"]


def test_a_bad_model_fails_before_the_clips_are_read() -> None:
    with pytest.raises(ModelNotFound, match="vmaf_tiny_v9"):
        score("missing.y4m", "missing.y4m", tiny_model="vmaf_tiny_v9")


def test_a_model_without_features_fails_before_the_clips_are_read(tmp_path: Path) -> None:
    path = tmp_path / "both.onnx"
    path.write_bytes(make_models.add_and_subtract())
    sentence = (
        r"both states no features \(it takes a: float32 \[N, 3\], b: float32 \[N, 3\]\); give it a sidecar"
        ' with "features", or run it with Session.run'
    )
    with pytest.raises(InvalidArgument, match=sentence):
        score("missing.y4m", "missing.y4m", tiny_model=path)


def test_refuses_an_unknown_option() -> None:
    with pytest.raises(InvalidArgument, match="unknown video option 'sheep'"):
        score("missing.y4m", "missing.y4m", sheep=1)  # type: ignore[call-overload]


def test_video_options_reach_the_extraction(clips: Clips) -> None:
    report = score(clips.reference, clips.distorted, frame_cnt=4, subsample=2)
    assert [frame["frameNum"] for frame in report.frames] == [0, 2]
