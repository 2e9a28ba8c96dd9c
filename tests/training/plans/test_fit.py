# SPDX-License-Identifier: BSD-3-Clause
"""Toys, fitted in seconds: what is exported is what was fitted, and a pair that sees nothing is found out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from vmaf_dnn.plans import Captioner, PlanEncoder
from vmaf_train.cli import main
from vmaf_train.plans.export import PARITY, export
from vmaf_train.plans.fit import Pair, Recipe, fit, new_pair
from vmaf_train.plans.judge import Bars, effective_rank, judge
from vmaf_train.plans.nets import Shape
from vmaf_train.plans.pictures import Pictures, Vocabulary
from vmaf_train.plans.probe import probe
from vmaf_train.plans.scenes import make_scenes, make_single_things

SMALL = Shape(n_vectors=4, length=16, width=16, n_heads=2, depth=1)
RECIPE = Recipe(n_steps=150, batch=32, step_size=1e-2)


def things(n_each: int, seed: int) -> Pictures:
    """Single things, said by their colour and shape."""
    made = make_single_things(n_each, seed)
    return Pictures(made.pixels, tuple(f"a {label}" for label in made.labels), made.labels)


@pytest.fixture(scope="module")
def toy() -> Pair:
    return fit(things(20, 0), SMALL, RECIPE)


def test_a_toy_reads_its_plan(toy: Pair) -> None:
    figures = judge(toy, things(4, 1))
    assert not figures.collapse
    assert figures.loss_ratio > 1.5
    assert 1 <= figures.rank <= 4
    assert 0 < figures.spread <= 1
    assert figures.to_json()["collapsed"] is False


def test_a_plan_zeroed_in_training_is_reported_as_collapse() -> None:
    control = fit(things(20, 0), SMALL, Recipe(n_steps=60, batch=32, step_size=1e-2, zero_plan=True))
    figures = judge(control, things(4, 1))
    assert figures.collapse.startswith("The captions have collapsed: ")
    assert figures.to_json()["collapsed"] is True
    assert Bars().missed(figures)


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    some = things(2, 0)
    short = Recipe(n_steps=3, batch=8)
    digests = [
        hashlib.sha256(export(fit(some, SMALL, recipe), some).encoder).hexdigest()
        for recipe in (short, short, Recipe(n_steps=3, batch=8, seed=1))
    ]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("stem", ["light", "deep"])
def test_the_graphs_give_what_the_nets_do(stem: str) -> None:
    scenes = make_scenes(8, 0, held_out=False)
    pair = new_pair(Shape(4, 16, stem, 16, 2, 1), Vocabulary.of(scenes.sentences), 0)
    with torch.no_grad():
        for norm in pair.encoder.norms:
            norm.get_buffer("running_mean").normal_()
            norm.get_buffer("running_var").uniform_(0.5, 2)
    pair.encoder.eval()
    exported = export(pair, scenes)
    assert exported.encoder_error < PARITY
    assert exported.decoder_error < PARITY


def test_places_see_no_word_behind_them() -> None:
    pair = new_pair(SMALL, Vocabulary(("<end>", "a", "b"), 4), 0)
    plan = torch.randn(1, 4, 16)
    one, other = (pair.decoder(plan, torch.tensor([words])) for words in ([1, 2, 1, 1], [1, 2, 2, 0]))
    assert torch.equal(one[:, :3], other[:, :3])
    assert not torch.equal(one[:, 3], other[:, 3])


def test_the_rank_is_that_of_the_vectors() -> None:
    assert effective_rank(torch.ones(2, 16, 256)) == pytest.approx(1)
    assert effective_rank(torch.eye(16, 256).expand(2, -1, -1)) == pytest.approx(16)


def test_bars_name_each_figure_below_them(toy: Pair) -> None:
    figures = judge(toy, things(2, 1))
    assert Bars(0, 0, 0, 0, 0).missed(figures, 0.5) == []
    missed = Bars(1.1, 99, 1.1, 1e9, 1.1).missed(figures, 0.5)
    assert [sentence.split()[0] for sentence in missed] == [
        "exact",
        "unique",
        "words",
        "loss_ratio",
        "single",
    ]
    assert missed[-1] == "single is 0.5, expected at least 1.1."


def test_a_probe_finds_what_lies_on_a_line_and_nothing_in_noise() -> None:
    torch.manual_seed(0)
    labels = ["ab"[i % 2] for i in range(200)]
    signs = torch.tensor([1.0 if label == "a" else -1.0 for label in labels])
    plans = torch.randn(200, 4, 8) + signs[:, None, None]
    assert probe(plans[:100], labels[:100], plans[100:], labels[100:]).right > 0.95
    noise = torch.randn(200, 4, 8)
    found = probe(noise[:100], labels[:100], noise[100:], labels[100:])
    assert found.right < 0.75
    assert (found.n_classes, found.commonest) == (2, 0.5)


def test_a_probe_is_held_down_as_serves_pictures_left_out_of_its_fit() -> None:
    torch.manual_seed(0)
    labels = ["ab"[i % 3 % 2] for i in range(160)]
    signs = torch.tensor([1.0 if label == "a" else -1.0 for label in labels])
    number, faint = torch.randn(160), torch.randn(160, 1, 60)
    close = torch.stack([number, number + 0.02 * signs], dim=1)[:, None]  # told apart by large weights alone
    faint += 0.2 * signs[:, None, None]  # each of 60 numbers tells a little, and much by chance
    by_close, by_faint = (probe(one[:100], labels[:100], one[100:], labels[100:]) for one in (close, faint))
    assert by_close.decay < by_faint.decay
    assert by_close.right == 1
    assert by_close.to_json()["decay"] == by_close.decay
    assert probe(close[:6], labels[:6], close[6:], labels[6:]).decay == 1e-2  # too few to leave some out


def toy_command(out: Path, *words: str) -> list[str]:
    size = ["--pool", "300", "--judged", "60", "--vectors", "4", "--length", "32"]
    return ["plan", "--data", "scenes", "--out", str(out), *size, *words]


@pytest.mark.long
def test_the_command_makes_a_registered_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "toy_plan.onnx"
    assert main(toy_command(out, "--steps", "160", "--exact", "0")) == 0, capsys.readouterr().err
    assert "toy_plan and toy_words: " in capsys.readouterr().out
    report = json.loads((tmp_path / "toy_plan.report.json").read_text())
    assert report["judged"]["n_pictures"] == 60
    assert report["parity"]["encoder"] <= PARITY
    registry = tmp_path / "registry.json"
    kinds = {model["id"]: model["kind"] for model in json.loads(registry.read_text())["models"]}
    assert kinds == {"toy_plan": "plan", "toy_words": "words"}
    encoder, captioner = PlanEncoder("toy_plan", registry=registry), Captioner("toy_words", registry=registry)
    plan = encoder.encode(make_scenes(1, 0, held_out=True).pixels[0])
    assert captioner.score(plan, captioner.caption(plan)) < 0


def test_the_command_writes_nothing_that_misses_a_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(toy_command(tmp_path / "toy_plan.onnx", "--steps", "1", "--zero-plan")) == 1
    assert "The captions have collapsed: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("words", [[], ["--no-shake"]])
def test_the_command_takes_a_folder_of_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    image = pytest.importorskip("PIL.Image")
    random, lines = np.random.default_rng(0), ["file,caption,label"]
    for i in range(90):
        word, colour = (("red", (220, 40, 40)), ("blue", (40, 40, 220)))[i % 2]
        noise = random.integers(-20, 20, (64, 64, 3))
        image.fromarray((noise + colour).clip(0, 255).astype(np.uint8)).save(tmp_path / f"{i}.png")
        lines.append(f"{i}.png,a {word} wall,{word}")
    (tmp_path / "captions.csv").write_text("\n".join(lines))
    out = tmp_path / "models" / "wall_plan.onnx"
    size = ["--steps", "40", "--stem", "light", "--vectors", "2", "--length", "16"]
    assert main(["plan", "--data", str(tmp_path), "--out", str(out), *size, *words]) == 0, (
        capsys.readouterr().err
    )
    assert "linear probe of 2 classes: 100.0% right" in capsys.readouterr().out
    recipe = json.loads(out.with_suffix(".report.json").read_text())["recipe"]
    assert recipe["shake"] is not bool(words)
    captioner = Captioner("wall_words", registry=out.with_name("registry.json"))
    encoder = PlanEncoder(out)
    assert [captioner.caption(encoder.encode(tmp_path / f"{i}.png")) for i in (0, 1)] == [
        "a red wall",
        "a blue wall",
    ]
