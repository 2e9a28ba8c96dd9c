# SPDX-License-Identifier: BSD-3-Clause
"""What the command refuses, and the words it does so with; its help."""

from __future__ import annotations

from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips
from tests.support.command import assert_fails, assert_wrong_usage, pair, run
from vmaf_dnn.cli import main


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-r", "missing.y4m"], "missing.y4m: no such file"),
        (["--tiny-model", "vmaf_tiny_v9"], "vmaf_tiny_v9"),
        (["--tiny-model", "./no.onnx"], "no.onnx"),
        (["--registry", "no.json"], "no.json"),
        (["-o", "/no/folder/out.json"], "can't write /no/folder/out.json: No such file or directory"),
        (["-o", "new/"], "can't write new/: there is no such folder; name a file, without a slash"),
        (["-o", "."], "can't write .: it is a folder"),
        (["--ffmpeg", "/no/ffmpeg"], "ffmpeg= names '/no/ffmpeg', which is not an executable file"),
        (["--frame_skip_dist", "99"], "distorted.mkv ends within the 99 frames to be skipped"),
        (
            ["-w", "40", "-h", "40", "-p", "420", "-b", "8"],
            "reference.y4m is a y4m file, not raw video; leave out -w -h -p -b",
        ),
    ],
)
def test_failures_are_one_line(
    clips: Clips, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert_fails([*pair(clips), *words], capsys, sentence)


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        ("3", "is not a multiple of the 17 bytes of a 3x3 420 8-bit"),
        ("40", "is not a multiple of the 2400 bytes of a 40x40 420 8-bit"),
    ],
)
def test_raw_video_of_another_size_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], side: str, sentence: str
) -> None:
    raw = tmp_path / "a.yuv"
    raw.write_bytes(bytes(100))
    words = ["-r", str(raw), "-d", str(raw), "-w", side, "-h", side, "-p", "420", "-b", "8"]
    assert_fails(words, capsys, sentence)


def test_a_name_with_control_codes_leaves_the_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "./\x1b[2J\x7f\x9b\xe9.onnx"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(r"vmaf-dnn: error: There is no model file ./\x1b[2J\x7f\x9b" + "\xe9.onnx; give")


def test_a_name_that_no_path_can_have_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "x" * 4097]) == 1
    sentence = "The name of a model or registry has 4097 bytes; give one of at most 4096.\n"
    assert capsys.readouterr().err == f"vmaf-dnn: error: {sentence}"


def test_a_file_name_with_a_line_break_still_makes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(["-r", "a\nb.mkv", "-d", "c"], capsys, "a b.mkv: no such file")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--reference and --distorted are required"),
        (["-r", "a"], "--reference and --distorted are required"),
        (["-r", "a", "-d", "b", "-w", "64"], "height and pixel_format and bitdepth missing"),
        (["-r", "a", "-d", "b", "-w", "x"], "invalid unsigned number value: 'x'"),
        (["-r", "a", "-d", "b", "--threads", "-1"], "--threads"),
        (["-r", "a", "-d", "b", "-p", "411"], "invalid choice: '411'"),
        (["-r", "a", "-d", "b", "-b", "9"], "invalid choice: '9'"),
        (["-r", "a", "-d", "b", "--subsample", "0"], "subsample must be 1 or more, got 0"),
        (["-r", "a", "-d", "b", "--tiny-device", "toaster"], "invalid choice: 'toaster'"),
        (["-r", "a", "-d", "b", "--json", "--xml"], "not allowed with"),
        (["-r", "a", "-d", "b", "--sheep"], "unrecognized arguments: --sheep"),
        (["-r", "a", "-d", "b", "--tiny-threads", "99999999999"], "--tiny-threads must be 1024 or less"),
        (["-r", "a", "-d", "b", "-o", ""], "--output is empty; name a file, or - for stdout"),
        (["--registry", "x", "models"], "models takes its options after it"),
        (["sing"], "'sing' stands alone: it is no verb (probe, models, info"),
        (["demo", "--size", "640"], "invalid WxH value: '640'"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    assert_wrong_usage(words, capsys, sentence)


def test_an_unwritable_output_is_found_before_the_work(
    clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reference is missing as well; the output is what fails first."""
    assert_fails(["-r", "missing", "-d", "missing", "-o", "/no/out"], capsys, "can't write /no/out")


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for word in (
        "examples:",
        "exit codes:",
        "environment:",
        "VMAF_DNN_FFMPEG",
        "VMAF_DNN_ISA",
        "VMAF_DNN_DEBUG",
        "129 hung up, 130 interrupted, 143 terminated",
        "no time limit",
        "--frame_cnt",
        "--tiny-model",
        "-h, --height",
    ):
        assert word in text
    assert "--frame-cnt" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_help_of_each_verb(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("probe", "models", "info", "demo", "ladder", "compare"):
        with pytest.raises(SystemExit) as stop:
            main([verb, "--help"])
        assert stop.value.code == 0
        assert f"usage: vmaf-dnn {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["-v", "--version"])
def test_version(capsys: pytest.CaptureFixture[str], flag: str) -> None:
    assert main([flag]) == 0
    assert capsys.readouterr().out == f"vmaf-dnn {vmaf_dnn.__version__}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--feature", "psnr"], "--feature psnr is not supported: a model names its features"),
        (["--aom_ctc", "v1.0"], "--aom_ctc v1.0 is not supported"),
        (["--cpumask", "1"], "--cpumask 1 is not supported"),
        (["--gpumask", "1"], "--gpumask 1 is not supported"),
    ],
)
def test_flags_of_libvmaf_that_do_nothing_here_are_refused_by_name(words: list[str], sentence: str) -> None:
    done = run("-r", "a.y4m", "-d", "b.y4m", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"vmaf-dnn: error: {sentence}" in done.stderr
