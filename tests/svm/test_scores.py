# SPDX-License-Identifier: BSD-3-Clause
"""Models of libvmaf: their scores beside scikit-learn's, libvmaf's and those worked out by hand."""

from __future__ import annotations

import hashlib
import math
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clips import LogReader
from tests.support.make_svrs import FEATURES, Svr, feature_rows, train_svr
from tests.support.synthetic import pair_of_kind, write_y4m
from vmaf_dnn import InvalidArgument, RuntimeFailure
from vmaf_dnn._core import FeatureExtractor
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_dnn.svm import SvmFeature, SvmModel, read_svm_model

ROWS = feature_rows(300, seed=1)


@pytest.fixture(scope="module")
def svr() -> Svr:
    return train_svr()


@pytest.fixture
def file(tmp_path: Path, svr: Svr) -> Path:
    return svr.write(tmp_path / "m.json")


@pytest.mark.parametrize(
    "features",
    [FEATURES, CANONICAL_6, ("vif_scale2", "adm2"), ("motion2",)],
    ids=lambda names: str(len(names)),
)
@pytest.mark.parametrize("seed", [1, 2])
def test_scores_are_those_of_scikit_learn(tmp_path: Path, features: tuple[str, ...], seed: int) -> None:
    svr, rows = train_svr(seed, features), feature_rows(200, 7, features)
    model = read_svm_model(svr.write(tmp_path / "m.json"), clip=False)
    assert model.features == tuple(SvmFeature(name) for name in features)
    np.testing.assert_allclose(model.predict(rows), svr.unclipped(rows), rtol=0, atol=1e-9)
    assert np.ptp(svr.unclipped(rows)) > 5


def test_a_model_states_what_was_read(file: Path) -> None:
    model = read_svm_model(str(file))
    assert (model.name, model.path) == ("vmaf", file)
    assert model.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (model.clip, model.transform) == ((0, 100), None)
    assert read_svm_model(file, name="vmaf_b").name == "vmaf_b"


def by_hand(path: Path, **changes: Any) -> SvmModel:
    """Over two features, with two support vectors of which each leaves one index out."""
    text = (
        "svm_type nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 2\nrho -1\nSV\n2 1:1 \n-3 2:2 \n"
    )
    content = {
        "model_type": "LIBSVMNUSVR",
        "norm_type": "none",
        "feature_names": [f"VMAF_integer_feature_{name}_score" for name in ("vif_scale3", "adm2")],
        "model": text,
    }
    clip, transform = changes.pop("clip", True), changes.pop("transform", None)
    svr = Svr(None, np.ones(2), np.zeros(2), {"model_dict": content})
    return read_svm_model(svr.write(path / "by_hand.json", **changes), clip=clip, transform=transform)


def test_an_index_left_out_is_zero(tmp_path: Path) -> None:
    scores = by_hand(tmp_path).predict(np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 2.0]]))
    near, far, farther = math.exp(-0.5 * 5), math.exp(-0.5 * 8), math.exp(-0.5 * 9)
    assert scores.tolist() == pytest.approx([3 - 3 * near, 2 * near - 3 + 1, 2 * far - 3 * farther + 1])


def test_scaling_shifts_features_and_the_score(tmp_path: Path) -> None:
    scaled = by_hand(tmp_path, norm_type="linear_rescale", slopes=[0.5, 2, 4], intercepts=[1, -1, 2])
    plain = by_hand(tmp_path, slopes=[0.5, 2, 4])
    rows = np.array([[0.25, -0.5], [1.0, 0.0]])
    np.testing.assert_allclose(scaled.predict(rows), (plain.predict(rows * [2, 4] + [-1, 2]) - 1) / 0.5)


TRANSFORMED: list[tuple[dict[str, Any], list[float]]] = [
    ({}, [-20, 10, 60, 120]),
    ({"p0": 5}, [5, 5, 5, 5]),
    ({"p1": 0.5, "p2": None}, [-10, 5, 30, 60]),
    ({"p0": 1, "p1": 2, "p2": 0.01}, [-35, 22, 157, 385]),
    ({"knots": [[0, 10], [50, 10], [100, 110]]}, [10, 10, 30, 150]),
    ({"knots": [[0, 0], [100, 50]]}, [-10, 5, 30, 60]),
    ({"p1": 2, "knots": [[0, 0], [40, 80], [100, 110]]}, [-80, 40, 120, 180]),
    ({"p0": 20, "p1": 0.5}, [10, 25, 50, 80]),
    ({"p0": 20, "p1": 0.5, "out_gte_in": "true"}, [10, 25, 60, 120]),
    ({"p0": 20, "p1": 0.5, "out_lte_in": "true"}, [-20, 10, 50, 80]),
    ({"p0": 20, "p1": 0.5, "out_lte_in": "true", "out_gte_in": "true"}, [-20, 10, 60, 120]),
    ({"p0": 20, "p1": 0.5, "out_lte_in": "false", "out_gte_in": "false"}, [10, 25, 50, 80]),
]


