# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn filter`: from a clip to a y4m, a frame at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support import make_filters
from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import COMMAND, assert_fails, assert_wrong_usage, on_terminal, run
from vmaf_dnn import Session, VideoError
from vmaf_dnn.cli import main
from vmaf_dnn.cli.grammar import build_parser
from vmaf_dnn.cli.verbs.filter import _to_stdout
from vmaf_dnn.filtering import filter_clip
from vmaf_dnn.video import frames
from vmaf_dnn.video.ffmpeg.showinfo import _PLACES
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.reader import PipedReader, open_piped
from vmaf_dnn.video.pipes.source import Pipe


@pytest.fixture
def inverse(tmp_path: Path) -> Path:
    path = tmp_path / "inverse.onnx"
    path.write_bytes(make_filters.affine(-1, 1))
    return path


def frames_of(y4m: bytes) -> tuple[bytes, list[bytes]]:
    head, _, rest = y4m.partition(b"\n")
    return head, rest.split(b"FRAME\n")[1:]


def write_y4m(path: Path, tags: bytes, *frames: bytes) -> Path:
    path.write_bytes(b"YUV4MPEG2 " + tags + b"\n" + b"".join(b"FRAME\n" + frame for frame in frames))
    return path


def test_a_y4m_keeps_its_header_and_its_chroma(inverse: Path, tmp_path: Path) -> None:
    tags = b"W4 H2 F30000:1001 It A12:11 C420paldv XYSCSS=420PALDV XCOLORRANGE=FULL"
    clip = write_y4m(tmp_path / "a.y4m", tags, bytes(range(12)), bytes(range(100, 112)))
    assert main(["filter", str(clip), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]) == 0
    head, frames = frames_of((tmp_path / "b.y4m").read_bytes())
    assert head == b"YUV4MPEG2 " + tags
    assert frames == [
        bytes(255 - n if n - first < 8 else n for n in range(first, first + 12)) for first in (0, 100)
    ]


@pytest.mark.parametrize(("tag", "bits"), [("420p9", 9), ("422p10", 10), ("444p12", 12), ("mono16", 16)])
def test_samples_keep_their_depth(inverse: Path, tmp_path: Path, tag: str, bits: int) -> None:
    n_chroma = {"420": 4, "422": 8, "444": 16, "mon": 0}[tag[:3]]
    samples = np.random.default_rng(bits).integers(0, 2**bits, 8 + n_chroma).astype("<u2")
    clip = write_y4m(tmp_path / "a.y4m", f"W4 H2 F25:1 C{tag}".encode(), samples.tobytes())
    assert main(["filter", str(clip), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]) == 0
    head, (frame,) = frames_of((tmp_path / "b.y4m").read_bytes())
    assert head.endswith(f"C{tag}".encode())
    expected = samples.copy()
    expected[:8] = 2**bits - 1 - expected[:8]
    np.testing.assert_array_equal(np.frombuffer(frame, "<u2"), expected)


@pytest.mark.parametrize("is_pipe", [False, True])
def test_a_header_that_is_very_long_is_kept(is_pipe: bool, inverse: Path, tmp_path: Path) -> None:
    tags = b"W2 H2 Cmono F50:1 X" + b"z" * 100_000
    clip = write_y4m(tmp_path / "a.y4m", tags, bytes(4))
    words = [*COMMAND, "filter", "-" if is_pipe else str(clip), "-", "--tiny-model", str(inverse)]
    done = subprocess.run(words, input=clip.read_bytes(), capture_output=True, check=True)
    assert frames_of(done.stdout) == (b"YUV4MPEG2 " + tags, [b"\xff" * 4])


@pytest.mark.parametrize("is_pipe", [False, True])
def test_what_stands_beside_frame_is_kept(is_pipe: bool, inverse: Path, tmp_path: Path) -> None:
    lines = [b"FRAME It1 Xa", b"FRAME", b"FRAME ", b"FRAME Ib1", b"FRAME Ip X" + b"z" * 80]
    clip = tmp_path / "a.y4m"
    clip.write_bytes(
        b"YUV4MPEG2 W2 H2 Im Cmono F25:1\n" + b"".join(line + b"\n" + bytes(4) for line in lines)
    )
    words = ["filter", "-" if is_pipe else str(clip), "-", "--frame_skip", "1", "--tiny-model", str(inverse)]
    done = subprocess.run([*COMMAND, *words], input=clip.read_bytes(), capture_output=True, check=True)
    kept = [b"FRAME", b"FRAME", b"FRAME Ib1", b"FRAME"]
    assert done.stdout.partition(b"\n")[2] == b"".join(line + b"\n" + b"\xff" * 4 for line in kept)


