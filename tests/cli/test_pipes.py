# SPDX-License-Identifier: BSD-3-Clause
"""Clips that come through pipes, one pass over each."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import COMMAND
from tests.support.paths import ROOT
from vmaf_dnn import VideoError
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg


def piped(words: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *words], input=given, capture_output=True)


@pytest.fixture(scope="module")
def y4m(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> bytes:
    """The distorted clip, decoded."""
    path = tmp_path_factory.mktemp("pipes") / "distorted.y4m"
    ffmpeg("-i", clips.distorted, path)
    return path.read_bytes()


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def writing(path: Path, given: bytes) -> threading.Thread:
    def write() -> None:
        with suppress(BrokenPipeError):
            path.write_bytes(given)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def test_standard_input_is_a_clip(clips: Clips, y4m: bytes) -> None:
    expected = vmaf_dnn.score(clips.reference, clips.distorted).mean
    done = piped(["-r", str(clips.reference), "-d", "-"], y4m)
    assert (done.returncode, done.stdout.decode()) == (0, f"vmaf_tiny_v2: {expected:.6f}\n")
    done = piped(["-r", "-", "-d", str(clips.distorted)], clips.reference.read_bytes())
    assert done.stdout.decode() == f"vmaf_tiny_v2: {expected:.6f}\n"


@pytest.mark.parametrize("other", ["reference.y4m", "distorted.mkv"])
def test_raw_video_has_the_stated_geometry(clips: Clips, y4m: bytes, other: str) -> None:
    raw = b"".join(frame for frame in y4m.split(b"FRAME\n")[1:])
    geometry = ["-w", "176", "-h", "144", "-p", "420", "-b", "8"]
    path = clips.reference.parent / other
    done = piped(["-r", str(path), "-d", "-", *geometry], raw)
    assert done.stdout.decode() == f"vmaf_tiny_v2: {vmaf_dnn.score(path, clips.distorted).mean:.6f}\n"


def test_both_sides_may_be_pipes_opened_in_any_order(clips: Clips, y4m: bytes, tmp_path: Path) -> None:
    pipes = [tmp_path / name for name in ("reference", "distorted")]
    for pipe in pipes:
        os.mkfifo(pipe)

    def write() -> None:
        with pipes[1].open("wb") as distorted, pipes[0].open("wb") as reference:
            writing_both = threading.Thread(target=reference.write, args=(clips.reference.read_bytes(),))
            writing_both.start()
            distorted.write(y4m)
            writing_both.join()

    writer = threading.Thread(target=write)
    writer.start()
    report = vmaf_dnn.score(*pipes)
    writer.join()
    expected = vmaf_dnn.score(clips.reference, clips.distorted)
    for name, values in expected.metrics.items():
        np.testing.assert_array_equal(report.metrics[name], values)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> list[Path]:
    """Two clips that are large enough for VMAF v1."""
    paths = [tmp_path_factory.mktemp("large") / name for name in ("reference.y4m", "distorted.y4m")]
    for path, more in zip(paths, ("null", "gblur=2"), strict=True):
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=320x240:r=25,{more}", "-frames:v", 6, path)
    return paths


def test_chroma_skips_and_counts(large: list[Path], fifo: Path) -> None:
    for more in ({"features": ["speed_chroma_u", "adm2"]}, {"frame_cnt": 4, "frame_skip_dist": 2}):
        writer = writing(fifo, large[1].read_bytes())
        table = vmaf_dnn.features(large[0], fifo, **more)
        writer.join()
        expected = vmaf_dnn.features(*large, **more)
        for name, values in expected.metrics.items():
            np.testing.assert_array_equal(table.metrics[name], values)


def test_auto_reads_it_once(large: list[Path]) -> None:
    words = ["-r", str(large[0]), "-d", "-", "--tiny-model", "auto", "--scale", "240"]
    done = piped(words, large[1].read_bytes())
    assert done.stdout.decode().startswith("vmaf_tiny_v5: ")


def test_a_ladder_of_a_file_and_a_pipe(clips: Clips, y4m: bytes) -> None:
    words = ["-r", str(clips.reference), "-d", str(clips.distorted), "-d", "-"]
    rows = [line.split("\t") for line in piped(words, y4m).stdout.decode().splitlines()]
    assert [row[:2] for row in rows[1:]] == [
        [str(clips.distorted), str(clips.distorted.stat().st_size)],
        ["-", "-"],
    ]
    assert rows[1][2:] == rows[2][2:]


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (lambda y4m: y4m[: y4m.rindex(b"FRAME")], "differ in length: 9 frames in -, more in .*reference.y4m"),
        (lambda y4m: y4m + y4m[y4m.rindex(b"FRAME") :], "differ in length: 10 frames in .*, more in -;"),
        (
            lambda y4m: y4m[:-5],
            "- ended within frame 9, after 38011 of its 38016 bytes; see whether its writer",
        ),
        (lambda y4m: y4m[: y4m.index(b"FRAME")], "- ends within the 0 frames to be skipped"),
        (lambda y4m: y4m.replace(b"FRAME\n", b"FRAMF\n"), "frame 0 must start with a FRAME line"),
        (lambda y4m: b"", "- ended before the first frame; see whether"),
        (lambda y4m: b"hello", "begins with b'hello', not as a y4m does; .* state the geometry"),
        (lambda y4m: b"\x1aE\xdf\xa3" + bytes(2000), "- gives a Matroska file, and only y4m and raw"),
    ],
)
def test_what_is_wrong_is_said_and_there_is_no_report(
    clips: Clips, y4m: bytes, cut: object, sentence: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    done = piped(["-r", str(clips.reference), "-d", "-", "-o", str(report)], cut(y4m))  # type: ignore[operator]
    said = done.stderr.decode()
    assert (done.returncode, done.stdout, said.count("\n")) == (1, b"", 1)
    assert not report.exists()
    with pytest.raises(VideoError, match=sentence):
        raise VideoError(said)


def test_refuses_what_a_pipe_can_not_do(clips: Clips, y4m: bytes, fifo: Path) -> None:
    for more, sentence in (
        ({"extractor": "libvmaf"}, "is a pipe, which the extractor libvmaf does not read; leave the extr"),
        ({"scale": 288}, r"is a pipe of 176x144, and frames of 352x288 are compared; scale .*scale=352:288"),
    ):
        writer = writing(fifo, y4m)
        with pytest.raises(VideoError, match=sentence):
            vmaf_dnn.score(clips.reference, fifo, **more)
        fifo.read_bytes() if writer.is_alive() else None
        writer.join()
    with pytest.raises(VideoError, match="is a pipe, and can be one clip only; it is named twice"):
        vmaf_dnn.score(fifo, fifo)


def test_commands_for_a_pipe_go_before_it(clips: Clips, y4m: bytes) -> None:
    full = y4m.replace(b"XCOLORRANGE=LIMITED", b"XCOLORRANGE=FULL", 1)
    done = piped(["-r", str(clips.reference), "-d", "-"], full)
    (command,) = re.findall(r"\((ffmpeg .*) before the pipe\)", done.stderr.decode())
    words = [find_ffmpeg().path, *shlex.split(command)[1:]]
    converted = subprocess.run(words, input=full, capture_output=True, check=True).stdout
    assert piped(["-r", str(clips.reference), "-d", "-"], converted).returncode == 0


@pytest.mark.parametrize("bits", [9, 10, 14])
def test_a_pipe_may_be_raised(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, fifo: Path, bits: int
) -> None:
    deep = tmp_path / "deep.y4m"
    ffmpeg("-i", clips.distorted, "-pix_fmt", f"yuv420p{bits}le", "-strict", "-1", deep)
    writer = writing(fifo, deep.read_bytes())
    report = vmaf_dnn.score(clips.reference, fifo, depth="auto")
    writer.join()
    assert report.mean == vmaf_dnn.score(clips.reference, deep, depth="auto").mean
    assert report.mean == pytest.approx(vmaf_dnn.score(clips.reference, clips.distorted).mean, abs=1e-4)


def test_a_pipe_that_nobody_writes_into_is_given_up(clips: Clips, fifo: Path) -> None:
    with pytest.raises(VideoError, match=r"fifo gave nothing for 0.3 s; --stall-timeout N"):
        vmaf_dnn.score(clips.reference, fifo, stall_timeout=0.3)


def test_an_interrupt_ends_a_wait(clips: Clips, fifo: Path) -> None:
    words = [*COMMAND, "-r", str(clips.reference), "-d", str(fifo)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        file = fifo.open("wb")  # when the command has it open
        file.write(b"YUV4MPEG2 W176 H144 F25:1 C420\nFRAME\n" + bytes(50000))
        file.flush()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        file.close()


def test_the_recipes_of_the_page_give_the_score_of_the_files(clips: Clips, tmp_path: Path) -> None:
    """As a user pastes them: a file that ffmpeg decodes, an encode on its way, two pipes at once."""
    page = (ROOT / "docs" / "cli.md").read_text()
    section = page[page.index("### Pipes") : page.index("### What clips say")]
    recipes = re.findall(r"^\$ (.*)$", section, re.MULTILINE)
    assert len(recipes) == 3
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ffmpeg").symlink_to(find_ffmpeg().path)
    (tools / "vmaf-dnn").write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    (tools / "vmaf-dnn").chmod(0o755)
    shutil.copy(clips.reference, tmp_path / "ref.y4m")
    (tmp_path / "ref.mkv").symlink_to(clips.reference)
    (tmp_path / "dist.mp4").symlink_to(clips.distorted)
    scores = []
    for recipe in recipes:
        line = recipe.replace("crop=320:180", "crop=160:96")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=tmp_path,
            env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        scores.append(float(done.stdout.removeprefix("vmaf_tiny_v2: ")))
    assert scores[0] == pytest.approx(vmaf_dnn.score(clips.reference, clips.distorted).mean, abs=1e-6)
    assert 0 < scores[1] < 100
    assert 0 < scores[2] < 100
