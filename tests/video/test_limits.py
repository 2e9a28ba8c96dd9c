# SPDX-License-Identifier: BSD-3-Clause
"""A decoder that stops, a clip that is exchanged, and a system that has no more of something."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clips import Clips
from tests.support.extract import Extract
from vmaf_dnn import InvalidArgument, ModelNotFound, Session, VideoError, score
from vmaf_dnn.extractors import libvmaf, native
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.options import VideoOptions

STEPS = {"probe": "showinfo", "decode": "extractplanes", "libvmaf": "libvmaf="}
SLEEP = "exec sleep 100"
REPORT_ONLY = f"""exec {sys.executable} -c '
import time
while True:
    print("frame=0\\nprogress=continue", flush=True)
    time.sleep(0.1)
'"""


def stopping_ffmpeg(folder: Path, step: str, instead: str) -> str:
    """An ffmpeg that does `instead` where a run has `step` among its words."""
    path = folder / "ffmpeg"
    path.write_text(f'#!/bin/sh\ncase "$*" in *{step}*) {instead};; esac\nexec {find_ffmpeg().path} "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("step", "extractor", "instead"),
    [
        ("probe", "native", SLEEP),
        ("probe", "native", REPORT_ONLY),
        ("decode", "native", SLEEP),
        ("decode", "native", "printf 0123456789; exec sleep 100"),
        ("libvmaf", "libvmaf", SLEEP),
        ("libvmaf", "libvmaf", REPORT_ONLY),
    ],
)
def test_decoder_that_stops_is_ended(
    clips: Clips, tmp_path: Path, step: str, extractor: str, instead: str
) -> None:
    tool = stopping_ffmpeg(tmp_path, STEPS[step], instead)
    started = time.monotonic()
    sentence = r"ffmpeg gave nothing of .*distorted\.mkv.* for 1 s and was ended; --stall-timeout N"
    with pytest.raises(VideoError, match=sentence):
        score(clips.reference, clips.distorted, ffmpeg=tool, extractor=extractor, stall_timeout=1)
    assert time.monotonic() - started < 30


def test_decoder_that_gives_all_but_never_ends_is_ended(clips: Clips, tmp_path: Path) -> None:
    tool = stopping_ffmpeg(tmp_path, STEPS["decode"], f'{find_ffmpeg().path} "$@"; exec >&-; sleep 100')
    with pytest.raises(VideoError, match="for 1 s and was ended"):
        score(clips.reference, clips.distorted, ffmpeg=tool, stall_timeout=1)


def test_a_slow_caller_is_no_stopped_decoder(clips: Clips, extract: Extract) -> None:
    slept: list[int] = []

    def sleep_once(_: object) -> None:
        if not slept:
            slept.append(1)
            time.sleep(2.5)

    options = VideoOptions(stall_timeout=1)
    table = extract(clips.reference, clips.distorted, options=options, progress=sleep_once)
    assert slept
    assert len(table.frame_numbers) == 10


def test_no_limit_waits(clips: Clips, tmp_path: Path) -> None:
    tool = stopping_ffmpeg(tmp_path, STEPS["decode"], "sleep 2")
    report = score(clips.reference, clips.distorted, ffmpeg=tool, stall_timeout=0)
    assert len(report.frame_numbers) == 10


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), True, "60"])
def test_limit_is_a_number_of_seconds(value: object) -> None:
    with pytest.raises(InvalidArgument, match="stall_timeout must be a number of seconds, 0 or more"):
        VideoOptions(stall_timeout=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("which", ["reference", "distorted"])
@pytest.mark.parametrize("module", [native, libvmaf])
def test_pipe_in_the_place_of_a_clip_is_seen(
    clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, which: str
) -> None:
    paths = {name: tmp_path / getattr(clips, name).name for name in ("reference", "distorted")}
    for name, path in paths.items():
        path.write_bytes(getattr(clips, name).read_bytes())
    open_comparison = module.open_comparison  # type: ignore[attr-defined]

    def open_then_exchange(*arguments: object) -> object:
        comparison = open_comparison(*arguments)
        paths[which].unlink()
        os.mkfifo(paths[which])
        return comparison

    monkeypatch.setattr(module, "open_comparison", open_then_exchange)
    with pytest.raises(VideoError, match=f"{paths[which].name} is not a regular file"):
        score(*paths.values(), extractor="native" if module is native else "libvmaf", stall_timeout=5)


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    path = tmp_path / "loop.y4m"
    path.symlink_to(path)
    return path


def test_links_in_a_circle_are_called_so(clips: Clips, loop: Path) -> None:
    with pytest.raises(VideoError, match=r"loop\.y4m can't be opened: Too many levels of symbolic links"):
        score(loop, clips.distorted)
    with pytest.raises(ModelNotFound, match=r"can't be opened \(Too many levels of symbolic links\)"):
        Session(loop)
    with pytest.raises(InvalidArgument, match="Too many levels of symbolic links; its links go in a circle"):
        score(clips.reference, clips.distorted).write(loop, "json")


def said_by(code: str, **environment: str) -> str:
    """What a fresh process prints, of the code's error above all."""
    code = f"import os, resource, vmaf_dnn\nfrom vmaf_dnn import Session, score, models\n{code}"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environment,
    )
    return result.stdout + result.stderr


USE_UP = """
descriptors = []
try:
    while True: descriptors.append(os.open(os.devnull, os.O_RDONLY))
except OSError: pass
"""


def test_descriptors_used_up_are_called_so(clips: Clips) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
    said = said_by(f"model = models()[0].path\n{limit}{USE_UP}Session(model)")
    assert "RuntimeFailure: The " in said
    assert "can't be opened (Too many open files); close files that are not needed" in said
    some_are_left = f"{limit}{USE_UP}for _ in range(4): os.close(descriptors.pop())\n"
    both = f"{str(clips.distorted)!r}, {str(clips.distorted)!r}"
    ready = f"import concurrent.futures, threading\nscore({both})\n"
    said = said_by(f"{ready}{some_are_left}score({both})")
    assert re.search(r"VideoError: .*ffmpeg.* can't be started \(Too many open files\); close files", said), (
        said
    )
    code = f"score({str(clips.reference)!r}, 'x', tiny_model=None)"
    said = said_by(f"import vmaf_dnn.extractors.native\n{limit}{USE_UP}{code}")
    assert "reference.y4m can't be opened: Too many open files" in said


def test_limit_of_file_size_is_called_so(clips: Clips, tmp_path: Path) -> None:
    both = f"{str(clips.reference)!r}, {str(clips.distorted)!r}"
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
    said = said_by(f"report = score({both})\n{limit}report.write({str(tmp_path / 'r.json')!r})")
    assert "File too large; raise the limit of file size (ulimit -f unlimited)" in said
    assert list(tmp_path.iterdir()) == []
    assert "VideoError: the temporary folder for ffmpeg's log can't be written (File too large)" in said_by(
        f"{limit}score({both})"
    )


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "full"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], capture_output=True
    ).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        (folder / "rest").write_bytes(bytes(12 << 10))  # a page is left, which is enough to be chosen
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("extractor", ["native", "libvmaf"])
def test_full_temporary_folder_is_called_so(clips: Clips, full_disk: Path, extractor: str) -> None:
    code = f"score({str(clips.reference)!r}, {str(clips.distorted)!r}, extractor={extractor!r})"
    said = said_by(code, TMPDIR=str(full_disk))
    assert "VideoError: the temporary folder for ffmpeg's log can't be written (" in said
