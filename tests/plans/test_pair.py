# SPDX-License-Identifier: BSD-3-Clause
"""The shipped pair: pictures to plans, plans to sentences, here and in another process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from tests.support import make_filters
from tests.support.plans import FOLDER, REGISTRY, disc
from vmaf_dnn import Captioner, InvalidArgument, ModelNotFound, ModelRejected, Plan, PlanEncoder

SAID = "a large red circle"


@pytest.fixture(scope="module")
def encoder() -> PlanEncoder:
    return PlanEncoder(registry=REGISTRY)


@pytest.fixture(scope="module")
def captioner() -> Captioner:
    return Captioner(registry=REGISTRY)


def test_says_what_is_on_a_picture(encoder: PlanEncoder, captioner: Captioner) -> None:
    plan = encoder.encode(disc())
    assert plan.values.shape == (16, 256)
    assert plan.encoder == encoder.digest == captioner.encoder
    assert captioner.caption(plan) == SAID
    assert captioner.caption(Plan.from_bytes(plan.to_bytes("int8"))) == SAID


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_both_precisions_make_plans_for_one_captioner(precision: Any, captioner: Captioner) -> None:
    encoder = PlanEncoder(registry=REGISTRY, precision=precision)
    assert encoder.info.precision == precision
    assert captioner.caption(encoder.encode(disc())) == SAID
    assert Captioner(registry=REGISTRY, precision=precision).caption(encoder.encode(disc())) == SAID


def test_a_path_opens_as_an_id_does(encoder: PlanEncoder) -> None:
    by_path = PlanEncoder(FOLDER / "scene_plan_v1.onnx")
    assert by_path.encode(disc()) == encoder.encode(disc())


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_plan_depends_on_no_other_picture(precision: Any) -> None:
    encoder = PlanEncoder(registry=REGISTRY, precision=precision)
    pictures = [disc((230, 50, 50), radius) for radius in (5, 7, 9)]
    forwards = [encoder.encode(picture).to_bytes() for picture in pictures]
    backwards = [encoder.encode(picture).to_bytes() for picture in reversed(pictures)]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 3


def test_threads_share_a_pair(encoder: PlanEncoder, captioner: Captioner) -> None:
    said: list[str] = []
    threads = [
        Thread(target=lambda: said.append(captioner.caption(encoder.encode(disc())))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [SAID] * 8


def test_scores_rank_sentences(encoder: PlanEncoder, captioner: Captioner) -> None:
    plan = encoder.encode(disc())
    likelihoods = [
        captioner.score(plan, text) for text in (SAID, "a small red circle", "a large blue square")
    ]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert -0.5 < likelihoods[0] <= 0
    assert likelihoods[2] < -5


def test_words_are_those_of_the_sentences(captioner: Captioner) -> None:
    assert {"circle", "above", "red"} <= set(captioner.words)
    assert len(captioner.words) == 15


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("a large red banana", r"scene_words_v1 has no word 'banana'; say it with a, above,"),
        ("a " * 11, "The sentence has 11 words, scene_words_v1 takes 10; shorten it"),
        (7, "sentence must be a word"),
    ],
)
def test_refuses_sentences_that_it_can_not_say(
    encoder: PlanEncoder, captioner: Captioner, sentence: Any, reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        captioner.score(encoder.encode(disc()), sentence)


def test_refuses_the_plan_of_another_encoder(captioner: Captioner) -> None:
    with pytest.raises(
        InvalidArgument, match="The plan is of encoder ffffffff, scene_words_v1 reads plans of"
    ):
        captioner.caption(Plan(np.zeros((16, 256)), "ff" * 32))
    with pytest.raises(InvalidArgument, match=r"has \(4, 64\) numbers, scene_words_v1 takes \(16, 256\)"):
        captioner.caption(Plan(np.zeros((4, 64)), captioner.encoder))
    with pytest.raises(InvalidArgument, match="plan must be a Plan"):
        captioner.caption(b"VPLN")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((30_000, 3, 3), np.uint8),
        np.zeros((64, 64), np.uint8),
        np.full((64, 64, 3), np.nan),
    ],
)
def test_refuses_arrays_that_are_no_picture(encoder: PlanEncoder, picture: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"A picture is \(64, 64, 3\) uint8 RGB, got"):
        encoder.encode(picture)


def test_refuses_what_is_neither_path_nor_array(encoder: PlanEncoder) -> None:
    with pytest.raises(InvalidArgument, match="A picture is a path or an array, got 7"):
        encoder.encode(7)  # type: ignore[arg-type]


def test_refuses_models_of_another_kind() -> None:
    with pytest.raises(
        InvalidArgument, match=r"vmaf_tiny_v2 is of kind fr: .* name a model of kind plan here"
    ):
        PlanEncoder("vmaf_tiny_v2")
    with pytest.raises(InvalidArgument, match=r"it makes a plan of a picture \(vmaf-dnn plan PICTURE --tiny"):
        Captioner("scene_plan_v1", registry=REGISTRY)
    with pytest.raises(InvalidArgument, match=r"makes sentences of plans \(vmaf-dnn caption PLANS --tiny"):
        PlanEncoder("scene_words_v1", registry=REGISTRY)


def test_refuses_a_file_of_unknown_kind(tmp_path: Path) -> None:
    path = tmp_path / "inverse.onnx"
    path.write_bytes(make_filters.affine(-1, 1))
    with pytest.raises(ModelRejected, match="inverse is no model of kind plan: it has"):
        PlanEncoder(path)


def test_an_unknown_id_lists_those_of_the_kind() -> None:
    with pytest.raises(
        ModelNotFound, match=r'"scene_plan"; those of kind plan are: scene_plan_v1\. Did you mean'
    ):
        PlanEncoder("scene_plan", registry=REGISTRY)
    with pytest.raises(
        ModelNotFound, match=r'"mine"; those of kind words are: scene_words_v1\. `vmaf-dnn mo'
    ):
        Captioner("mine", registry=REGISTRY)
    with pytest.raises(ModelNotFound, match="There is no model file"):
        Captioner("mine.onnx", registry=REGISTRY)


def changed(sidecar: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    return {key: old for key, old in sidecar.items() if key != name} | (
        {} if value is None else {name: value}
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: changed(s, "words", None), 'states no list of "words"'),
        (lambda s: changed(s, "words", ["<end>", 7]), 'states no list of "words"'),
        (lambda s: changed(s, "words", ["<end>", "a"]), "states 2 different words, its graph scores 16"),
        (lambda s: changed(s, "encoder", "ab"), 'states no sha256 of its "encoder"'),
    ],
)
def test_refuses_a_sidecar_that_does_not_fit(
    tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]], reason: str
) -> None:
    for name in ("scene_words_v1.onnx", "scene_words_v1.json", "scene_words_v1.int8.onnx"):
        shutil.copy(FOLDER / name, tmp_path)
    path = tmp_path / "scene_words_v1.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ModelRejected, match=reason):
        Captioner(tmp_path / "scene_words_v1.onnx")


def test_refuses_words_without_a_sidecar(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "scene_words_v1.onnx", tmp_path)
    with pytest.raises(ModelRejected, match=r"has to state its words in .*, which does not exist"):
        Captioner(tmp_path / "scene_words_v1.onnx")
