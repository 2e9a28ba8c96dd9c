# SPDX-License-Identifier: BSD-3-Clause
"""What a sidecar states of the rows before a network and of the scores after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.make_models import write_model_of_v1 as write_model
from tests.support.v1 import coloured_pair, features_of, write_coloured_y4m
from vmaf_dnn import ModelRejected, RegistryInvalid, Session
from vmaf_dnn.cli import main

OPTIONS = [feature.partition("=")[2] for feature in features_of("3d0h")]
CORRECTION = {"parameter": 120, "guided": "speed_chroma_uv", "guide": "adm3"}
TRANSFORM = {"p0": 5.0, "p1": 2.0, "p2": 0.5}


def rows_with_zeros(n: int) -> np.ndarray:
    rows = np.random.default_rng(n).random((n, 4)).astype(np.float32)
    rows[::3, 1] = 0
    return rows


def corrected(rows: np.ndarray) -> np.ndarray:
    replaced = rows.copy()
    is_zero = rows[:, 1] == 0
    replaced[is_zero, 1] = (120 * (1 - rows[is_zero, 2].astype(np.float64))).astype(np.float32)
    return replaced


@pytest.mark.parametrize("engine", ["fused", "onnxruntime"])
@pytest.mark.parametrize("n_rows", [1, 7, 4096, 9001])
def test_exact_zeros_are_corrected(
    tmp_path: Path, engine: Literal["fused", "onnxruntime"], n_rows: int
) -> None:
    rows = rows_with_zeros(n_rows)
    model = write_model(tmp_path, chroma_correction=CORRECTION)
    (tmp_path / "plain").mkdir()
    plain = Session(write_model(tmp_path / "plain"), engine=engine)
    session = Session(model, engine=engine)
    before = rows.copy()
    np.testing.assert_array_equal(session.run(rows), plain.run(corrected(rows)))
    np.testing.assert_array_equal(rows, before)
    np.testing.assert_array_equal(session.run({"features": rows})["vmaf"], session.run(rows))
    one_by_one = [session.run(row[None])[0] for row in rows[:50]]
    np.testing.assert_array_equal(session.run(rows)[:50], one_by_one)


def test_only_zero_is_zero(tmp_path: Path) -> None:
    session = Session(write_model(tmp_path, plus=0.0, chroma_correction=CORRECTION))
    tiny = np.finfo(np.float32).smallest_subnormal
    rows = np.array([[0, chroma, 0.5, 0] for chroma in (0.0, -0.0, tiny, -tiny, 1.0)], np.float32)
    assert session.run(rows).tolist() == pytest.approx([15.125, 15.125, 0.125, 0.125, 0.375])


def test_scores_are_curved_and_clipped(tmp_path: Path) -> None:
    plain = Session(write_model(tmp_path)).run
    rows = np.linspace(-40, 40, 400, dtype=np.float32).reshape(100, 4)
    raw = plain(rows).astype(np.float64)
    session = Session(write_model(tmp_path, score_transform=TRANSFORM, output_range=[-10, 110]))
    expected = np.clip(5 + 2 * raw + 0.5 * raw * raw, -10, 110).astype(np.float32)
    np.testing.assert_array_equal(session.run(rows), expected)
    assert session.run(rows).max() == 110
    only_p1 = Session(write_model(tmp_path, score_transform={"p1": 1}))
    np.testing.assert_array_equal(only_p1.run(rows), np.clip(raw, 0, 100).astype(np.float32))
    assert np.isnan(session.run(np.full((1, 4), np.nan, np.float32))).all()


def test_what_is_stated_is_told(tmp_path: Path) -> None:
    info = Session(write_model(tmp_path, feature_options=OPTIONS)).info
    assert info.feature_options == tuple(OPTIONS)
    assert info.requests == tuple(features_of("3d0h"))
    assert Session(write_model(tmp_path)).info.requests == ()


@pytest.mark.parametrize(
    ("stated", "kind", "sentence"),
    [
        ({"feature_options": ["a"]}, ModelRejected, "feature_options of 1 features, but names 4"),
        (
            {"feature_options": ["", "", "speed=1", ""]},
            ModelRejected,
            "feature_options of adm3 that can't be",
        ),
        ({"feature_options": [1, 2, 3, 4]}, RegistryInvalid, "where a list of strings is expected"),
        (
            {"chroma_correction": CORRECTION | {"guide": "adm2"}},
            ModelRejected,
            'over "adm2", which is no feature',
        ),
        ({"chroma_correction": CORRECTION | {"more": 1}}, RegistryInvalid, 'has the unknown field "more"'),
        (
            {"chroma_correction": {"guided": "a", "guide": "b"}},
            RegistryInvalid,
            'lacks the required "parameter"',
        ),
        ({"chroma_correction": [120]}, RegistryInvalid, "where an object is expected"),
        ({"score_transform": {"p3": 1}}, RegistryInvalid, 'has the unknown field "p3"'),
        ({"score_transform": {"p0": "1"}}, RegistryInvalid, "where a number is expected"),
        ({"score_transform": {"p0": 1}}, RegistryInvalid, 'has neither "p1" nor "p2"'),
    ],
)
def test_refuses_what_makes_no_sense(
    tmp_path: Path, stated: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        Session(write_model(tmp_path, **stated))


@pytest.mark.parametrize(
    ("stated", "noun"),
    [
        ({"feature_options": ["", ""]}, "feature_options"),
        ({"chroma_correction": CORRECTION}, "a chroma_correction"),
        ({"score_transform": TRANSFORM}, "a score_transform"),
    ],
)
def test_only_models_of_rows_follow_it(tmp_path: Path, stated: dict[str, Any], noun: str) -> None:
    path = make_models.write(tmp_path, make_models.add_and_subtract())
    contract = {"schema_version": 1, "id": "m", "features": [], "output_range": [0, 100]}
    path.with_suffix(".json").write_text(json.dumps(contract))
    Session(path)
    path.with_suffix(".json").write_text(json.dumps(contract | stated))
    with pytest.raises(ModelRejected, match=f"has {noun}, but the graph doesn't take rows of features"):
        Session(path)


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    pairs = [coloured_pair("natural", 400, 330, 8, "420", seed) for seed in range(3)]
    return [
        write_coloured_y4m(tmp_path / f"{i}.y4m", [pair[i] for pair in pairs], 8, "420") for i in range(2)
    ]


def test_clips_are_measured_as_their_models_state(tmp_path: Path, clips: list[Path]) -> None:
    model = write_model(tmp_path, feature_options=OPTIONS, chroma_correction=CORRECTION)
    report = vmaf_dnn.score(*clips, tiny_model=[model, "vmaf_tiny_v2"], svm_model="version=vmaf_v1.0.16_3d0h")
    names = [vmaf_dnn.extractor.feature_name(feature) for feature in features_of("3d0h")]
    assert set(names) | {"integer_adm2", "integer_motion2", "vmaf", "mean", "vmaf_tiny_v2"} <= set(
        report.metrics
    )
    rows = np.stack([report.metrics[name] for name in names], axis=1).astype(np.float32)
    np.testing.assert_array_equal(report.metrics["mean"], Session(model).run(rows))
    alone = vmaf_dnn.score(*clips, tiny_model=model)
    assert "integer_vif_scale0" not in alone.metrics
    np.testing.assert_array_equal(alone.metrics["mean"], report.metrics["mean"])


def test_the_command_scores_with_it(
    tmp_path: Path, clips: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_model(tmp_path, feature_options=OPTIONS, score_transform={"p0": 1, "p1": 1})
    words = ["-r", str(clips[0]), "-d", str(clips[1]), "--tiny-model", str(model)]
    assert main(words) == 0
    assert capsys.readouterr().out == f"mean: {vmaf_dnn.score(*clips, tiny_model=model).mean:.6f}\n"


def test_ids_share_a_network(tmp_path: Path) -> None:
    model = write_model(tmp_path)
    own = json.loads(model.with_suffix(".json").read_text())
    other = own | {"id": "other", "score_transform": TRANSFORM, "feature_options": OPTIONS}
    (tmp_path / "other.json").write_text(json.dumps(other))
    entry = {"id": "mean", "kind": "fr", "onnx": "mean.onnx", "sha256": own["sha256"]}
    entries: list[dict[str, object]] = [{**entry, "id": "other", "sidecar": "other.json"}, {**entry}]
    registry = make_models.write_registry(tmp_path, entries)
    listed = {info.id: info for info in vmaf_dnn.models(registry)}
    assert listed["other"].sidecar == tmp_path / "other.json"
    assert listed["other"].feature_options == tuple(OPTIONS)
    assert listed["mean"].sidecar == tmp_path / "mean.json"
    rows = rows_with_zeros(10)
    raw = Session("mean", registry=registry).run(rows).astype(np.float64)
    curved = Session("other", registry=registry)
    assert curved.info.id == "other"
    expected = np.clip(5 + 2 * raw + 0.5 * raw * raw, 0, 100).astype(np.float32)
    np.testing.assert_array_equal(curved.run(rows), expected)
    np.testing.assert_array_equal(Session(model).run(rows), raw.astype(np.float32))


@pytest.mark.parametrize("name", ["../other.json", "/other.json", "other.txt"])
def test_a_sidecar_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    entry = make_models.write_entry(tmp_path, "mean", make_models.mean_of_six(), sidecar=name)
    with pytest.raises(RegistryInvalid, match='"sidecar"'):
        Session("mean", registry=make_models.write_registry(tmp_path, [entry]))
