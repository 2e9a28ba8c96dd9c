# SPDX-License-Identifier: BSD-3-Clause
"""The search itself, by small encodes: what it finds, what it keeps, and what it refuses."""

from __future__ import annotations

import os
import re
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support.clips import FfmpegRunner, SpyFfmpeg
from vmaf_dnn import InvalidArgument, ModelNotFound, SearchResult, ToolMissing, VideoError
from vmaf_dnn.errors import ClipWarning
from vmaf_dnn.searching import containers, encoders
from vmaf_dnn.searching.encoders import ENCODERS, Encoder
from vmaf_dnn.searching.encoding import Recipe, encode_sample
from vmaf_dnn.searching.naming import told_by
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

N_FRAMES = 60
SCENE = "testsrc2=size=128x96:rate=25,noise=alls=10:allf=t:all_seed=3"
FASTEST = {"libx264": "ultrafast", "libx265": "ultrafast"}
FASTEST |= {"libsvtav1": "12", "libaom-av1": "8", "libvpx-vp9": "8", "librav1e": "10"}
X264 = {"encoder": "libx264", "preset": "ultrafast"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Sixty frames with sound."""
    path = tmp_path_factory.mktemp("source") / "clip.mkv"
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2.4", "-c:a", "flac")
    ffmpeg(
        "-f", "lavfi", "-i", SCENE, *sound, "-frames:v", N_FRAMES, "-c:v", "libx264", "-qp", 0, path
    )  # fmt: skip
    return path


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are; nothing may be left in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def search(clip: Path, target: str | float = "mean=85", **keywords: Any) -> SearchResult:
    return vmaf_dnn.search(clip, target=target, **{**X264, "crf": (20, 45)} | keywords)


def test_the_last_crf_that_reaches_the_target(clip: Path, ffmpeg: FfmpegRunner, tmp_path: Path) -> None:
    """Encoded whole by hand, it has the score that is told, and the next has not."""
    result = search(clip, tolerance=0)
    assert result.is_settled
    assert result.chosen is max((t for t in result.tries if t.reaches_target), key=lambda t: t.value)
    following = next(tried for tried in result.tries if tried.value == round(result.value + 0.1, 6))
    assert not following.reaches_target
    for tried in (result.chosen, following):
        encode = tmp_path / "encode.mkv"
        settings = ("-c:v", "libx264", "-threads", 8, "-preset", "ultrafast", "-crf", tried.value)
        ffmpeg("-i", clip, "-an", *settings, encode)
        report = vmaf_dnn.score(clip, encode)
        assert tried.scores == {"vmaf_tiny_v2": {"mean": report.mean}}
    assert report.mean < 85


def test_a_higher_crf_is_a_smaller_encode(clip: Path) -> None:
    better, worse = (search(clip, 0, crf=(crf, crf)).chosen for crf in (25, 35))
    assert better.kbit_per_s > worse.kbit_per_s
    assert better.predicted_bytes > worse.predicted_bytes
    assert better.scores["vmaf_tiny_v2"]["mean"] > worse.scores["vmaf_tiny_v2"]["mean"]


def test_samples_foretell_the_whole(clip: Path, tmp_path: Path) -> None:
    whole = search(clip, crf=(30, 30), target=0)
    seconds = N_FRAMES / 25
    assert whole.chosen.predicted_bytes == round(whole.chosen.kbit_per_s * 125 * seconds)
    parts = search(clip, crf=(30, 30), target=0, samples=3, sample_duration=0.2)
    assert [(part.first, part.n_frames) for part in parts.samples] == [(8, 5), (28, 5), (48, 5)]
    assert 0.5 < parts.chosen.predicted_bytes / whole.chosen.predicted_bytes < 3  # a key frame a sample
    assert parts.chosen.scores["vmaf_tiny_v2"]["mean"] == pytest.approx(
        whole.chosen.scores["vmaf_tiny_v2"]["mean"], abs=5
    )


def test_searches_repeat_to_the_bit(clip: Path) -> None:
    one, other = (search(clip, samples=2, sample_duration=0.4) for _ in range(2))
    assert [(t.value, t.kbit_per_s, t.scores) for t in one.tries] == [
        (t.value, t.kbit_per_s, t.scores) for t in other.tries
    ]


def test_all_limits_hold_for_all_models(clip: Path) -> None:
    result = search(clip, "p5=82,mean=84", tiny_model=["vmaf_tiny_v2", "vmaf_tiny_v4"])
    assert set(result.chosen.scores) == {"vmaf_tiny_v2", "vmaf_tiny_v4"}
    for pooled in result.chosen.scores.values():
        assert pooled["p5"] >= 82
        assert pooled["mean"] >= 84
    assert result.target == "p5=82,mean=84"


def test_a_bitrate(clip: Path) -> None:
    result = search(clip, crf=None, bitrate=(100, 4000), tolerance=0, max_encodes=12)
    assert result.mode == "bitrate"
    assert result.is_settled
    assert result.encoder_arguments[-2:] == ("-b:v", f"{result.value:.0f}k")
    lower = [tried for tried in result.tries if tried.value < result.value]
    assert not any(tried.reaches_target for tried in lower)
    assert max(tried.value for tried in lower) == pytest.approx(result.value, rel=0.04)


@pytest.mark.parametrize("encoder", [encoder.name for encoder in ENCODERS if encoder.name != "libx264"])
def test_the_other_encoders(clip: Path, encoder: str) -> None:
    result = search(
        clip, 80, encoder=encoder, preset=FASTEST[encoder], crf=None, samples=1, sample_duration=0.2
    )
    assert result.chosen.scores["vmaf_tiny_v2"]["mean"] >= 80
    assert result.encoder_arguments[:2] == ("-c:v", encoder)
    assert len(result.tries) <= 6


def test_the_whole_clip_is_written_with_its_sound(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out é.mkv"
    steps: list[tuple[str, float]] = []
    result = search(clip, output=output, on_step=lambda *step: steps.append(step))
    assert result.output == str(output)
    assert vmaf_dnn.score(clip, output).mean == result.chosen.scores["vmaf_tiny_v2"]["mean"]
    assert b"A_FLAC" in output.read_bytes()[:4096]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [output.name]
    assert {label.partition(",")[0] for label, _ in steps} == {
        "decoding samples", "encoding", "scoring", f"encoding {output.name}"
    }  # fmt: skip
    assert all(0 <= fraction <= 1 for _, fraction in steps)


def test_arguments_of_the_encoder_come_last(clip: Path, spy_ffmpeg: SpyFfmpeg) -> None:
    result = search(clip, 0, crf=(30, 30), encoder_args="-tune 'zerolatency'", ffmpeg=str(spy_ffmpeg.path))
    assert result.encoder_arguments == (
        *("-c:v", "libx264", "-threads", "8", "-preset", "ultrafast", "-crf", "30"),
        *("-tune", "zerolatency"),
    )
    assert any(" -crf 30 -tune zerolatency -y encoded.mkv" in call for call in spy_ffmpeg.calls)
    again = search(clip, 0, crf=(30, 30), encoder_args=("-tune", "zerolatency"))
    assert again.chosen.kbit_per_s == result.chosen.kbit_per_s


def test_the_clip_is_decoded_once_and_no_encode_stays(clip: Path, spy_ffmpeg: SpyFfmpeg) -> None:
    result = search(clip, ffmpeg=str(spy_ffmpeg.path), tolerance=0)
    assert len(result.tries) > 2
    assert sum("yuv4mpegpipe" in call for call in spy_ffmpeg.calls) == 1


def test_ten_bits_of_an_eight_bit_clip(clip: Path) -> None:
    result = search(clip, encoder_args="-pix_fmt yuv420p10le", crf=(25, 35))
    assert result.chosen.reaches_target


def test_raw_video_and_its_rate(clip: Path, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    raw = tmp_path / "clip.yuv"
    ffmpeg("-i", clip, raw)
    geometry = {"width": 128, "height": 96, "pixel_format": "420", "bitdepth": 8}
    of_raw = search(raw, crf=(30, 30), target=0, frame_rate=50.0, **geometry)
    usual = search(clip, crf=(30, 30), target=0)
    assert of_raw.frame_rate == 50
    assert of_raw.chosen.scores == usual.chosen.scores
    assert of_raw.chosen.kbit_per_s == pytest.approx(2 * usual.chosen.kbit_per_s, rel=0.2)


def test_a_crop_is_of_what_is_encoded(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "cropped.mkv"
    search(clip, 0, crf=(30, 30), crop="96:64:16:16", output=output)
    report = vmaf_dnn.score(clip, output, crop="96:64:16:16")
    assert (report.width, report.height) == (96, 64)


def test_json_holds_every_try(clip: Path) -> None:
    result = search(clip)
    block = result.as_dict()
    assert block["crf"] == result.value
    assert [tried["chosen"] for tried in block["tries"]].count(True) == 1
    assert [tried["crf"] for tried in block["tries"]] == [tried.value for tried in result.tries]
    assert block["samples"] == [{"start_s": 0.0, "frames": N_FRAMES}]
    assert str(result) == f"CRF {result.value:g} of libx264 reaches mean=85"


def test_an_end_before_the_last_step(clip: Path) -> None:
    result = search(clip, tolerance=0, max_encodes=2, target=60)
    assert not result.is_settled
    assert len(result.tries) == 2
    assert result.chosen.reaches_target


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    (
        {"target": "p5=high"},
        InvalidArgument,
        "a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got 'p5=high'",
    ),
    ({"target": "modus=3"}, InvalidArgument, "the pooling must be one of mean"),
    ({"crf": (40, 20)}, InvalidArgument, "the range of crf is reversed: 40:20; give 20:40"),
    ({"crf": (20, 60)}, InvalidArgument, "must be within 0:51 for libx264, got 20:60"),
    (
        {"crf": (20.12, 20.2)},
        InvalidArgument,
        "the CRF of libx264 takes steps of 0.1, got 20.12; give 20.1 or 20.2",
    ),
    ({"crf": (20,)}, InvalidArgument, "must be two numbers, the lowest and the highest, got (20,)"),
    ({"crf": (20, float("nan"))}, InvalidArgument, "must be two numbers, got 20:nan"),
    ({"bitrate": True}, InvalidArgument, "crf and bitrate are two searches"),
    ({"crf": None, "bitrate": (0, 10)}, InvalidArgument, "the bitrate must be 1 kbit/s or more"),
    ({"max_encodes": 0}, InvalidArgument, "max_encodes must be 1 or more, got 0"),
    ({"samples": 0}, InvalidArgument, "samples must be 1 or more, got 0"),
    ({"sample_duration": -1}, InvalidArgument, "sample_duration must be a number of seconds"),
    ({"sample_duration": 0}, InvalidArgument, "sample_duration must be above 0, got 0"),
    ({"tolerance": "much"}, InvalidArgument, "tolerance must be a number, 0 or more, got 'much'"),
    ({"encoder_args": "-tune 'film"}, InvalidArgument, "encoder_args \"-tune 'film\" can't be read"),
    ({"encoder_args": [1]}, InvalidArgument, "encoder_args must be words, got [1]"),
    ({"start": 3.0}, InvalidArgument, "start says which frames of two clips are compared"),
    (
        {"target": "vmaf:p5=80"},
        InvalidArgument,
        "a limit is of 'vmaf', and the scores of this run are vmaf_tiny_v2",
    ),
    ({"loudness": 3}, InvalidArgument, "unknown video option 'loudness'"),
    ({"tiny_model": "nobody"}, ModelNotFound, "nobody"),
    ({"encoder": "mpeg4"}, InvalidArgument, "'mpeg4' is none that a search can drive; there are libx264"),
    ({"encoder_args": "-x264-params qpmin=x:y"}, VideoError, "encoding with libx264 at CRF 2"),
    ({"preset": "glacial"}, VideoError, "encoding with libx264 at CRF 2"),
    ({"encoder_args": "-vf scale=64:48"}, VideoError, "differ in size"),
]


@pytest.mark.parametrize(("keywords", "error", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_refusals(clip: Path, keywords: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=re.escape(sentence)) as raised:
        search(clip, **keywords)
    assert str(raised.value).endswith((".", ")"))


def test_the_end_of_the_range_that_limits_the_result(clip: Path) -> None:
    limited = search(clip, 60, crf=(20.5, 25))
    assert limited.value == 25
    assert limited.is_limited_by_range
    assert limited.warnings == ("CRF 25 is the end of --crf: beyond it a smaller encode may reach mean=60.",)
    assert limited.as_dict()["warnings"] == list(limited.warnings)
    assert search(clip, 85).warnings == ()
    assert search(clip, 0, crf=(40, 51)).warnings == ()  # the encoder's end


def test_encodes_that_do_not_change_with_the_crf(clip: Path) -> None:
    same = search(clip, crf=None, encoder_args="-x264-params qp=24")
    assert len(same.tries) > 1
    values = sorted(tried.value for tried in same.tries)
    assert same.warnings == (
        f"libx264 gives the same encode at CRF {values[0]:g} and CRF {values[-1]:g}; look whether"
        " --encoder-args set its quality.",
    )
    with pytest.raises(VideoError, match=r"has mean=.*; libx264 gives the same encode at CRF 0 and CRF "):
        search(clip, crf=None, encoder_args="-x264-params qp=45")


def make(ffmpeg: FfmpegRunner, path: Path, size: str) -> Path:
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"{SCENE},scale={size}",
        "-frames:v",
        5,
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "ffv1",
        path,
    )
    return path


def test_a_clip_that_is_too_small(tmp_path: Path, ffmpeg: FfmpegRunner, spy_ffmpeg: SpyFfmpeg) -> None:
    small = make(ffmpeg, tmp_path / "small.mkv", "32:48")
    with pytest.raises(VideoError, match=r"^\S*/small\.mkv is 32x48; VMAF needs 33x33 pixels or more\.$"):
        search(small, ffmpeg=str(spy_ffmpeg.path))
    assert not any("yuv4mpegpipe" in call for call in spy_ffmpeg.calls)


def test_sentences_name_the_clip_and_the_encoder(clip: Path) -> None:
    with pytest.raises(VideoError) as raised:
        search(clip, crf=(30, 30), encoder_args="-vf scale=64:48")
    sentence = str(raised.value)
    assert sentence.startswith(f"the encode of {clip} by libx264 at CRF 30 can't be scored: ")
    assert "its encode at CRF 30" in sentence
    assert not re.search("sample0|encoded|vmaf-dnn-", sentence)


def test_cures_that_name_a_temporary_file_are_left_out(clip: Path) -> None:
    with pytest.raises(VideoError, match=r"is full; look at --encoder-args, or convert the clip first\.$"):
        search(clip, crf=(30, 30), encoder_args="-color_range pc")


def test_warnings_name_the_clip(tmp_path: Path) -> None:
    sample, encode = tmp_path / "sample0.y4m", tmp_path / "encoded.mkv"
    with (
        pytest.warns(ClipWarning, match=r"^clip\.mkv and its encode differ$") as caught,
        told_by({sample: "clip.mkv", encode: "its encode"}),
    ):
        warnings.warn(ClipWarning(f"{sample} and encoded.mkv differ", encode), stacklevel=1)
    assert [warning.message.clip for warning in caught] == ["clip.mkv"]  # type: ignore[union-attr]


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_an_odd_size_that_an_encoder_refuses(
    encoder: str, tmp_path: Path, ffmpeg: FfmpegRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = make(ffmpeg, tmp_path / "odd.mkv", "65:49")
    with pytest.raises(VideoError, match=r"odd\.mkv is 65x49, .* even sizes only; make it even") as raised:
        search(odd, crf=(30, 30), encoder=encoder)
    cure = re.search(r"\(ffmpeg (.*)\)", str(raised.value))
    assert cure is not None
    monkeypatch.chdir(tmp_path)
    ffmpeg(*shlex.split(cure[1]))
    search(tmp_path / "odd.even.y4m", 0, crf=(30, 30), encoder=encoder)
    with pytest.raises(VideoError, match="Error setting preset") as raised:
        search(odd, crf=(30, 30), encoder=encoder, preset="glacial")
    assert "even" not in str(raised.value)


def test_a_target_that_is_out_of_reach(clip: Path) -> None:
    with pytest.raises(VideoError) as raised:
        search(clip, 99.9)
    assert re.fullmatch(
        r"libx264 doesn't reach mean=99\.9 for .*clip\.mkv, not even with CRF 20: the nearest, CRF 20, has"
        r" mean=\d\d\.\d\d; lower the target, choose a slower preset, or widen --crf\.",
        str(raised.value),
    )


def test_a_target_out_of_reach_of_the_best_crf(clip: Path) -> None:
    with pytest.raises(
        VideoError, match=r"not even with CRF 0: .*; lower the target or choose a slower preset\.$"
    ):
        search(clip, "min=101", crf=None)


def test_too_few_encodes_for_any(clip: Path) -> None:
    with pytest.raises(VideoError, match=r"none of 1 encodes by libx264 reaches .* \(--max-encodes 2\)\."):
        search(clip, 93, crf=None, bitrate=True, max_encodes=1)


def test_an_encoder_that_this_ffmpeg_has_not(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "encoders_of", lambda path: frozenset({"libx264", "libx265"}))
    with pytest.raises(
        InvalidArgument, match="'libsvtav1' is not in this ffmpeg; there are libx264, libx265 in"
    ):
        search(clip, encoder="libsvtav1")
    monkeypatch.setattr(encoders, "encoders_of", lambda path: frozenset({"mpeg4"}))
    with pytest.raises(ToolMissing, match="has none of the encoders that a search drives"):
        search(clip)


def test_an_ffmpeg_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="-encoders gave no answer"):
        encoders.encoders_of(str(tmp_path / "none"))


def test_every_encoder_is_in_the_ffmpeg_of_the_tests() -> None:
    there = encoders.encoders_of(find_ffmpeg(libvmaf=False).path)
    assert {encoder.name for encoder in ENCODERS} <= there
    for encoder in ENCODERS:
        crfs = [encoder.typical_crf(float(score)) for score in range(101)]
        assert crfs == sorted(crfs, reverse=True)
        assert encoder.crf[0] <= min(crfs) <= max(crfs) <= encoder.crf[1]


@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_encodes_do_not_depend_on_the_cpus(encoder: Encoder, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    sample, cpus = tmp_path / "sample.y4m", os.sched_getaffinity(0)
    ffmpeg("-f", "lavfi", "-i", SCENE.replace("128x96", "320x180"), "-frames:v", 12, sample)
    recipe, tool = Recipe(encoder, "crf", FASTEST[encoder.name]), find_ffmpeg(libvmaf=False)
    encodes = []
    for some in (cpus, {min(cpus)}):
        os.sched_setaffinity(0, some)  # of this thread, and what it starts
        try:
            encode_sample(sample, recipe, encoder.typical_crf(90), tmp_path / "encoded.nut", tool)
        finally:
            os.sched_setaffinity(0, cpus)
        encodes.append((tmp_path / "encoded.nut").read_bytes())
    assert encodes[0] == encodes[1]


def test_the_clip_itself_is_no_output(clip: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mkv"
    link.symlink_to(clip)
    for output in (clip, link):
        with pytest.raises(InvalidArgument, match="it is the clip that is encoded; choose another name"):
            search(clip, output=output)
    with pytest.raises(InvalidArgument, match="create its folder first"):
        search(clip, output=tmp_path / "no" / "out.mkv")


def test_an_output_that_fails_leaves_what_was_there(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.webm"
    output.write_bytes(b"before")
    vp9 = {"encoder": "libvpx-vp9", "preset": "8"}  # beside which a webm holds no FLAC
    with pytest.raises(VideoError, match=r"encoding .*clip\.mkv to .*out\.webm failed: ffmpeg says"):
        search(clip, 0, crf=(30, 30), output=output, **vp9)
    assert output.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [output.name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.txt", ".txt is no container of video; end its name with one of .mkv, .mp4"),
        ("a.png", ".png is no container of video"),
        ("a", "its name has no suffix, which tells the container"),
        ("a.webm", ".webm holds no video of libx264"),
    ],
)
def test_an_output_that_holds_no_video_is_refused_before_the_work(
    name: str, sentence: str, clip: Path, tmp_path: Path, spy_ffmpeg: SpyFfmpeg
) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(sentence)):
        search(clip, output=tmp_path / name, ffmpeg=str(spy_ffmpeg.path))
    assert not any("-c:v" in call or "yuv4mpegpipe" in call for call in spy_ffmpeg.calls)


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_containers_hold_what_they_are_said_to(
    encoder: Encoder, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    settings = ("-pix_fmt", "yuv420p", "-c:v", encoder.name, encoder.preset_flag, FASTEST[encoder.name])
    for suffix, held in containers._HELD.items():
        if encoder.name in held:
            encode = tmp_path / f"out{suffix}"
            ffmpeg("-f", "lavfi", "-i", SCENE, "-frames:v", 2, *settings, encode)
            ffmpeg("-i", encode, "-fps_mode", "passthrough", "-f", "rawvideo", tmp_path / "out.raw")
            assert (tmp_path / "out.raw").stat().st_size == 2 * 128 * 96 * 3 // 2


def test_a_full_disk(clip: Path, tmp_path: Path) -> None:
    full = tmp_path / "full.mkv"
    full.symlink_to("/dev/full")
    with pytest.raises(
        VideoError, match=r"can't write .*full\.mkv: No space left on device; free some space"
    ):
        search(clip, 0, crf=(30, 30), output=full)


@pytest.mark.parametrize("path", ["-", "fifo", "none.mkv", "sound.flac"])
def test_what_can_not_be_searched(path: str, clip: Path, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    os.mkfifo(tmp_path / "fifo")
    ffmpeg("-i", clip, "-vn", tmp_path / "sound.flac")
    sentence = {
        "-": "takes no pipe; give it a file",
        "fifo": "takes no pipe; give it a file",
        "none.mkv": "no such file",
        "sound.flac": "holds no video, only audio",
    }[path]
    with pytest.raises(VideoError, match=re.escape(sentence)):
        search(Path(path) if path == "-" else tmp_path / path)
