# SPDX-License-Identifier: BSD-3-Clause
"""What the shipped pair has to reach, by its files: the bars, in another sample than it was judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from tests.support.plans import FOLDER, REGISTRY
from vmaf_dnn.plans import Captioner, Plan, PlanEncoder
from vmaf_train.plans.judge import single_share
from vmaf_train.plans.pictures import Pictures
from vmaf_train.plans.scenes import make_scenes, make_single_things

N = 150


@dataclass(frozen=True)
class Said:
    scenes: Pictures
    plans: list[Plan]
    captions: list[str]


def exact(captions: list[str], scenes: Pictures) -> float:
    return float(np.mean([one == its for one, its in zip(captions, scenes.sentences, strict=True)]))


@pytest.fixture(scope="module")
def captioner() -> Captioner:
    return Captioner(registry=REGISTRY, precision="fp32")


@pytest.fixture(scope="module")
def said(captioner: Captioner) -> Said:
    scenes = make_scenes(N, 77, held_out=True)
    encoder = PlanEncoder(registry=REGISTRY, precision="fp32")
    plans = [encoder.encode(pixels) for pixels in scenes.pixels]
    return Said(scenes, plans, [captioner.caption(plan) for plan in plans])


def test_sentences_never_trained_on_are_said(said: Said) -> None:
    assert (
        exact(said.captions, said.scenes) >= 0.93
    )  # 0.95 of 2000; two standard errors of 150 are 0.02 lower
    assert len(set(said.captions)) >= 0.9 * len(set(said.scenes.sentences))


def test_18_classes_are_said_without_a_fault(captioner: Captioner) -> None:
    things = make_single_things(3, 78)
    encoder = PlanEncoder(registry=REGISTRY)
    assert single_share([captioner.caption(encoder.encode(pixels)) for pixels in things.pixels], things) == 1


def test_the_plan_of_another_picture_costs_ten_times_as_much(said: Said, captioner: Captioner) -> None:
    some = range(60)
    others = [next(j for j in range(i + 1, i + N) if differs(said, i, j)) % N for i in some]
    own = -sum(captioner.score(said.plans[i], said.scenes.sentences[i]) for i in some)
    swapped = -sum(
        captioner.score(said.plans[j], said.scenes.sentences[i]) for i, j in zip(some, others, strict=True)
    )
    assert swapped >= 10 * own


def differs(said: Said, i: int, j: int) -> bool:
    return said.scenes.sentences[i] != said.scenes.sentences[j % N]


def test_a_plan_of_one_byte_a_number_and_an_int8_encoder_cost_at_most_a_point(
    said: Said, captioner: Captioner
) -> None:
    """Of 150, so that chance takes two more."""
    reached = exact(said.captions, said.scenes)
    short = [captioner.caption(Plan.from_bytes(plan.to_bytes("int8"))) for plan in said.plans]
    assert exact(short, said.scenes) >= reached - 0.03
    encoder = PlanEncoder(registry=REGISTRY, precision="int8")
    rough = [captioner.caption(encoder.encode(pixels)) for pixels in said.scenes.pixels]
    assert exact(rough, said.scenes) >= reached - 0.03


def test_what_was_measured_meets_every_bar() -> None:
    record = json.loads((FOLDER / "scene_plan_v1.training.json").read_text())
    judged = record["judged"]
    assert judged["exact"] >= 0.95
    assert judged["unique"] >= 0.9
    assert judged["words"] >= 0.98
    assert judged["loss_ratio"] >= 10
    assert record["single_things"] == 1
    assert not judged["collapsed"]


def test_the_int8_encoder_is_at_most_half_as_large() -> None:
    sizes = [(FOLDER / f"scene_plan_v1{end}.onnx").stat().st_size for end in (".int8", "")]
    assert 2 * sizes[0] <= sizes[1]
