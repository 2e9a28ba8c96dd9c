# SPDX-License-Identifier: BSD-3-Clause
"""Scores on the command line, and the files and formats that they go to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner, LogReader
from tests.support.command import pair, run
from tests.support.make_svrs import train_svr
from vmaf_dnn.cli import main

DIGEST_LENGTH = 64


def test_a_pipe_gets_one_line_a_score(clips: Clips) -> None:
    done = run(*pair(clips))
    report = vmaf_dnn.score(clips.reference, clips.distorted)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"vmaf_tiny_v2: {report.mean:.6f}"]


def test_libvmafs_score_stands_beside_the_models(clips: Clips) -> None:
    done = run(*pair(clips), "--extractor", "libvmaf")
    report = vmaf_dnn.score(clips.reference, clips.distorted, extractor="libvmaf")
    lines = [f"{name}: {value:.6f}" for name, value in report.scores.items()]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == lines
    assert [line.split(":")[0] for line in lines] == ["vmaf_tiny_v2", "vmaf"]


def test_report_has_libvmafs_features_and_the_model(
    clips: Clips, libvmaf_log: LogReader, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    done = run(*pair(clips), "--tiny-model", "vmaf_tiny_v4", "--extractor", "libvmaf", "--json", "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    document, log = json.loads(out.read_text()), libvmaf_log(clips.reference, clips.distorted)
    for ours, theirs in zip(document["frames"], log["frames"], strict=True):
        assert list(ours["metrics"]) == [*theirs["metrics"], "vmaf_tiny_v4"]
        assert {**ours["metrics"], **theirs["metrics"]} == ours["metrics"]
    assert document["tiny_model"]["id"] == "vmaf_tiny_v4"
    assert len(document["tiny_model"]["sha256"]) == DIGEST_LENGTH
    assert list(tmp_path.iterdir()) == [out]


def test_format_comes_from_the_suffix_or_the_flag(clips: Clips, tmp_path: Path) -> None:
    for name, words, start in (
        ("a.csv", [], "Frame,"),
        ("a.log", [], "<VMAF"),
        ("a.csv2", ["--sub"], "{0}{1}"),
        ("a.json", ["--xml"], "<VMAF"),
    ):
        assert main([*pair(clips), "-o", str(tmp_path / name), *words]) == 0
        assert (tmp_path / name).read_text().startswith(start)


@pytest.mark.parametrize(
    ("flag", "start"), [("--json", "{"), ("--xml", "<VMAF"), ("--csv", "Frame,"), ("--sub", "{0}")]
)
def test_a_named_format_goes_to_stdout(
    clips: Clips, capsys: pytest.CaptureFixture[str], flag: str, start: str
) -> None:
    assert main([*pair(clips), flag]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_flags_of_libvmaf_in_both_spellings(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for skip, count, predict in (
        ("--frame_skip_ref", "--frame_cnt", "--no_prediction"),
        ("--frame-skip-ref", "--frame-cnt", "--no-prediction"),
    ):
        assert main([*pair(clips), skip, "2", count, "0x5", predict, "--csv"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 1 + 5
    assert "vmaf" not in outputs[0].splitlines()[0].split(",")


def test_raw_video_takes_h_for_height(
    clips: Clips, ffmpeg: FfmpegRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = [tmp_path / "r.yuv", tmp_path / "d.yuv"]
    for source, target in zip((clips.reference, clips.distorted), raw, strict=True):
        ffmpeg("-i", source, "-f", "rawvideo", target)
    geometry = ["-w", "176", "-h", "144", "-p", "420", "-b", "8"]
    assert main(["-r", str(raw[0]), "-d", str(raw[1]), *geometry]) == 0
    expected = capsys.readouterr().out
    assert main(pair(clips)) == 0
    assert capsys.readouterr().out == expected


def test_no_prediction_gives_features_or_the_model_asked_for(
    clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*pair(clips), "-n"]) == 0
    names = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert "integer_motion2" in names
    assert not {"vmaf", "vmaf_tiny_v2"} & set(names)
    assert main([*pair(clips), "-n", "--tiny_model", "vmaf_tiny_v3"]) == 0
    assert capsys.readouterr().out.startswith("vmaf_tiny_v3: ")


def test_several_models_and_precisions(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--tiny-model",
        "vmaf_tiny_v2",
        "--tiny-model",
        "vmaf_tiny_v3",
        "--tiny-precision",
        "int8",
        "--json",
    ]
    assert main([*pair(clips), *words]) == 0
    blocks = json.loads(capsys.readouterr().out)["tiny_model"]
    assert [(block["id"], block["precision"]) for block in blocks] == [
        ("vmaf_tiny_v2", "int8"),
        ("vmaf_tiny_v3", "int8"),
    ]
    assert blocks[0]["device"]["requested"] == "auto"


def test_the_int8_fallback_is_one_warning_line(clips: Clips, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))
    redirected = next(model for model in vmaf_dnn.models() if model.quant_mode != "fp32")
    (folder / f"{redirected.id}.int8.onnx").unlink()
    done = run(*pair(clips), "--registry", folder / "registry.json", "--tiny-model", redirected.id)
    assert done.returncode == 0
    assert done.stderr.startswith(f"vmaf-dnn: warning: {redirected.id}: ")
    assert done.stderr.count("\n") == 1


def test_home_stays_empty(clips: Clips, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(work)}
    done = run(
        *pair(clips),
        "--tiny-model",
        "vmaf_tiny_v4",
        "--json",
        "-o",
        work / "o.json",
        env=environment,
        cwd=work,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []
    assert [path.name for path in work.iterdir()] == ["o.json"]


def test_a_model_without_a_file_brings_libvmaf(clips: Clips) -> None:
    model = "version=vmaf_float_v0.6.1"
    done = run(*pair(clips), "-m", model, "--tiny-model", "vmaf_tiny_v4")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v4", "vmaf"]
    done = run(*pair(clips), "-m", model, "--extractor", "native")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{model} is built into libvmaf, and its file was not found: name it, path=" in done.stderr


def test_models_of_v1_alone_leave_the_default_model_out(clips: Clips) -> None:
    done = run(*pair(clips), "-m", "version=vmaf_v1.0.16_3d0h")
    assert (done.returncode, done.stdout) == (1, "")
    assert "CAMBI needs a side of at least 216 samples" in done.stderr
    done = run(*pair(clips), "-m", "version=vmaf_v1.0.16_3d0h", "--scale", 540)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf"]
    both = ("-m", "version=vmaf_v1.0.16_3d0h", "-m", "version=vmaf_v0.6.1:name=v0")
    done = run(*pair(clips), *both, "--scale", "540")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v2", "vmaf", "v0"]


def test_the_file_of_a_model_is_scored_natively(clips: Clips, tmp_path: Path) -> None:
    model = train_svr().write(tmp_path / "svr.json")
    done = run(*pair(clips), "-m", f"path={model}:name=svr", "--extractor", "native")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v2", "svr"]
