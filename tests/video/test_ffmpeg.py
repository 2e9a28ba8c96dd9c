# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import fcntl
import sys
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips, SpyFfmpeg
from vmaf_dnn.errors import ToolMissing, VideoError
from vmaf_dnn.video.ffmpeg import program as ffmpeg
from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.ffmpeg.program import FFMPEG_VARIABLE, ffmpeg_path, find_ffmpeg, run, running

SOURCE = ("-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-")


def script(folder: Path, text: str, name: str = "ffmpeg") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def fake(folder: Path, name: str = "ffmpeg") -> Path:
    return script(folder, "echo 'ffmpeg version n7.7' >&2; echo ' .. libvmaf VV->V Calculate'", name)


def test_finds_the_binary_of_imageio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FFMPEG_VARIABLE, raising=False)
    assert "imageio_ffmpeg" in find_ffmpeg().path


def test_explicit_binary_wins_over_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = fake(tmp_path, "first"), fake(tmp_path, "second")
    monkeypatch.setenv(FFMPEG_VARIABLE, str(second))
    assert find_ffmpeg(str(first)).path == str(first)
    assert find_ffmpeg().path == str(second)
    assert find_ffmpeg().version == "7.7"
    assert ffmpeg_path(str(first)) == str(first)
    assert ffmpeg_path() == str(second)


def test_falls_back_on_the_search_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FFMPEG_VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    path = fake(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert find_ffmpeg().path == str(path)


def test_no_binary_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FFMPEG_VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r'no ffmpeg found: .*pip install "vmaf-dnn\[video\]"'):
        find_ffmpeg()


@pytest.mark.parametrize("source", ["ffmpeg=", FFMPEG_VARIABLE])
def test_named_binary_must_exist(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FFMPEG_VARIABLE, "/nowhere/ffmpeg")
    with pytest.raises(
        ToolMissing, match=f"{source} names '/nowhere/ffmpeg', which is not an executable file"
    ):
        find_ffmpeg("/nowhere/ffmpeg" if source == "ffmpeg=" else None)


def test_binary_without_the_filter(tmp_path: Path) -> None:
    path = script(tmp_path, "echo ' .. scale V->V Scale'")
    with pytest.raises(ToolMissing, match="has no libvmaf filter"):
        find_ffmpeg(str(path))


def test_binary_that_is_not_a_program(tmp_path: Path) -> None:
    path = tmp_path / "ffmpeg"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    with pytest.raises(ToolMissing, match="can't be run"):
        find_ffmpeg(str(path))


def test_binary_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "_PROBE_TIMEOUT_S", 0.2)
    path = script(tmp_path, "exec sleep 30")
    with pytest.raises(ToolMissing, match=r"-filters gave no answer within 0.2 s; pip install"):
        find_ffmpeg(str(path))


def test_binary_that_vanishes_before_the_run(tmp_path: Path) -> None:
    path = fake(tmp_path)
    tool = find_ffmpeg(str(path))
    path.unlink()
    with pytest.raises(ToolMissing, match=r"can't be run \(No such file or directory\)"):
        run(tool, SOURCE, tmp_path)


def test_decoding_does_not_ask_for_filters(clips: Clips, spy_ffmpeg: SpyFfmpeg) -> None:
    """It is a start of ffmpeg, and only libvmaf's filter has to be there."""
    table = vmaf_dnn.features(clips.reference, clips.distorted, ffmpeg=str(spy_ffmpeg.path))
    describing, decoding = spy_ffmpeg.calls  # one of the clips is raw
    assert "showinfo" in describing
    assert "rawvideo" in decoding
    assert table.extractor == f"native features, ffmpeg {find_ffmpeg().version}"


def test_scaling_raw_clips_names_the_version_too(clips: Clips) -> None:
    table = vmaf_dnn.features(clips.reference, clips.reference, scale=64)
    assert table.extractor == f"native features, ffmpeg {find_ffmpeg().version}"


def test_a_decoder_that_is_no_ffmpeg_is_called_so(
    clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "_PROBE_TIMEOUT_S", 0.2)
    path = script(tmp_path, 'test "$1" = -filters && exec sleep 30; exit 3')
    with pytest.raises(ToolMissing, match="-filters gave no answer"):
        vmaf_dnn.features(clips.reference, clips.distorted, ffmpeg=str(path))


def test_pipes_are_large(tmp_path: Path) -> None:
    with running(find_ffmpeg(), SOURCE, tmp_path, 60) as child:
        assert child.process.stdout is not None
        assert fcntl.fcntl(child.process.stdout, fcntl.F_GETPIPE_SZ) >= 1 << 20


