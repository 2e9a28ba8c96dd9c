# SPDX-License-Identifier: BSD-3-Clause
"""Signals and errors that nobody expected, before, during and after the work."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import COMMAND, pair
from tests.support.processes import assert_all_end, processes_in
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.options import EXTRACTORS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Enough work for a signal to arrive in the middle of it."""
    clip = tmp_path_factory.mktemp("long") / "long.mkv"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=1280x720",
        "-frames:v",
        400,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        clip,
    )
    return clip


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("n_times", [1, 5])
@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_a_signal_ends_everything_quietly(
    long_clip: Path, tmp_path: Path, sent: signal.Signals, status: int, n_times: int, extractor: str
) -> None:
    out = tmp_path / "out.json"
    clips = ["-r", str(long_clip), "-d", str(long_clip), "--extractor", extractor]
    command = [*COMMAND, *clips, "-o", str(out)]
    folder = tmp_path / "tmp"
    folder.mkdir()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(folder)}
    ) as process:
        wait_for_extraction(folder)
        for _ in range(n_times):
            process.send_signal(sent)
            time.sleep(0.003)
        shown = process.communicate(timeout=30)
    assert (process.returncode, *shown) == (status, b"", b"")
    assert not out.exists()
    assert not list(folder.iterdir())
    assert not processes_in(folder)


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_ffmpeg_ends_when_the_command_is_killed(long_clip: Path, tmp_path: Path, extractor: str) -> None:
    command = [*COMMAND, "-r", str(long_clip), "-d", str(long_clip), "--extractor", extractor]
    with subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        wait_for_extraction(tmp_path)
        process.kill()
    assert_all_end(tmp_path)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_an_ffmpeg_behind_a_script_ends_too(
    long_clip: Path, tmp_path: Path, sent: signal.Signals, extractor: str
) -> None:
    wrapper, folder = tmp_path / "ffmpeg", tmp_path / "tmp"
    wrapper.write_text(f'#!/bin/sh\n{find_ffmpeg().path} "$@"\nexit $?\n')
    wrapper.chmod(0o755)
    folder.mkdir()
    command = [*COMMAND, "-r", str(long_clip), "-d", str(long_clip), "--extractor", extractor]
    with subprocess.Popen(
        [*command, "--ffmpeg", str(wrapper)], env=os.environ | {"TMPDIR": str(folder)}
    ) as process:
        wait_for_extraction(folder)
        process.send_signal(sent)
    assert_all_end(folder)


def test_an_ignored_signal_stays_ignored(clips: Clips) -> None:
    """As under nohup: the run goes on to its end."""
    code = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        " from vmaf_dnn.cli import main, score as command;"
        " plain = command.score;"
        " command.score = lambda *a, **k: os.kill(os.getpid(), signal.SIGHUP) or plain(*a, **k);"
        " sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code, *pair(clips)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("vmaf_tiny_v2: ")


DURING_IMPORT = """
import sys
from vmaf_dnn.cli import main
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "vmaf_dnn.cli.command":
            {action}
sys.meta_path.insert(0, Stop())
sys.exit(main(["models"]))
"""


@pytest.mark.parametrize(("sent", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_during_the_imports_is_quiet(sent: str, status: int) -> None:
    code = DURING_IMPORT.format(action=f"import os, signal; os.kill(os.getpid(), signal.{sent})")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("module", ["vmaf_dnn.cli.run", "vmaf_dnn.cli.process", "vmaf_dnn.text"])
def test_an_interrupt_before_signals_are_handled_is_quiet(module: str) -> None:
    action = "os.kill(os.getpid(), 2)"
    code = "import os" + DURING_IMPORT.format(action=action).replace("vmaf_dnn.cli.command", module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


DISGUISED = """
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            except BaseException as error:
                raise ImportError("numpy.core.multiarray failed to import") from error
"""
IN_A_DESTRUCTOR = """
            class Last:
                def __del__(self):
                    os.kill(os.getpid(), signal.SIGTERM)
            Last()
            time.sleep(20)
"""


@pytest.mark.parametrize("action", [DISGUISED, IN_A_DESTRUCTOR], ids=["disguised", "in a destructor"])
def test_a_signal_that_other_code_swallows_is_quiet(action: str) -> None:
    code = "import os, signal, time" + DURING_IMPORT.format(action=action.strip())
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")


@pytest.mark.parametrize("debug", [False, True])
def test_what_nobody_expected_is_one_line(debug: bool) -> None:
    code = DURING_IMPORT.format(action='raise ZeroDivisionError("a\\nb")')
    environment = {key: value for key, value in os.environ.items() if key != "VMAF_DNN_DEBUG"}
    environment |= {"VMAF_DNN_DEBUG": "1"} if debug else {}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    *traceback, line = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line == (
        "vmaf-dnn: error: internal error: ZeroDivisionError: a b"
        " (please report; set VMAF_DNN_DEBUG=1 for the traceback)"
    )
    assert bool(traceback) == debug
    assert not debug or traceback[0].startswith("Traceback")


def wait_for_extraction(folder: Path) -> None:
    """Until ffmpeg's log in our temporary folder shows that frames flow to us or to libvmaf."""
    for _ in range(600):
        with suppress(FileNotFoundError):  # a run of ffmpeg that has just ended
            logs = folder.glob("vmaf-dnn-*/ffmpeg.log")
            if any(re.search(rb"Output #0, (rawvideo|mkvtimestamp)", log.read_bytes()) for log in logs):
                return
        time.sleep(0.02)
    pytest.fail("the extraction did not start")