@pytest.mark.parametrize(("transform", "expected"), TRANSFORMED)
def test_transforms_by_hand(tmp_path: Path, transform: dict[str, Any], expected: list[float]) -> None:
    row = np.zeros((1, 2))
    output = by_hand(tmp_path).predict(row)[0]
    for score, transformed in zip([-20, 10, 60, 120], expected, strict=True):
        scaling = {"slopes": [output / (score + 1000), 1, 1], "intercepts": [0, 0, 0]}
        scaling["intercepts"][0] = output - score * scaling["slopes"][0]
        fields = scaling | {"norm_type": "linear_rescale", "score_transform": transform}
        assert by_hand(tmp_path, **fields, transform=True).predict(row)[0] == pytest.approx(transformed)
        clipped = by_hand(tmp_path, **fields, transform=True, score_clip=[0, 100]).predict(row)[0]
        assert clipped == pytest.approx(min(max(transformed, 0), 100))


@pytest.mark.parametrize(
    ("enabled", "wanted", "is_applied"),
    [
        (None, None, False),
        (None, True, True),
        (False, None, False),
        (False, True, True),
        (True, None, True),
        (True, False, False),
    ],
)
def test_a_transform_is_applied_where_the_file_or_the_caller_says_so(
    tmp_path: Path, enabled: bool | None, wanted: bool | None, is_applied: bool
) -> None:
    fields = {"p0": 7.0} | ({} if enabled is None else {"enabled": enabled})
    model = by_hand(tmp_path, score_transform=fields, transform=wanted)
    assert (model.predict(np.zeros((1, 2))).tolist() == [7.0]) is is_applied
    assert (model.transform is not None) is is_applied


def test_scores_are_clipped_if_the_file_says_so_and_the_caller_lets_it(tmp_path: Path, svr: Svr) -> None:
    file = svr.write(tmp_path / "m.json", score_clip=[20, 60])
    unclipped = svr.unclipped(ROWS)
    assert unclipped.min() < 20
    assert unclipped.max() > 60
    np.testing.assert_allclose(read_svm_model(file).predict(ROWS), unclipped.clip(20, 60))
    unbounded = svr.write(tmp_path / "n.json", score_clip=None)
    for model in (read_svm_model(file, clip=False), read_svm_model(unbounded)):
        assert model.clip is None
        np.testing.assert_allclose(model.predict(ROWS), unclipped)


@given(first=st.integers(0, 299), n_rows=st.integers(0, 300), step=st.sampled_from([-3, -1, 1, 2]))
@settings(max_examples=40, deadline=None)
def test_a_row_has_the_same_bits_in_any_batch(
    whole: tuple[SvmModel, np.ndarray], first: int, n_rows: int, step: int
) -> None:
    model, scores = whole
    chosen = slice(first, first + n_rows, step) if step > 0 else slice(first, None, step)
    np.testing.assert_array_equal(model.predict(ROWS[chosen]), scores[chosen])
    np.testing.assert_array_equal(model.predict(np.asfortranarray(ROWS[chosen])), scores[chosen])


@pytest.fixture(scope="module")
def whole(svr: Svr, tmp_path_factory: pytest.TempPathFactory) -> tuple[SvmModel, np.ndarray]:
    model = read_svm_model(svr.write(tmp_path_factory.mktemp("svr") / "m.json"))
    return model, model.predict(ROWS)


def test_a_long_clip_scores_in_chunks_as_its_frames_alone(whole: tuple[SvmModel, np.ndarray]) -> None:
    model, scores = whole
    np.testing.assert_array_equal(model.predict(np.tile(ROWS, (40, 1))), np.tile(scores, 40))


@pytest.mark.slow
def test_memory_stays_bounded_however_long_the_clip(whole: tuple[SvmModel, np.ndarray]) -> None:
    rows = np.tile(ROWS, (400, 1))
    tracemalloc.start()
    whole[0].predict(rows)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 4 * rows.nbytes < len(rows) * whole[0].n_support_vectors * 8 / 3


def test_rows_infinitely_far_score_as_if_no_vector_were_near(file: Path, svr: Svr) -> None:
    far = read_svm_model(file, clip=False).predict(np.full((1, 6), 1e300))
    assert far.tolist() == pytest.approx([(svr.regression.intercept_[0] + 0.3) / 0.012])


GAIN_LIMITS = [{"adm_enhn_gain_limit": 1.0}, {}, *[{"vif_enhn_gain_limit": 1.100000001}] * 3, {}]


