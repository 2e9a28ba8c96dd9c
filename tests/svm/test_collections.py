# SPDX-License-Identifier: BSD-3-Clause
"""Bootstrapped collections: a main score, its members, and how far they agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.small_svr import make_collection
from tests.support.svr_refusals import assert_malformed, assert_not_computed
from tests.support.synthetic import pair_of_kind, write_y4m
from vmaf_dnn import InvalidArgument, RuntimeFailure
from vmaf_dnn.svm import DIGESTS, read_svm_model

N_MEMBERS = 7
STATISTICS = ["bagging", "stddev", "ci_p95_lo", "ci_p95_hi"]
ROWS = np.random.default_rng(3).uniform(0, 1.2, (60, 6)) * [1, 18, 1, 1, 1, 1]
CURVE = {"p0": 1.7, "p1": 1.72, "p2": -0.007, "out_gte_in": "true"}


def changed(**fields: Any) -> dict[str, Any]:
    """A collection with fields of each entry's model_dict changed."""
    content = make_collection(N_MEMBERS)
    for entry in content.values():
        entry["model_dict"] |= fields
    return content


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def names_of(name: str) -> list[str]:
    members = [f"{name}_{i:04}" for i in range(1, N_MEMBERS + 1)]
    return [name, *members, *(f"{name}_{statistic}" for statistic in STATISTICS)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "b.json", make_collection(N_MEMBERS))


def test_scores_stand_in_the_order_of_libvmafs_log(file: Path) -> None:
    assert list(read_svm_model(file).score_names) == names_of("vmaf")
    model = read_svm_model(file, name="b")
    assert list(model.predict_all(ROWS)) == names_of("b")
    assert model.summary_names == ("b", "b_bagging", "b_stddev", "b_ci_p95_lo", "b_ci_p95_hi")


@pytest.mark.parametrize("how", [{}, {"clip": False}, {"transform": True}], ids=str)
def test_each_member_scores_as_its_file_alone(tmp_path: Path, how: dict[str, Any]) -> None:
    content = changed(score_transform=CURVE)
    model = read_svm_model(write(tmp_path / "b.json", content), **how)
    scores = model.predict_all(ROWS)
    for entry, name in zip(content.values(), model.score_names, strict=False):
        entry["model_dict"]["model_type"] = "LIBSVMNUSVR"
        alone = read_svm_model(write(tmp_path / "one.json", entry), **how)
        np.testing.assert_array_equal(scores[name], alone.predict(ROWS))
    np.testing.assert_array_equal(model.predict(ROWS), scores["vmaf"])


def test_the_statistics_are_of_unclipped_scores(file: Path) -> None:
    raw = np.array(list(read_svm_model(file, clip=False).predict_all(ROWS).values())[1 : 1 + N_MEMBERS])
    assert raw.min() < 0
    assert raw.max() > 100
    low, high = np.percentile(raw, [2.5, 97.5], axis=0)
    for clip in (False, True):
        scores = read_svm_model(file, clip=clip).predict_all(ROWS)
        ends = (0, 100) if clip else (-np.inf, np.inf)
        expected = [raw.mean(axis=0).clip(*ends), low.clip(*ends), high.clip(*ends)]
        for name, values in zip(["bagging", "ci_p95_lo", "ci_p95_hi"], expected, strict=True):
            np.testing.assert_allclose(scores[f"vmaf_{name}"], values, rtol=0, atol=1e-9)
        is_inside = (raw.mean(axis=0) > 0.1) & (raw.mean(axis=0) < 99.9)
        deviation = np.where(is_inside | (not clip), raw.std(axis=0), 0)
        np.testing.assert_allclose(scores["vmaf_stddev"], deviation, rtol=1e-9, atol=1e-9)
        assert is_inside.any()
        assert not is_inside.all()


def test_a_transform_bends_the_statistics(tmp_path: Path) -> None:
    """By the first member's rule; the deviation by its slope at the mean."""
    content = changed(score_transform=CURVE)
    for entry in list(content.values())[2:]:
        entry["model_dict"]["score_transform"] = {"p0": 50}
    file = write(tmp_path / "b.json", content)
    scores = read_svm_model(file, clip=False, transform=True).predict_all(ROWS)
    plain = read_svm_model(file, clip=False).predict_all(ROWS)

    def curve(x: np.ndarray) -> np.ndarray:
        return np.maximum(1.7 + 1.72 * x - 0.007 * x * x, x)

    mean = plain["vmaf_bagging"]
    for name in ("bagging", "ci_p95_lo", "ci_p95_hi"):
        np.testing.assert_allclose(scores[f"vmaf_{name}"], curve(plain[f"vmaf_{name}"]), rtol=1e-9)
    slope = (curve(mean + 0.01) - curve(mean - 0.01)) / 0.02
    np.testing.assert_allclose(scores["vmaf_stddev"], plain["vmaf_stddev"] * slope, rtol=1e-9)