def test_words_beside_frame_are_not_gathered_of_a_pipe(tmp_path: Path) -> None:
    clip = tmp_path / "a.y4m"
    clip.write_bytes(b"YUV4MPEG2 W2 H2 Cmono F25:1\n" + (b"FRAME It\n" + bytes(4)) * 200)
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cp", clip, tmp_path / "pipe"]):
        (pipe,) = [Pipe(tmp_path / "pipe", 10)]
        opened = open_piped(pipe, VideoOptions())
        reader = PipedReader(opened, pipe, frames._FrameBuffers(opened, with_chroma=False), 0, 0)
        while reader.read() is not None:
            pass
        pipe.close()
    assert 17 <= len(opened.frame_words) <= 64


@pytest.mark.parametrize(
    ("place", "tag"),
    [("left", "420mpeg2"), ("center", "420jpeg"), ("topleft", "420paldv"), ("top", "420mpeg2")],
)
def test_a_decoded_clip_says_where_its_chroma_lies(
    place: str, tag: str, ffmpeg: FfmpegRunner, inverse: Path, tmp_path: Path
) -> None:
    clip, out = tmp_path / "clip.mkv", tmp_path / "out.y4m"
    source = ("-f", "lavfi", "-i", "testsrc2=s=64x48", "-frames:v", 1, "-pix_fmt", "yuv420p")
    ffmpeg(*source, "-c:v", "libx264", "-x264-params", f"chromaloc={_PLACES.index(place)}", clip)
    assert main(["filter", str(clip), str(out), "--tiny-model", str(inverse)]) == 0
    assert f" C{tag}".encode() in out.read_bytes().partition(b"\n")[0]


@pytest.mark.parametrize("suffix", ["y4m", "yuv"])
def test_a_clip_that_grows_meanwhile_is_not_cut(suffix: str, inverse: Path, tmp_path: Path) -> None:
    clip = write_y4m(tmp_path / "a.y4m", b"W2 H2 Cmono F25:1", *[bytes(4)] * 40)
    options = VideoOptions(depth="auto", threads=1)
    if suffix == "yuv":
        clip = tmp_path / "a.yuv"
        clip.write_bytes(bytes(6 * 40))
        options = replace(options, width=2, height=1, pixel_format="444", bitdepth=8)
    whole = clip.read_bytes()

    def grow(_: object) -> None:
        with clip.open("ab") as file:
            file.write(bytes(3))

    with pytest.raises(VideoError, match="became longer while it was read; read it when it is whole"):
        filter_clip(clip, tmp_path / "b.y4m", Session(inverse), options, grow)
    assert not (tmp_path / "b.y4m").exists()
    clip.write_bytes(whole)
    filter_clip(clip, tmp_path / "b.y4m", Session(inverse), replace(options, frame_cnt=40), grow)


def test_alpha_is_left_out(inverse: Path, tmp_path: Path) -> None:
    clip = write_y4m(tmp_path / "a.y4m", b"W2 H2 C444alpha F25:1", bytes(16))
    assert main(["filter", str(clip), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]) == 0
    head, (frame,) = frames_of((tmp_path / "b.y4m").read_bytes())
    assert (head, frame) == (b"YUV4MPEG2 W2 H2 C444 F25:1", b"\xff" * 4 + bytes(8))