def test_gain_limits_name_the_metrics_they_make(tmp_path: Path, svr: Svr) -> None:
    features = read_svm_model(svr.write(tmp_path / "m.json", feature_opts_dicts=GAIN_LIMITS)).features
    assert features[0] == ("adm2", "adm_enhn_gain_limit=1")
    assert [feature.metric for feature in features] == [
        "integer_adm2_egl_1",
        "integer_motion2",
        "integer_vif_scale0_egl_1.1",
        "integer_vif_scale1_egl_1.1",
        "integer_vif_scale2_egl_1.1",
        "integer_vif_scale3",
    ]
    assert features[2].request == "vif_scale0=vif_enhn_gain_limit=1.1"


def test_a_gain_limit_of_100_is_none(tmp_path: Path, svr: Svr) -> None:
    options = [{"adm_enhn_gain_limit": 100}, {}, *[{"vif_enhn_gain_limit": 100.0}] * 4]
    features = read_svm_model(svr.write(tmp_path / "m.json", feature_opts_dicts=options)).features
    assert [feature.metric for feature in features] == [f"integer_{name}" for name in FEATURES]


def test_scores_equal_libvmaf(tmp_path: Path, libvmaf_log: LogReader) -> None:
    svr = train_svr(3)
    transform = {"p0": 3.0, "p1": 1.2, "p2": -0.004, "knots": [[0, 5], [30, 40], [70, 70], [90, 95]]}
    limits = [{"adm_enhn_gain_limit": 1.0}, {}, *[{"vif_enhn_gain_limit": 1.0}] * 4]
    svr.write(tmp_path / "fixed.json", score_clip=[20, 60])
    svr.write(tmp_path / "curved.json", score_transform=transform | {"enabled": True, "out_lte_in": "true"})
    svr.write(tmp_path / "limited.json", feature_opts_dicts=limits, score_transform=transform)
    svr.write(tmp_path / "unscaled.json", norm_type="none", score_clip=None)
    pairs = [pair_of_kind("contrast", 176, 144, 8, seed) for seed in range(3)]
    clips = [write_y4m(tmp_path / name, [pair[i] for pair in pairs], 8) for i, name in enumerate("rd")]
    requests: dict[str, tuple[str, str, dict[str, Any]]] = {
        "clipped": ("fixed", "", {}),
        "unclipped": ("fixed", r"\:disable_clip=true", {"clip": False}),
        "curved": ("curved", "", {}),
        "limited": ("limited", "", {}),
        "limited_curved": ("limited", r"\:enable_transform=true", {"transform": True}),
        "unscaled": ("unscaled", "", {}),
    }
    models = "|".join(rf"path={file}.json\:name={name}{flags}" for name, (file, flags, _) in requests.items())
    frames = libvmaf_log(*clips, f"model='{models}'")["frames"]
    assert len({round(frame["metrics"][name], 3) for frame in frames[:1] for name in requests}) == 6
    for name, (file, _, how) in requests.items():
        model = read_svm_model(tmp_path / f"{file}.json", **how)
        extractor = FeatureExtractor(176, 144, features=[feature.request for feature in model.features])
        rows = np.concatenate([*[extractor.push(*pair) for pair in pairs][1:], extractor.flush()])
        logged = [frame["metrics"][name] for frame in frames]
        np.testing.assert_allclose(model.predict(rows), logged, rtol=0, atol=5.1e-7)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[1.0] * 6], r"rows is a list; give an \(n, 6\) float64 array of adm2, motion2, vif_scale0, vif_s"),
        (ROWS.astype(np.float32), r"rows has dtype float32; give an \(n, 6\) float64 array"),
        (ROWS[0], r"rows has shape \(6,\); give an \(n, 6\)"),
        (ROWS[:, :5], r"rows has shape \(300, 5\); give an \(n, 6\)"),
        (
            np.where(ROWS[2, 1] == ROWS, np.nan, ROWS),
            "motion2 of row 2 is nan, expected a finite number; leave",
        ),
        (np.full((1, 6), -np.inf), "adm2 of row 0 is -inf, expected a finite number; leave the row out"),
    ],
)
def test_refuses_rows_of_another_kind(file: Path, rows: Any, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        read_svm_model(file).predict(rows)


def test_no_rows_give_no_scores(file: Path) -> None:
    assert read_svm_model(file).predict(ROWS[:0]).shape == (0,)


@pytest.mark.parametrize(
    "changes",
    [
        {"norm_type": "linear_rescale", "slopes": [1e-320, 1, 1], "intercepts": [0, 0, 0]},
        {"score_transform": {"p0": 1e308, "p1": 1e308, "enabled": True}},
    ],
)
def test_a_score_that_is_no_number_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    model = by_hand(tmp_path, score_clip=[0, 100], **changes)
    sentence = r"by_hand\.json scores row 0 (inf|nan), expected a finite number; the model is not fit for it"
    with pytest.raises(RuntimeFailure, match=sentence):
        model.predict(np.array([[1.0, 0.0]]))
