# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.cli import main
from vmaf_dnn.demo import PLOT_NAME, run_demo
from vmaf_dnn.demo.encodes import ENCODES, Encode, ScoredEncode
from vmaf_dnn.demo.run import MODELS
from vmaf_dnn.extractors.libvmaf import extract
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

pytestmark = pytest.mark.slow


SIZE, N_FRAMES = (192, 128), 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "made" / "here"


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def scored(folder: Path, steps: list[tuple[str, float]]) -> list[ScoredEncode]:
    return run_demo(folder, size=SIZE, n_frames=N_FRAMES, on_step=lambda *step: steps.append(step))


def test_scores_every_encode_with_every_model(scored: list[ScoredEncode]) -> None:
    assert [item.encode for item in scored] == list(ENCODES)
    names = [f"{model}.{precision}" for model in MODELS for precision in ("fp32", "int8")]
    for item in scored:
        assert list(item.report.scores) == [*names, "vmaf"]
        assert len(item.report.frames) == N_FRAMES


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_lower_quality_costs_less_and_scores_less(scored: list[ScoredEncode], encoder: str) -> None:
    rungs = [item for item in scored if item.encode.encoder == encoder]
    for better, worse in pairwise(rungs):
        assert better.kbit_per_s > worse.kbit_per_s
        assert better.report.scores["vmaf"] > worse.report.scores["vmaf"]
        assert better.report.mean > worse.report.mean


def test_mean_difference_is_over_frames(scored: list[ScoredEncode]) -> None:
    item = scored[-1]
    frames = [frame["metrics"] for frame in item.report.frames]
    differences = [abs(frame["vmaf_tiny_v4.fp32"] - frame["vmaf"]) for frame in frames]
    assert item.mean_difference("vmaf_tiny_v4.fp32") == pytest.approx(sum(differences) / N_FRAMES)
    assert item.mean_difference("vmaf") == 0


def test_writes_a_plot_and_a_report_each(scored: list[ScoredEncode], folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        PLOT_NAME,
        *(f"{item.encode.name}.json" for item in scored),
    }
    assert (folder / PLOT_NAME).read_bytes().startswith(b"\x89PNG")
    document = json.loads((folder / f"{scored[0].encode.name}.json").read_text())
    assert [block["precision"] for block in document["tiny_model"]] == ["fp32", "int8"] * 3


def test_tells_its_steps_in_order(scored: list[ScoredEncode], steps: list[tuple[str, float]]) -> None:
    fractions = [fraction for _, fraction in steps]
    assert fractions == sorted(fractions)
    assert steps[0][0] == "making the clip"
    assert {"encoding x265_crf34", "scoring x264_crf28", "drawing"} <= {label for label, _ in steps}
    assert scored


def test_the_clip_moves_in_every_frame(tmp_path: Path) -> None:
    from vmaf_dnn.demo.clip import make_clip

    clip = make_clip(find_ffmpeg(), tmp_path, SIZE, 60)
    motion = extract(clip, clip).metrics["integer_motion2"]
    assert len(motion) == 60
    assert motion[1:].min() > 1


def test_names_of_encodes() -> None:
    assert Encode("libx264", 28).name == "x264_crf28"


@pytest.mark.parametrize(
    ("size", "n_frames", "sentence"),
    [
        ((64, 360), 10, "size must be even and 128 or more a side, got 64x360"),
        ((641, 360), 10, "size must be even and 128 or more a side, got 641x360"),
        ((640, 360), 1, "the demo needs 2 frames or more, got 1"),
    ],
)
def test_refuses_sizes(tmp_path: Path, size: tuple[int, int], n_frames: int, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        run_demo(tmp_path, size=size, n_frames=n_frames)


def test_refuses_a_folder_that_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgument, match=r"can't make the folder .*file: File exists; name another"):
        run_demo(tmp_path / "file")


def test_home_stays_empty(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("XDG_") and key != "MPLCONFIGDIR"
    }
    command = [sys.executable, "-m", "vmaf_dnn", "demo", "--frames", "2", "--size", "128x128", "-o", "out"]
    environment = kept | {"HOME": str(home), "TMPDIR": str(work)}
    subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True)
    assert list(home.iterdir()) == []
    assert [path.name for path in work.iterdir()] == ["out"]


def test_matplotlibs_folder_is_the_users_if_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vmaf_dnn", "demo", "--frames", "2", "--size", "128x128", "-o", "out"]
    environment = os.environ | {"MPLCONFIGDIR": str(tmp_path / "mpl")}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert list((tmp_path / "mpl").iterdir())


def test_command_prints_one_table(tmp_path: Path) -> None:
    words = ["demo", "--frames", "4", "--size", "128x128", "-o", "out"]
    done = subprocess.run(
        [sys.executable, "-m", "vmaf_dnn", *words], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    for encode in ENCODES:
        row = next(line.split() for line in lines if encode.name in line)
        assert len(row) == 3 + 2 * len(MODELS)
    assert any("mean |difference| to vmaf" in line for line in lines)
    assert "out/demo.png" in lines[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "vmaf_dnn.demo.plot", raising=False)
    assert main(["demo", "-o", str(tmp_path / "demo")]) == 1
    err = capsys.readouterr().err
    assert "the demo takes matplotlib, which can't be imported" in err
    assert 'pip install "vmaf-dnn[video]"' in err
    assert "internal error" not in err