def test_other_containers_are_decoded(
    clips: Clips, ffmpeg: FfmpegRunner, inverse: Path, tmp_path: Path
) -> None:
    decoded, filtered = tmp_path / "decoded.y4m", tmp_path / "filtered.y4m"
    ffmpeg("-i", clips.distorted, "-f", "yuv4mpegpipe", decoded)
    assert main(["filter", str(clips.distorted), str(filtered), "--tiny-model", str(inverse)]) == 0
    head, frames = frames_of(filtered.read_bytes())
    plain_head, plain = frames_of(decoded.read_bytes())
    words = head.split()
    assert words[:4] == plain_head.split()[:4]  # size and rate
    (tag,) = (word for word in plain_head.split() if word.startswith(b"C"))
    assert tag in words
    n_luma = int(words[1][1:]) * int(words[2][1:])
    assert len(frames) == len(plain)
    for frame, other in zip(frames, plain, strict=True):
        luma = np.frombuffer(other[:n_luma], np.uint8)
        assert frame == (255 - luma).tobytes() + other[n_luma:]


def test_raw_video_is_filtered(inverse: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yuv").write_bytes(bytes(range(12)))
    words = ["-w", "4", "-h", "2", "-p", "420", "-b", "8"]
    done = run("filter", tmp_path / "a.yuv", tmp_path / "b.y4m", "--tiny-model", inverse, *words)
    assert (done.returncode, done.stderr) == (0, "")
    head, (frame,) = frames_of((tmp_path / "b.y4m").read_bytes())
    assert head == b"YUV4MPEG2 W4 H2 F25:1 Ip A0:0 C420mpeg2"
    assert frame == bytes([*range(255, 247, -1), *range(8, 12)])


def test_a_pipe_in_and_a_pipe_out(inverse: Path, tmp_path: Path) -> None:
    clip = write_y4m(tmp_path / "a.y4m", b"W4 H2 F25:1 C420jpeg", *[bytes([n] * 12) for n in range(5)])
    words = [*COMMAND, "filter", "-", "-", "--tiny-model", str(inverse), "--threads", "2"]
    done = subprocess.run(words, input=clip.read_bytes(), capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    head, frames = frames_of(done.stdout)
    assert head == b"YUV4MPEG2 W4 H2 F25:1 C420jpeg"
    assert frames == [bytes([255 - n] * 8 + [n] * 4) for n in range(5)]


def test_a_reader_that_leaves_ends_it(inverse: Path, tmp_path: Path) -> None:
    frame = bytes(96 * 64)
    clip = write_y4m(tmp_path / "a.y4m", b"W64 H64 F25:1 C420", *[frame] * 400)
    with subprocess.Popen(
        [*COMMAND, "filter", str(clip), "-", "--tiny-model", str(inverse)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode != 0


def test_a_part_of_a_clip(inverse: Path, tmp_path: Path) -> None:
    clip = write_y4m(tmp_path / "a.y4m", b"W2 H2 Cmono F25:1", *[bytes([n] * 4) for n in range(6)])
    words = ["--frame-skip", "2", "--frame-cnt", "3", "--tiny-model", str(inverse)]
    assert main(["filter", str(clip), str(tmp_path / "b.y4m"), *words]) == 0
    _, frames = frames_of((tmp_path / "b.y4m").read_bytes())
    assert frames == [bytes([255 - n] * 4) for n in (2, 3, 4)]


def test_what_fails_leaves_the_output_as_it_was(
    inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, output = tmp_path / "a.y4m", tmp_path / "b.y4m"
    words = np.array([5, 5, 5, 2000], "<u2").tobytes()
    write_y4m(clip, b"W2 H2 Cmono10 F25:1", bytes(8), bytes(8), words)
    output.write_bytes(b"mine")
    sentence = "holds 2000 at column 1, row 1, which needs more than 10 bits"
    assert_fails(["filter", str(clip), str(output), "--tiny-model", str(inverse)], capsys, sentence)
    assert output.read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.y4m", "b.y4m", "inverse.onnx"]


def test_a_terminal_shows_how_far_it_is(clips: Clips, inverse: Path, tmp_path: Path) -> None:
    words = ["filter", str(clips.reference), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]
    assert "filtering" in on_terminal(words)
    assert "filtering" not in on_terminal([*words, "--quiet"])


def test_refusals(clips: Clips, inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, output, model = str(clips.reference), str(tmp_path / "b.y4m"), ["--tiny-model", str(inverse)]
    for words, sentence in (
        ([clip, clip, *model], "reference.y4m is the clip itself; name another file."),
        ([clip, str(tmp_path / "b.mkv"), *model], "b.mkv is no name of a y4m file, which is what is written"),
        ([clip, str(tmp_path / "none" / "b.y4m"), *model], "create its folder first"),
        ([clip, output, "--frame_skip", "99", *model], "has no frame after its first 99; skip fewer."),
        ([str(tmp_path / "none.mkv"), output, *model], "none.mkv: no such file."),
        (
            [clip, output, "--frame_skip", "4294967296", *model],
            "error: --frame_skip must be 2147483647 or less",
        ),
        (["", output, *model], "the path of a clip is empty; name a file."),
        ([clip, "", *model], "can't write to a file whose name is empty; name one."),
        (
            [clip, output, "--tiny-model", "vmaf_tiny_v4"],
            "vmaf_tiny_v4 is of kind fr: it scores a clip beside",
        ),
        (
            [clip, output, "--tiny-model", "learned_filter"],
            'There is no model "learned_filter"; those of kind filter are: learned_filter_v1. Did you mean',
        ),
    ):
        assert_fails(["filter", *words], capsys, sentence)
    assert not Path(output).exists()
    assert_wrong_usage(["filter", clip], capsys, "the following arguments are required: OUT")


@pytest.fixture
def shell(tmp_path: Path) -> Callable[[str, Path], None]:
    """Run what a person would paste, with our command and ffmpeg at hand."""
    from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ffmpeg").symlink_to(find_ffmpeg(libvmaf=False).path)
    (tools / "vmaf-dnn").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vmaf_dnn "$@"\n')
    (tools / "vmaf-dnn").chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}

    def run(words: str, folder: Path) -> None:
        subprocess.run(words, shell=True, check=True, env=environment, cwd=folder, capture_output=True)

    return run


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("name", ["it's.mkv", "-o.mkv", "a:b.mkv", "clip\udce9 %s\x1b.mkv"])
def test_the_cure_for_another_container_works(
    name: str, is_there: bool, clips: Clips, inverse: Path, tmp_path: Path, shell: Callable[[str, Path], None]
) -> None:
    clip = tmp_path / "-in\udcff.y4m"
    clip.write_bytes(clips.reference.read_bytes())
    if is_there:
        (tmp_path / name).write_bytes(b"old")
    words = [*COMMAND, "filter", "--tiny-model", str(inverse), "--", clip.name, name]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.isprintable() or done.stderr.count("\n") == 1
    shell(done.stderr.partition("encode it (")[2].rpartition(")")[0], tmp_path)
    assert (tmp_path / name).stat().st_size > 100


def test_the_cure_keeps_the_flags(inverse: Path, tmp_path: Path, shell: Callable[[str, Path], None]) -> None:
    (tmp_path / "a.yuv").write_bytes(bytes(96 * 64 // 64 * 64 * 9))
    words = ["-w", "64", "-h", "64", "-p", "420", "-b", "8", "--frame_skip", "2", "--frame_cnt", "3"]
    words += ["--tiny-model", str(inverse), "--tiny-precision", "fp32", "--stall-timeout", "5", "-q"]
    done = run("filter", tmp_path / "a.yuv", tmp_path / "b.mkv", *words)
    shell(done.stderr.partition("encode it (")[2].rpartition(")")[0], tmp_path)
    assert (
        main(["filter", str(tmp_path / "b.mkv"), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]) == 0
    )
    head, frames = frames_of((tmp_path / "b.y4m").read_bytes())
    assert head.startswith(b"YUV4MPEG2 W64 H64")
    assert len(frames) == 3


def test_the_cure_names_the_registry() -> None:
    flags = ["--matrix", "bt601", "--tiny-model", "mine", "--registry=-r.json", "--tiny-model-verify"]
    words = _to_stdout(build_parser(verbs={"filter"}).parse_args(["filter", "a.png", "b.mkv", *flags]))
    assert words == ["vmaf-dnn", "filter", "a.png", "-", *flags]


def test_a_name_without_a_suffix_is_no_container(
    clips: Clips, inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["filter", str(clips.reference), str(tmp_path / "b"), "--tiny-model", str(inverse)]
    assert_fails(words, capsys, "what is written; name one (b.y4m).")


def test_rgb_is_made_into_yuv(
    ffmpeg: FfmpegRunner, inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, out = tmp_path / "a.png", tmp_path / "b.y4m"
    ffmpeg("-f", "lavfi", "-i", "color=white:s=64x48", "-frames:v", 1, "-pix_fmt", "rgb24", picture)
    words = ["filter", str(picture), str(out), "--tiny-model", str(inverse)]
    assert_fails(words, capsys, "let --matrix bt709")
    assert main([*words, "--matrix", "bt709"]) == 0
    head, (frame,) = frames_of(out.read_bytes())
    assert (head.split()[-2:], frame[0]) == ([b"C444", b"XCOLORRANGE=LIMITED"], 255 - 235)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"YUV4MPEG2 W4 H2", "is truncated: it ends within its y4m header, after 15 bytes"),
        (b"YUV4MPEG2", "is truncated: it ends within its y4m header, after 9 bytes"),
        (b"YUV4MPEG2 X" + b"z" * (1 << 20), "the y4m header has more than 1048576 bytes, and no end"),
        (b"YUV4MPEG24 W2\n", "is not a y4m file: its first line must start with YUV4MPEG2"),
        (b"YUV4MPEG2 W2 H2 Cmono F25:1\n", "holds no frame"),
    ],
)
@pytest.mark.parametrize("is_pipe", [False, True])
def test_a_header_that_is_cut_is_called_so(
    data: bytes, sentence: str, is_pipe: bool, inverse: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.y4m").write_bytes(data)
    words = [*COMMAND, "filter", "-" if is_pipe else "a.y4m", "b.y4m", "--tiny-model", str(inverse)]
    done = subprocess.run(words, input=data, capture_output=True, cwd=tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr.decode()


def test_a_layout_that_y4m_has_no_word_for(
    ffmpeg: FfmpegRunner, inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = tmp_path / "a.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:d=0.2", "-pix_fmt", "yuv440p", "-c:v", "ffv1", clip)
    sentence = "has chroma 440, for which y4m has no word"
    words = ["filter", str(clip), str(tmp_path / "b.y4m"), "--tiny-model", str(inverse)]
    assert_fails(words, capsys, sentence)


@pytest.mark.parametrize(
    ("rate", "stated"), [(1, "1:1"), (2, "2:1"), (25, "25:1"), ("30000/1001", "30000:1001")]
)
def test_a_rate_is_stated_as_it_was(
    rate: object, stated: str, inverse: Path, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    clip, out = tmp_path / "clip.mkv", tmp_path / "out.y4m"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=64x48:r={rate}", "-frames:v", 2, "-c:v", "ffv1", clip)
    assert main(["filter", str(clip), str(out), "--tiny-model", str(inverse)]) == 0
    assert f" F{stated} ".encode() in out.read_bytes()[:80]


def test_what_was_whole_before_a_pipe_ended_is_written(inverse: Path, tmp_path: Path) -> None:
    clip = write_y4m(tmp_path / "a.y4m", b"W4 H2 F25:1", *[bytes(12)] * 5)
    words = [*COMMAND, "filter", "-", "-", "--tiny-model", str(inverse), "--threads", "4"]
    done = subprocess.run(words, input=clip.read_bytes()[:-3], capture_output=True)
    assert done.returncode == 1
    assert len(frames_of(done.stdout)[1]) == 4


def test_a_disk_that_is_full_is_the_output(
    clips: Clips, inverse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full.y4m"
    full.symlink_to("/dev/full")
    words = ["filter", str(clips.reference), str(full), "--tiny-model", str(inverse)]
    assert_fails(words, capsys, f"can't write {full}: No space left on device; free some space")


def test_a_terminal_gets_no_frames(
    clips: Clips, inverse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    words = ["filter", str(clips.reference), "-", "--tiny-model", str(inverse)]
    assert_fails(words, capsys, "y4m is bytes, no text for a terminal; name a file (better.y4m)")


def test_a_model_of_another_kind(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["filter", str(clips.reference), str(tmp_path / "o.y4m"), "--tiny-model", "nr_metric_v1"]
    sentence = "CLIP --tiny-model nr_metric_v1); name a model of kind filter here, such as learned_filter_v1."
    assert_fails(words, capsys, sentence)
