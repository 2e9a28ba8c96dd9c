# SPDX-License-Identifier: BSD-3-Clause
"""What only the libvmaf extractor does: libvmaf's models, and its log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clips import N_FRAMES, Clips, LogReader, SpyFfmpeg, assert_equals_log
from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors.libvmaf import extract
from vmaf_dnn.video import Progress, VideoOptions
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg


def test_metrics_equal_plain_libvmaf(clips: Clips, libvmaf_log: LogReader) -> None:
    table = extract(clips.reference, clips.distorted)
    log = libvmaf_log(clips.reference, clips.distorted)
    assert_equals_log(table, log)
    assert list(table.metrics) == list(log["frames"][0]["metrics"])
    assert (table.width, table.height, len(table.frame_numbers)) == (176, 144, N_FRAMES)
    assert table.extractor.startswith("libvmaf ")


def test_several_models_in_one_run(clips: Clips, libvmaf_log: LogReader) -> None:
    clipped, free = "version=vmaf_v0.6.1:name=vmaf", "version=vmaf_v0.6.1:name=free:disable_clip=true"
    table = extract(clips.reference, clips.reference, models=(clipped, free))
    assert table.metrics["vmaf"].max() == 100
    assert table.metrics["free"].max() > 100
    other = extract(clips.reference, clips.distorted, models=("version=vmaf_v0.6.1neg:name=neg",))
    assert_equals_log(
        other, libvmaf_log(clips.reference, clips.distorted, r"model=version=vmaf_v0.6.1neg\\:name=neg")
    )


def test_without_models_there_are_only_features(clips: Clips) -> None:
    table = extract(clips.reference, clips.distorted, models=())
    assert "vmaf" not in table.metrics
    assert table.rows().shape == (N_FRAMES, 6)


def test_unknown_model_is_an_error_in_ffmpegs_words(clips: Clips) -> None:
    with pytest.raises(VideoError, match="could not load libvmaf model with version: nope"):
        extract(clips.reference, clips.distorted, models=("version=nope",))


def test_threads_reach_libvmaf_and_the_decoders(clips: Clips, spy_ffmpeg: SpyFfmpeg) -> None:
    extract(clips.reference, clips.distorted, options=VideoOptions(threads=3, ffmpeg=str(spy_ffmpeg.path)))
    scored = spy_ffmpeg.calls[-1]
    assert scored.count("-threads 3") == 2
    assert "n_threads=3" in scored


def logging_ffmpeg(folder: Path, log: str) -> VideoOptions:
    """An ffmpeg that claims ten frames and leaves `log` as libvmaf's."""
    (folder / "log").write_text(log)
    counts = "".join(
        f"[verbose]   Input stream #{n}:0 (video): 10 packets read (9 bytes); 10 frames decoded;\\n"
        for n in (0, 1)
    )
    path = folder / "fake-ffmpeg"
    path.write_text(
        f"#!/bin/sh\n[ $1 = -filters ] && echo ' .. libvmaf VV->V' && exit\n"
        f"case \"$*\" in *libvmaf*) cp {folder}/log libvmaf.json; printf '{counts}' >&2;"
        f" echo frame=x; echo progress=end;;"
        f' *) exec {find_ffmpeg().path} "$@";; esac\n'
    )
    path.chmod(0o755)
    return VideoOptions(ffmpeg=str(path))


def vmaf_log(**metrics: str) -> str:
    """A log of ten frames; the third has `metrics`, the others 1 for each."""
    frames = []
    for number in range(N_FRAMES):
        values = metrics if number == 3 else dict.fromkeys(metrics, "1")
        words = ", ".join(f'"{name}": {value}' for name, value in values.items() if value)
        frames.append(f'{{"frameNum": {number}, "metrics": {{{words}}}}}')
    return f'{{"version": "3", "fps": null, "frames": [{", ".join(frames)}]}}'


def test_a_log_is_read_as_it_is(tmp_path: Path, clips: Clips) -> None:
    options = logging_ffmpeg(tmp_path, vmaf_log(vmaf="50"))
    seen: list[Progress] = []
    table = extract(clips.reference, clips.distorted, options=options, progress=seen.append)
    assert table.metrics["vmaf"].tolist() == [1, 1, 1, 50, 1, 1, 1, 1, 1, 1]
    assert [progress.n_frames_done for progress in seen] == [0]


@pytest.mark.parametrize("value", ["null", "NaN", "Infinity", ""])
def test_a_failed_frame_is_a_failed_run(tmp_path: Path, clips: Clips, value: str) -> None:
    options = logging_ffmpeg(tmp_path, vmaf_log(integer_adm2="1", vmaf=value))
    with pytest.raises(VideoError, match=r"^frame 3: libvmaf's vmaf is (nan|inf), expected a finite"):
        extract(clips.reference, clips.distorted, options=options)
    options = logging_ffmpeg(tmp_path, vmaf_log(integer_adm2="1", vmaf_dnn_features=value))
    assert list(extract(clips.reference, clips.distorted, options=options).metrics) == ["integer_adm2"]


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ("", "JSONDecodeError"),
        ('{"frames": [', "JSONDecodeError"),
        ("{}", "KeyError: 'frames'"),
        ("[]", "TypeError"),
        ('{"frames": [1], "fps": 1, "version": "x"}', "TypeError"),
        ('{"frames": [{"metrics": []}], "fps": 1, "version": "x"}', "KeyError: 'frameNum'"),
        (vmaf_log(vmaf='"a"'), "ValueError"),
        (vmaf_log(vmaf="[]"), "TypeError"),
        (vmaf_log(vmaf="1").replace("null", "nan"), "JSONDecodeError"),
        (vmaf_log(vmaf="1").replace("null", '"x"'), "ValueError"),
        (vmaf_log(vmaf="1").replace('"frameNum": 9', '"frameNum": 1e999'), "OverflowError"),
        ("[" * 200_000, "RecursionError"),
    ],
)
def test_a_malformed_log_is_one_sentence(tmp_path: Path, clips: Clips, log: str, fault: str) -> None:
    options = logging_ffmpeg(tmp_path, log)
    with pytest.raises(
        VideoError, match=rf"^libvmaf left no log that can be read \({fault}.*; try another ffmpeg"
    ):
        extract(clips.reference, clips.distorted, options=options)


def test_a_missing_log_is_one_sentence(tmp_path: Path, clips: Clips) -> None:
    options = logging_ffmpeg(tmp_path, "")
    (tmp_path / "log").unlink()
    with pytest.raises(VideoError, match=r"^libvmaf left no log that can be read \(FileNotFoundError"):
        extract(clips.reference, clips.distorted, options=options)


def test_a_log_that_is_too_short(tmp_path: Path, clips: Clips) -> None:
    options = logging_ffmpeg(tmp_path, '{"version": "3", "fps": 1, "frames": []}')
    with pytest.raises(VideoError, match="libvmaf scored 0 frames where 10 were decoded"):
        extract(clips.reference, clips.distorted, options=options)
