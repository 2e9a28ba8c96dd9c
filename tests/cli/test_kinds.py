# SPDX-License-Identifier: BSD-3-Clause
"""`info`, `models` and `verify` say of a model of each kind what it has, and nothing that it has not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")  # toy models are quantised by the training half

from tests.support.kind_models import GRAPHS, PLAN, WORDS, samples, write_model
from vmaf_dnn.cli import main
from vmaf_dnn.cli.verbs.info import _KINDS
from vmaf_train.publish.kind_gate import KindLimits, judge_samples, record_verdict
from vmaf_train.publish.registry import write_registry
from vmaf_train.publish.schemas import KINDS
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar
from vmaf_train.quantize.quantize_nodes import quantize_samples
from vmaf_train.quantize.samples import Samples

HIDDEN = {"features", "feature_options", "feature_range", "output_range"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of one model a kind, in fp32 and int8."""
    folder = tmp_path_factory.mktemp("kinds")
    for kind in GRAPHS:
        files, some = write_model(folder, kind), Samples(samples(kind, 4))
        made = quantize_samples(files.onnx, files.int8, some)
        record_verdict(files, "dynamic", made, judge_samples(files, some, KindLimits()), pin_only=False)
    write_registry(folder)
    return folder


def info(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["info", f"toy_{kind}", "--registry", str(folder / "registry.json"), "--json"]) == 0
    facts: dict[str, object] = json.loads(capsys.readouterr().out)
    return facts


def test_every_kind_is_known_to_all_sides() -> None:
    assert set(_KINDS) == set(KINDS) == {"fr", *GRAPHS}
    for kind, (hidden, stated) in _KINDS.items():
        assert not set(KINDS[kind]) & set(hidden)
        assert kind == "fr" or set(stated) == set(KINDS[kind]) - {"output_range"}


@pytest.mark.parametrize("kind", GRAPHS)
def test_info_shows_what_the_kind_has(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = info(folder, kind, capsys)
    assert (facts["kind"], facts["precision"], facts["engine"]) == (kind, "int8", "onnxruntime")
    assert facts.keys() & HIDDEN == ({"output_range"} if kind == "nr" else set())
    assert facts.get("plan_shape") == (list(PLAN) if kind in ("plan", "words") else None)
    assert facts.get("words") == (list(WORDS) if kind == "words" else None)


def test_info_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "toy_words", "--registry", str(folder / "registry.json")]) == 0
    assert "words: end, red, green, blue, circle, square, star\n" in capsys.readouterr().out


def test_models_lists_every_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--registry", str(folder / "registry.json")]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[:5] for row in rows] == [
        [f"toy_{kind}", kind, f"toy_{kind}", "1000", "int8"] for kind in sorted(GRAPHS)
    ]


def test_verify_checks_every_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--registry", str(folder / "registry.json"), "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert len(checks) == 2 * len(GRAPHS)
    for check in checks:
        assert (check["contract"], check["sha256"], check["size"], check["engine"]) == (
            "ok",
            "ok",
            "ok",
            "onnxruntime",
        )


@pytest.mark.parametrize(
    ("kind", "field", "value", "sentence"),
    [
        (
            "plan",
            "plan_shape",
            [4, 31],
            "plan: float32 [1, 4, 32], but plan_shape in its sidecar asks for [1, 4, 31]",
        ),
        (
            "words",
            "plan_shape",
            [3, 32],
            "plan: float32 [1, 4, 32], but plan_shape in its sidecar asks for [1, 3, 32]",
        ),
        (
            "words",
            "words",
            list(WORDS[1:]),
            "scores: float32 [1, 4, 7], but words in its sidecar asks for , 6]",
        ),
    ],
)
def test_verify_finds_a_sidecar_of_another_graph(
    kind: str, field: str, value: object, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_model(tmp_path, kind)
    write_registry(tmp_path)
    amend_sidecar(ModelFiles(files.onnx), {field: value})
    assert main(["verify", "--registry", str(tmp_path / "registry.json")]) == 1
    assert sentence in capsys.readouterr().err
