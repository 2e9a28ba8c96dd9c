# SPDX-License-Identifier: BSD-3-Clause
"""The net of a tile: its frames, its fit, its graph, and how it is judged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from tests.support.clips import MakeClip
from tests.support.make_tile_models import write_tile_model
from vmaf_dnn import score
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_dnn.unreferenced.tiles import tiles
from vmaf_train.cli import main
from vmaf_train.files import sha256_of
from vmaf_train.frames.nr_data import ENCODES, Frames, read_frames, split, write_frames
from vmaf_train.frames.nr_fit import Average, NrRecipe, fit
from vmaf_train.frames.nr_folds import dealt, judge_folds
from vmaf_train.frames.nr_graph import PARITY, build_graph, export
from vmaf_train.frames.nr_judge import judge, mapped, score_frames, sharpness, shrunk
from vmaf_train.frames.nr_net import TileNet

TOY = NrRecipe(steps=30, frames=8, crop=48, contrast=0.0, dropout=0.0, lr=1e-2)


def blurred_frames(n: int = 24, seed: int = 0) -> Frames:
    """Noise that is the softer the lower its VMAF; four sources, one frame in two of two tiles."""
    rng = np.random.default_rng(seed)
    vmaf = np.linspace(20, 95, n)
    counts = np.arange(n) % 2 + 1
    strengths = np.repeat(vmaf, counts) / 100
    tiles = 128 + 80 * strengths[:, None, None] * (rng.random((counts.sum(), 224, 224)) - 0.5)
    samples = tiles.round().astype(np.uint8)
    begins = np.cumsum([0, *counts])
    sources = np.array([f"source{i % 4}" for i in range(n)])
    words = {"scene": sources, "source": sources, "codec": np.array(["x264"] * n), "quality": sources}
    size = np.stack([224 * counts, np.full(n, 224)], 1)
    return Frames(samples, begins, vmaf, words, np.ones(n, np.int64), size)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return blurred_frames()


@pytest.fixture(scope="module")
def net(frames: Frames) -> TileNet:
    return fit(frames, TOY)


def test_the_net_is_small_and_takes_any_size() -> None:
    net = TileNet().eval()
    assert net.n_params <= 25_000
    assert net(torch.rand(2, 1, 60, 90)).shape == (2,)


def test_the_net_does_not_see_brightness() -> None:
    torch.manual_seed(1)
    net, luma = TileNet().eval(), torch.rand(1, 1, 64, 64) / 2
    with torch.inference_mode():
        assert float((net(luma + 0.3) - net(luma)).abs()) < 1e-3


def test_a_fit_learns_and_is_the_same_again(frames: Frames, net: TileNet, tmp_path: Path) -> None:
    again = fit(frames, TOY)
    for name, value in net.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
    path = tmp_path / "net.onnx"
    export(net, path)
    scores = score_frames(path, blurred_frames(seed=1))
    assert np.corrcoef(scores, frames.vmaf)[0, 1] > 0.8


def test_weights_are_averaged_and_what_is_old_counts_less() -> None:
    net, average = torch.nn.Linear(1, 1, bias=False), Average(0.5)
    for value in (0.0, 10.0, 20.0, 40.0, 80.0):
        with torch.no_grad():
            net.weight.fill_(value)
        average.take(net)
    average.put(net)
    kept, expected = [2 / 11, 3 / 12, 4 / 13, 5 / 14], 0.0
    for share, value in zip(kept, (10, 20, 40, 80), strict=True):
        expected = share * expected + (1 - share) * value
    assert net.weight.item() == pytest.approx(expected, rel=1e-6)
    for _ in range(200):
        average.take(net)
    with torch.no_grad():
        net.weight.zero_()
    before = expected
    average.take(net)
    average.put(net)
    assert net.weight.item() == pytest.approx(before / 2, rel=1e-5)


def test_a_fit_returns_the_average(frames: Frames, net: TileNet) -> None:
    last = fit(frames, replace(TOY, memory=0.0))
    assert not torch.equal(net.last.weight, last.last.weight)


def test_the_graph_is_one_tile_at_opset_17(net: TileNet, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    assert export(net, path) <= PARITY
    model = onnx.load(path)
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)
    assert not any(node.op_type == "BatchNormalization" for node in model.graph.node)
    assert model.SerializeToString(deterministic=True) == build_graph(net).SerializeToString(
        deterministic=True
    )
    assert score(None, [np.zeros((240, 320), np.uint8)], tiny_model=path).score >= 0


def test_a_net_that_does_not_survive_export_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = TileNet().eval()
    with torch.no_grad():
        net.last.weight.mul_(1e6)
    with pytest.raises(ModelRejected, match=r"differs from torch by .* expected at most 1e-05"):
        export(net, tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


def test_frames_are_written_and_read_as_they_are(frames: Frames, tmp_path: Path) -> None:
    paths = [tmp_path / "a.npz", tmp_path / "b.npz"]
    for path in paths:
        write_frames(path, frames)
    again = read_frames(paths[0])
    np.testing.assert_array_equal(again.tiles, frames.tiles)
    np.testing.assert_array_equal(again.words["source"], frames.words["source"])
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("content", [b"", b"no frames", None])
def test_a_file_that_holds_no_frames_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "frames.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidArgument, match="holds no frames of `vmaf-train nr"):
        read_frames(path)


def test_sources_are_on_one_side(frames: Frames) -> None:
    trained, judged = split(frames, ["source1", "source3"])
    assert set(judged.words["source"]) == {"source1", "source3"}
    assert len(trained) + len(judged) == len(frames)
    for i, frame in enumerate(np.flatnonzero(np.isin(frames.words["source"], ["source1", "source3"]))):
        np.testing.assert_array_equal(judged.of(i), frames.of(int(frame)))


@pytest.mark.parametrize("held_out", [["nobody"], [f"source{i}" for i in range(4)]])
def test_a_side_without_sources_is_refused(frames: Frames, held_out: list[str]) -> None:
    with pytest.raises(InvalidArgument, match="of sources that are held out, expected some and not all"):
        split(frames, held_out)


def test_all_encodes_are_ordinary() -> None:
    assert {encode.codec for encode in ENCODES} == {"x264", "x265", "vp9", "svtav1"}
    assert {encode.scale for encode in ENCODES} == {1, 2, 4}


def test_a_frame_is_shrunk_by_averages() -> None:
    luma = np.tile(np.array([[0, 100], [100, 200]], np.uint8), (224, 300))
    assert shrunk(luma[:, :448]).tolist() == [[100] * 224] * 224
    assert shrunk(luma).shape == (224, 224)


def test_tiles_that_cover_a_frame_are_put_together(frames: Frames) -> None:
    luma = np.random.default_rng(3).integers(0, 256, (300, 500), np.uint8)
    cut = np.rint(tiles(luma) * 255).astype(np.uint8)
    words = {name: values[:1] for name, values in frames.words.items()}
    one = Frames(
        cut, np.array([0, len(cut)]), frames.vmaf[:1], words, frames.scale[:1], np.array([[500, 300]])
    )
    np.testing.assert_array_equal(one.whole(0), luma)
    assert replace(one, size=np.array([[960, 540]])).whole(0) is None
    assert replace(one, size=np.array([[500, 100]])).whole(0) is None


def test_sharpness_falls_with_blur(frames: Frames) -> None:
    sharp = frames.tiles[:2].copy()
    soft = (sharp // 2 + np.roll(sharp, 1, 2) // 2).astype(np.uint8)
    assert (sharpness(soft) < sharpness(sharp)).all()


def test_a_line_is_fitted_to_one_set_and_maps_another() -> None:
    values, truth = np.array([1.0, 2.0, 3.0]), np.array([30.0, 50.0, 70.0])
    assert mapped(values, truth).tolist() == pytest.approx([30, 50, 70])
    assert mapped(values, truth, np.array([0.0, 9.0])).tolist() == pytest.approx([10, 100])


def test_a_peer_of_another_scale_is_judged_by_its_best_line(frames: Frames, tmp_path: Path) -> None:
    trained, judged = split(frames, ["source1"])
    values = np.repeat(judged.vmaf, np.diff(judged.begins))
    bright = replace(judged, tiles=np.stack([np.full((224, 224), value, np.uint8) for value in values]))
    peer = write_tile_model(tmp_path, gain=5.0)
    found = judge(trained, bright, judged.vmaf, peer)
    assert found.own.rmse == 0
    assert [found.peer[name].plcc for name in ("whole_frames", "tiles")] == pytest.approx([1, 1], abs=1e-4)
    assert "not to opinion scores" in found.sentence("vmaf_v0.6.1")
    json.dumps(found.to_json(), allow_nan=False)


def test_the_command_goes_from_clips_to_a_model(make_clip: MakeClip, tmp_path: Path) -> None:
    clips, held_out = tmp_path / "clips", tmp_path / "held_out.json"
    clips.mkdir()
    for name, size in (("a", "256x240"), ("b", "128x96")):
        make_clip(clips / f"{name}.mkv", size)
    held_out.write_text(json.dumps({"sources": ["b"]}))
    frames, out, plot = tmp_path / "frames.npz", tmp_path / "nr_toy.onnx", tmp_path / "plot.svg"
    encodes = ["x264-crf26-1", "x264-crf41-1", "x264-crf20-2"]
    words = ["--manifest", clips, "--frames", frames, "--encodes", *encodes, "--label", "vmaf_tiny_v4"]
    words += ["--out", out, "--held-out", held_out, "--steps", "12", "--plot", plot]
    assert main(["nr", *map(str, words)]) == 0
    made = read_frames(frames)
    assert np.diff(made.begins).tolist() == [4] * 3 + [1] * 3
    assert made.vmaf[0] > made.vmaf[1]
    report = json.loads(out.with_suffix(".report.json").read_text())
    assert report["held_out"]["n_rows"] == 3
    sidecar = json.loads(out.with_suffix(".json").read_text())
    assert (sidecar["kind"], sidecar["output_range"], sidecar["quality"]["n_sources"]) == ("nr", [0, 100], 1)
    assert "not to opinion" in sidecar["description"]
    assert sidecar["quant_mode"] == "fp32"
    assert sidecar["int8_sha256"] == sha256_of(out.with_suffix(".int8.onnx"))
    assert set(sidecar["quality"]) == {"against", "n_rows", "n_sources", "fp32", "int8"}
    assert b"<svg" in plot.read_bytes()
    scored = score(None, clips / "a.mkv", tiny_model=out)
    assert scored.tiny_models[0]["kind"] == "nr"


def test_sources_are_dealt_evenly_and_a_group_stays_together() -> None:
    sources = np.repeat(["a", "b", "c", "d", "e"], [4, 3, 2, 2, 1])
    assert dealt(sources, 2, {}) == [("a", "d"), ("b", "c", "e")]
    assert dealt(sources, 3, {"film": ["a", "e"]}) == [("a", "e"), ("b",), ("c", "d")]


@pytest.mark.parametrize(
    ("n_parts", "groups", "sentence"),
    [
        (1, {}, "5 contents can't be dealt into 1 parts, expected 2 to 5"),
        (5, {"film": ["a", "b"]}, "4 contents can't be dealt into 5 parts, expected 2 to 4"),
        (2, {"film": ["z"]}, "The frames have no source 'z', which --groups names"),
    ],
)
def test_parts_that_can_not_be_are_refused(n_parts: int, groups: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        dealt(np.array(list("abcde")), n_parts, groups)


def test_each_part_is_scored_by_a_net_that_has_not_seen_it(frames: Frames, tmp_path: Path) -> None:
    parts = [("source0", "source2"), ("source1", "source3")]
    found = judge_folds(frames, TOY, parts)
    trained, judged = split(frames, parts[1])
    path = tmp_path / "net.onnx"
    export(fit(trained, TOY), path)
    alone = judge(trained, judged, score_frames(path, judged))
    assert found.parts[1] == (parts[1], alone)
    assert found.pooled.n_rows == len(frames)
    assert found.pooled.plcc > 0.5
    json.dumps(found.to_json(), allow_nan=False)


def test_the_command_judges_its_recipe_by_folds(
    frames: Frames, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, groups = tmp_path / "frames.npz", tmp_path / "groups.json"
    write_frames(path, frames)
    groups.write_text(json.dumps({"groups": {"film": ["source0", "source3"]}}))
    words = ["--frames", path, "--folds", "2", "--groups", groups, "--steps", "2", "--jobs", "2"]
    assert main(["nr", *map(str, words)]) == 0
    report = json.loads((tmp_path / "frames.report.json").read_text())
    assert report["folds"]["parts"][0]["sources"] == ["source0", "source3"]
    assert report["folds"]["pooled"]["n_rows"] == 24
    assert report["recipe"]["steps"] == 2
    assert "all 2 parts at once: PLCC" in capsys.readouterr().out


def test_labels_are_those_of_the_whole_frame(make_clip: MakeClip, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    clip = make_clip(tmp_path / "clips" / "a.mkv", "256x240")
    frames = tmp_path / "frames.npz"
    words = ["--manifest", clip.parent, "--frames", frames, "--encodes", "x264-crf41-1"]
    assert main(["nr", *map(str, words)]) == 0
    found = read_frames(frames)
    assert 0 < found.vmaf[0] < 90
    assert found.words["codec"].tolist() == ["x264"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Give --manifest to make frames, --out to fit a model to them, --folds to judge the recipe"),
        (["--manifest", ".", "--groups", "x.json"], "--groups goes with --folds"),
        (["--out", "x.onnx", "--encodes", "x264-crf26-1"], "--encodes and --ffmpeg go with --manifest"),
        (["--manifest", ".", "--plot", "x.svg"], "--held-out, --peer and --plot go with --out"),
        (["--out", "x.onnx", "--plot", "x.png"], "--plot takes a file that ends in .svg, got x.png"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["nr", "--frames", "none.npz", *words]) == 2
    assert sentence in capsys.readouterr().err