def test_progress_counts_frames(tmp_path: Path) -> None:
    blocks: list[dict[str, str]] = []
    run(find_ffmpeg(), ("-t", "1", *SOURCE), tmp_path, blocks.append).check("run")
    assert blocks[-1]["progress"] == "end"
    assert blocks[-1]["frame"] == "25"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_child_dies_with_the_caller(tmp_path: Path, error: type[BaseException]) -> None:
    def stop(_: dict[str, str]) -> None:
        raise error

    endless = ("-re", *SOURCE)
    with pytest.raises(error):
        run(find_ffmpeg(), endless, tmp_path, stop)
    assert not [path for path in Path("/proc").glob("[0-9]*/cwd") if _resolves_to(path, tmp_path)]


def _resolves_to(link: Path, folder: Path) -> bool:
    try:
        return link.resolve() == folder.resolve()
    except OSError:
        return False


def test_failure_quotes_cause_and_consequence(tmp_path: Path) -> None:
    outcome = run(find_ffmpeg(), ("-i", "missing.mkv", "-f", "null", "-"), tmp_path)
    with pytest.raises(VideoError, match=r"^reading: ffmpeg says 'Error opening input: No such file"):
        outcome.check("reading")


def test_failure_without_words_names_the_status() -> None:
    with pytest.raises(VideoError, match=r"^reading: ffmpeg ended with status 9\.$"):
        Outcome(9, "[info] fine").check("reading")


def test_thread_clean_up_is_not_a_cause() -> None:
    log = "[h264 @ 0x1] [error] bad block\n[dec @ 0x2] [error] Task finished with error code: -1\n"
    assert Outcome(1, log).complaint == "ffmpeg says 'bad block'"


@pytest.mark.parametrize("level", ["error", "fatal"])
def test_a_logged_error_fails_a_run_that_ends_well(level: str) -> None:
    with pytest.raises(VideoError, match=r"^reading: ffmpeg says 'slice CRC mismatch'\.$"):
        Outcome(0, f"[ffv1 @ 0x1] [{level}] slice CRC mismatch\n").check("reading")


def test_a_warning_of_undecodable_data_is_damage() -> None:
    with pytest.raises(VideoError, match="Skipping invalid undecodable NALU: 1"):
        Outcome(0, "[hevc @ 0x1] [warning] Skipping invalid undecodable NALU: 1\n").check("reading")


@pytest.mark.parametrize(
    "line",
    [
        "[null @ 0x1] [error] Application provided invalid, non monotonically increasing dts to muxer",
        "[h264 @ 0x1] [error] mmco: unref short failure",
        "[h264 @ 0x1] [warning] error while decoding",
        "[info]     title           : [error] [h264 @ 0x1] [error] bad",
    ],
)
def test_what_is_no_failure(line: str) -> None:
    Outcome(0, line).check("reading")


def test_damaged_sound_is_no_failure_but_the_video_beside_it_is() -> None:
    stream = "[info]   Stream #0:1[0x2](und): Audio: mp3 (mp3float) (U[0][0] / 0x55), 44100 Hz\n"
    log = stream + "[mp3float @ 0x1] [error] big_values too big\n"
    Outcome(0, log).check("reading")
    assert Outcome(0, log + "[h264 @ 0x2] [error] bad\n").complaint == "ffmpeg says 'bad'"


def test_a_title_can_not_silence_a_decoder() -> None:
    title = "[info]     title           :   Stream #0:1: Audio: h264, x\n"
    key = "[info]     Stream #0:1: Audio: h264, x: y\n"
    log = title + key + "[h264 @ 0x2] [error] bad\n"
    assert Outcome(0, log).complaint == "ffmpeg says 'bad'"


def test_a_killed_ffmpeg_names_the_signal(tmp_path: Path) -> None:
    chatter = "[null @ 0x1] [error] Application provided invalid, non monotonically increasing dts to muxer"
    path = script(
        tmp_path, f"[ $1 = -filters ] && echo ' .. libvmaf VV->V' && exit; echo '{chatter}' >&2; kill -9 $$"
    )
    with pytest.raises(VideoError, match=r"^reading: ffmpeg was killed by SIGKILL \(is memory short\?\)\.$"):
        run(find_ffmpeg(str(path)), (), tmp_path).check("reading")


def test_a_signal_without_a_name() -> None:
    with pytest.raises(VideoError, match=r"^reading: ffmpeg was killed by signal 40; ffmpeg says 'bad'\.$"):
        Outcome(-40, "[h264 @ 0x1] [error] bad").check("reading")


def test_prints_nothing(clips: Clips, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(find_ffmpeg(), ("-i", str(clips.distorted), "-f", "null", "-"), tmp_path).check("run")
    assert capfd.readouterr() == ("", "")