def test_a_row_has_the_same_bits_in_any_batch(file: Path) -> None:
    model = read_svm_model(file)
    whole = np.array(list(model.predict_all(ROWS).values()))
    rows = [list(model.predict_all(row[None]).values()) for row in ROWS]
    np.testing.assert_array_equal(np.concatenate(rows, axis=1), whole)


def test_a_member_whose_score_is_no_number_is_refused(tmp_path: Path) -> None:
    content = with_entry("2", slopes=[1e-320, *[1.0] * 6])
    model = read_svm_model(write(tmp_path / "b.json", content))
    with pytest.raises(RuntimeFailure, match=r"b\.json scores row 0 -?inf, expected a finite number; the"):
        model.predict(ROWS)


def without(key: str) -> dict[str, Any]:
    return {name: entry for name, entry in make_collection(N_MEMBERS).items() if name != key}


def with_entry(key: str, **fields: Any) -> dict[str, Any]:
    content = make_collection(N_MEMBERS)
    content[key]["model_dict"] |= fields
    return content


OF_THEM = "of the models that it collects, '{}' is no such: {}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (without("3"), "it is a collection whose 7 keys are not '0' to '6'"),
        (make_collection(2) | {"x": 1}, "it is a collection whose 4 keys are not '0' to '3'"),
        (make_collection(0), "it is a collection without a member '1'"),
        ({"0": 1, "1": 2}, OF_THEM.format(0, "its model_dict is None, expected an object")),
        (with_entry("2", slopes=[1]), OF_THEM.format(2, r"its slopes is \[1\], expected 7 finite numbers")),
        (
            with_entry("1", model_type="LIBSVMNUSVR"),
            OF_THEM.format(1, "its model_type is 'LIBSVMNUSVR', exp"),
        ),
    ],
)
def test_a_malformed_collection(tmp_path: Path, content: object, words: str) -> None:
    assert_malformed(write(tmp_path / "b.json", content), words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            with_entry("0", model_type="RESIDUEBOOTSTRAP_LIBSVMNUSVR"),
            OF_THEM.format(
                0, "its model_type is RESIDUEBOOTSTRAP_LIBSVMNUSVR, and only BOOTSTRAP_LIBSVMNUSVR"
            ),
        ),
        (
            with_entry("1", feature_opts_dicts=[{"adm_enhn_gain_limit": 1}, *[{}] * 5]),
            "of the models that it collects, '1' is over other features than '0'",
        ),
    ],
)
def test_a_collection_that_only_libvmaf_computes(tmp_path: Path, content: object, words: str) -> None:
    assert_not_computed(write(tmp_path / "b.json", content), words)


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, Path]:
    pairs = [pair_of_kind("natural", 64, 48, 8, seed) for seed in range(3)]
    reference, distorted = (
        write_y4m(tmp_path / f"{i}.y4m", [pair[i] for pair in pairs], 8) for i in range(2)
    )
    return reference, distorted


def test_a_report_holds_all_its_scores_pooled(file: Path, clips: tuple[Path, Path]) -> None:
    report = vmaf_dnn.score(*clips, tiny_model=None, svm_model=f"path={file}:name=b")
    assert list(report.metrics)[-len(names_of("b")) :] == names_of("b")
    assert list(report.scores) == ["b", *(f"b_{statistic}" for statistic in STATISTICS)]
    assert report.pooled_metrics["b_ci_p95_hi"]["mean"] == pytest.approx(report.metrics["b_ci_p95_hi"].mean())
    assert len([name for name in report.metrics if name.startswith("integer_")]) == 6


def test_scores_of_one_name_are_refused(file: Path, clips: tuple[Path, Path]) -> None:
    models = [f"path={file}", f"path={file}:name=vmaf_0002"]
    with pytest.raises(
        InvalidArgument, match=r"2 models have a score called vmaf_0002; name one of them with :name=NAME"
    ):
        vmaf_dnn.score(*clips, tiny_model=None, svm_model=models)


def test_a_version_is_scored_from_its_file_alone(
    file: Path, clips: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ffmpeg's filter loads no collection."""
    model = "version=vmaf_b_v0.6.3:disable_clip"
    monkeypatch.setenv("VMAF_DNN_MODEL_PATH", "")
    missing = (
        r"vmaf_b_v0.6.3:disable_clip is a collection, which libvmaf's filter in ffmpeg can't load, and its"
        r" file was not found; put libvmaf's vmaf_b_v0.6.3.json into a folder of VMAF_DNN_MODEL_PATH, or name"
    )
    with pytest.raises(InvalidArgument, match=missing):
        vmaf_dnn.score(*clips, svm_model=model)
    file.rename(file.with_name("vmaf_b_v0.6.3.json"))
    monkeypatch.setenv("VMAF_DNN_MODEL_PATH", str(file.parent))
    with pytest.raises(
        InvalidArgument, match="can't load; leave the extractor libvmaf out, and it is scored"
    ):
        vmaf_dnn.score(*clips, svm_model=model, extractor="libvmaf")
    monkeypatch.delitem(DIGESTS, "vmaf_b_v0.6.3")
    assert vmaf_dnn.score(*clips, svm_model=model, tiny_model=None).scores["vmaf_stddev"] > 0
