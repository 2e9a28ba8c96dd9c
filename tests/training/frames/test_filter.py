# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train filter`: what it learns from, and a toy of it from clips to a judged model."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from onnx import numpy_helper

from tests.support.clips import FfmpegRunner
from vmaf_dnn import InvalidArgument, ModelRejected, Session, VideoError
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.cli import main
from vmaf_train.corpus.manifest import Clip, read_clips
from vmaf_train.frames import filter_export
from vmaf_train.frames.degrade import jpeg, published_recipe
from vmaf_train.frames.filter_data import ENCODES, N_FRAMES, PUBLISHED, SOFT, Pair, pairs_of
from vmaf_train.frames.filter_export import export_filter, filter_graph
from vmaf_train.frames.filter_fit import FilterRecipe, fit_filter, loss
from vmaf_train.frames.filter_judge import judge
from vmaf_train.frames.filter_net import RADIUS, FilterNet
from vmaf_train.frames.filter_pairs_file import read_pairs, write_pairs
from vmaf_train.frames.planes import is_held_out, luma_planes, split_clips
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.quantize.samples import read_samples

QUICK = FilterRecipe(n_steps=120, batch_size=4, side=32, squares=4, lr=5e-3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Two clips, of which one is held out: `judged`."""
    folder = tmp_path_factory.mktemp("clips")
    for name, scene in (("judged", "testsrc2"), ("trained", "mandelbrot")):
        picture = f"{scene}=size=96x64:rate=25"
        ffmpeg(
            "-f", "lavfi", "-i", picture, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", folder / f"{name}.y4m"
        )
    return folder


@pytest.fixture(scope="module")
def pairs(folder: Path) -> list[Pair]:
    encodes = [how for how in ENCODES if how.codec == "x264"]
    return list(pairs_of(read_clips(folder), encodes, ffmpeg_path()))


def scene(seed: int = 0) -> np.ndarray:
    """(72, 100): edges and a texture."""
    rng = np.random.default_rng(seed)
    steps = np.kron(rng.integers(40, 216, (9, 10)), np.ones((8, 10)))
    return np.clip(steps + rng.normal(0, 4, steps.shape), 0, 255).astype(np.uint8)


def test_jpeg_is_what_libjpeg_makes() -> None:
    image = pytest.importorskip("PIL.Image")
    for quality in (35, 75):
        file = io.BytesIO()
        image.fromarray(scene()).save(file, "jpeg", quality=quality)
        libjpeg = np.asarray(image.open(file)).astype(int)
        difference = np.abs(jpeg(scene(), quality).astype(int) - libjpeg)
        assert difference.max() < 8  # where its DCT of integers rounds a coefficient the other way
        assert difference.mean() < 0.3


def test_the_published_recipe_blurs_and_keeps_the_size() -> None:
    plane = scene()[:-3, :-5]
    degraded = published_recipe(plane)
    assert degraded.shape == plane.shape
    assert degraded.dtype == np.uint8
    assert np.abs(np.diff(degraded.astype(int))).mean() < 0.7 * np.abs(np.diff(plane.astype(int))).mean()


def test_pairs_lie_frame_by_frame(pairs: list[Pair], folder: Path) -> None:
    hows = {pair.how for pair in pairs}
    assert hows == {PUBLISHED, "x264-crf24-1", "x264-crf32-1", "x264-crf36-1", "x264-crf40-1"}
    for name in ("judged", "trained"):
        clean = luma_planes(folder / f"{name}.y4m", (2, 4, 7))
        for how in hows:
            found = [pair for pair in pairs if pair.source == name and pair.how == how]
            assert [pair.clean.tobytes() for pair in found] == [plane.tobytes() for plane in clean]
        for pair in (pair for pair in pairs if pair.source == name and pair.how == "x264-crf24-1"):
            errors = [np.abs(pair.degraded.astype(int) - plane).mean() for plane in clean]
            nearest = clean[int(np.argmin(errors))]
            assert nearest.tobytes() == pair.clean.tobytes()


def test_what_was_soft_before_it_was_encoded_stays_soft(folder: Path) -> None:
    found = [pair for pair in pairs_of(read_clips(folder), SOFT[:1], ffmpeg_path()) if pair.how != PUBLISHED]
    sharp = [
        plane for name in ("judged", "trained") for plane in luma_planes(folder / f"{name}.y4m", (2, 4, 7))
    ]
    assert [pair.how for pair in found] == ["x264-crf24_soft1.1-1"] * len(sharp)
    for pair, plane in zip(found, sharp, strict=True):
        errors = [np.abs(pair.degraded.astype(int) - was).mean() for was in (pair.clean, plane)]
        assert errors[0] < 0.5 * errors[1]


def test_a_clip_that_is_too_short_is_refused(folder: Path) -> None:
    with pytest.raises(VideoError, match=r"judged\.y4m lacks the frame 30; give a longer clip."):
        luma_planes(folder / "judged.y4m", (2, 30))


def test_sources_are_split_whole() -> None:
    clips = [Clip(f"scene {n}", f"source {n // 2}", "other", Path("x")) for n in range(80)]
    trained_on, judged_on = split_clips(clips)
    assert not {clip.source for clip in trained_on} & {clip.source for clip in judged_on}
    assert len(trained_on) + len(judged_on) == 80
    assert all(is_held_out(clip.source) for clip in judged_on)
    assert [clip.source for clip in split_clips(clips, ["source 3"])[1]] == ["source 3"] * 2
    with pytest.raises(InvalidArgument, match="0 to judge on, expected some of each"):
        split_clips(clips, ["another"])


def test_the_net_starts_by_changing_nothing_and_looks_as_far_as_it_says() -> None:
    net = FilterNet()
    plane = torch.rand(1, 1, 40, 40, requires_grad=True)
    assert torch.equal(net(plane), plane)
    assert net.n_params == 18_865
    torch.nn.init.ones_(net.exit.weight)
    net(plane)[0, 0, 20, 20].backward()
    assert plane.grad is not None
    seen = plane.grad[0, 0].nonzero()
    assert (seen - 20).abs().max() <= RADIUS


def test_a_toy_learns_and_is_the_same_again(pairs: list[Pair]) -> None:
    own = [pair for pair in pairs if pair.source == "trained"]
    net, again = fit_filter(own, QUICK), fit_filter(own, QUICK)
    assert serialised(filter_graph(net)) == serialised(filter_graph(again))

    def filtered(plane: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            values = net(torch.from_numpy(plane.astype(np.float32) / 255)[None, None])
        return np.rint(values.clamp(0, 1)[0, 0].numpy() * 255).astype(np.uint8)

    verdict = judge(own, filtered)
    assert verdict.published_db > 0.02
    assert not verdict.passed  # of sources that it has seen, and after few steps
    assert len(verdict.lines()) == 6


def test_a_square_that_was_ruined_outweighs_no_other() -> None:
    """By shares of error alone, one that is six times worse would weigh more than seven that are halved."""
    before, ones = torch.ones(8), torch.ones(8)
    helped = torch.full((8,), 0.5)
    ruined = torch.cat([torch.full((7,), 0.5), torch.tensor([6.0])])
    assert loss(helped, before, ones) < loss(ruined, before, ones) < loss(before, before, ones)
    assert ruined.mean() > before.mean()


def test_what_became_worse_counts_once_more() -> None:
    before, ones = torch.ones(2), torch.ones(2)
    doubled, halved = before * 2.2, before * 0.4  # with the least share, 0.2, exactly twice and half
    gain = loss(before, before, ones) - loss(halved, before, ones)
    harm = loss(doubled, before, ones) - loss(before, before, ones)
    assert float(gain) == pytest.approx(np.log(2))
    assert float(harm) == pytest.approx(2 * np.log(2))


def test_judging_measures_before_and_after() -> None:
    clean = scene()
    worse = np.where(clean > 127, clean - 8, clean + 8).astype(np.uint8)
    half = np.where(clean > 127, clean - 4, clean + 4).astype(np.uint8)
    pairs = [Pair("a", how, worse, clean) for how in (PUBLISHED, "x264-crf36-1", "x264-crf24-1")]
    verdict = judge(pairs, lambda plane: half)
    assert verdict.published_db == pytest.approx(20 * np.log10(2))
    assert verdict.published_l1 == pytest.approx(4 / 255)
    assert verdict.passed
    assert judge(pairs, lambda plane: worse).worst.db == 0
    lost = judge([*pairs, Pair("b", "x264-crf40-1", half, clean)], lambda plane: worse)
    assert lost.worst.source == "b"
    assert lost.worst.db == pytest.approx(-20 * np.log10(2))
    assert not lost.passed
    with pytest.raises(InvalidArgument, match="no held-out planes of the published recipe, or none of x264"):
        judge(pairs[:1], lambda plane: plane)


def test_planes_too_small_for_a_square_are_refused() -> None:
    small = [Pair("a", how, scene()[:20], scene()[:20]) for how in (PUBLISHED, "x264-crf36-1")]
    with pytest.raises(InvalidArgument, match="Of 1 planes none is as large as 32x32"):
        fit_filter(small, QUICK)


def test_an_export_that_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filter_export, "PARITY", -1.0)
    with pytest.raises(ModelRejected, match="differs from torch by"):
        export_filter(FilterNet(), tmp_path / "f.onnx")
    assert not list(tmp_path.iterdir())


def test_the_graph_holds_the_weights_by_name() -> None:
    net = FilterNet()
    graph = filter_graph(net).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(held[name], value.numpy())
    assert {node.op_type for node in graph.node} == {"Conv", "Relu", "Add", "Clip"}


def test_pairs_are_kept_in_a_file(pairs: list[Pair], tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.npz", pairs)
    for again, pair in zip(read_pairs(tmp_path / "pairs.npz"), pairs, strict=True):
        assert (again.source, again.how) == (pair.source, pair.how)
        np.testing.assert_array_equal(again.degraded, pair.degraded)
        np.testing.assert_array_equal(again.clean, pair.clean)
    (tmp_path / "pairs.npz").write_bytes(b"no archive")
    with pytest.raises(InvalidArgument, match="holds no pairs of `vmaf-train filter`"):
        read_pairs(tmp_path / "pairs.npz")


def test_the_command_makes_a_model_that_a_session_opens(
    tmp_path: Path, ffmpeg: FfmpegRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    for name, picture in (("judged", "testsrc2"), ("trained", "mandelbrot")):
        source = f"{picture}=size=128x96:rate=25"
        ffmpeg(
            "-f", "lavfi", "-i", source, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", clips / f"{name}.y4m"
        )
    held_out = tmp_path / "held_out.json"
    held_out.write_text(json.dumps({"sources": ["judged"]}))
    out = tmp_path / "toy.onnx"
    words = ["filter", "--manifest", clips, "--held-out", held_out, "--out", out, "--steps", "2"]
    words += ["--pairs", tmp_path / "pairs.npz", "--description", "A toy.", "--samples", tmp_path / "s.npz"]
    assert main([str(word) for word in words]) == 1  # it learnt too little
    first = out.read_bytes()
    assert "published recipe: L1" in capsys.readouterr().out
    session = Session(out)
    assert (session.info.kind, session.info.inputs) == ("filter", ("degraded: float32 [1, 1, N, N]",))
    sidecar = json.loads((tmp_path / "toy.json").read_text())
    assert sidecar["quality"]["fp32"].keys() == {"l1", "psnr_gain", "worst_psnr_gain"}
    assert json.loads((tmp_path / "toy.training.json").read_text())["sources"] == ["trained"]
    samples = read_samples([tmp_path / "s.npz"], out)
    assert samples.inputs["degraded"].shape == (2 * (1 + len(ENCODES)) + len(SOFT), 1, 96, 96)
    assert samples.sources is not None
    assert sorted(set(samples.sources)) == ["judged", "trained"]
    data = ["--data", tmp_path / "s.npz", "--held-out", held_out]
    assert main([str(word) for word in ("ptq-static", "--onnx", out, *data, "--pin-only")]) == 0
    plane = np.random.default_rng(0).integers(0, 256, (530, 40), dtype=np.uint8)
    assert Session(out, precision="int8")._filter(plane, 8).shape == plane.shape
    out.write_bytes(first + b"\x00\x00")  # which its sidecar does not pin: the next run replaces both
    assert main([*map(str, words), "--force"]) == 1
    assert out.read_bytes() == first
