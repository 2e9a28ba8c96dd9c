# SPDX-License-Identifier: BSD-3-Clause
"""What a forked child finds of its parent's objects."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips
from tests.support.synthetic import synthetic_pair
from vmaf_dnn import FeatureExtractor, InvalidArgument, Session
from vmaf_dnn.video.options import EXTRACTORS

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


def in_child(work: Callable[[], bool], seconds: float = 20) -> bool:
    """Return what `work` says in a forked child, which must not hang."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")


def test_extractor_at_work_in_the_parent_is_refused_in_the_child() -> None:
    frame = np.zeros((2160, 3840), np.uint8)
    extractor = FeatureExtractor(3840, 2160)
    stops = threading.Event()

    def push() -> None:
        while not stops.is_set():
            extractor.push(frame, frame)

    def is_refused() -> bool:
        try:
            extractor.push(frame, frame)
        except InvalidArgument as error:
            return "at work in another thread when the process forked; make one in the child" in str(error)
        return False

    thread = threading.Thread(target=push)
    thread.start()
    try:
        time.sleep(0.2)
        assert any(in_child(is_refused) for _ in range(5))  # between two pushes it is at rest
    finally:
        stops.set()
        thread.join()
    extractor.flush()


@pytest.mark.parametrize("threads", [1, 2])
def test_extractor_at_rest_goes_on_in_the_child(threads: int) -> None:
    pairs = [synthetic_pair(97, 61, 8, t) for t in range(3)]
    extractor = FeatureExtractor(97, 61, threads=threads)
    extractor.push(*pairs[0])

    def go_on() -> bool:
        row = extractor.push(*pairs[1])
        assert row is not None
        assert expected is not None
        return bool(np.array_equal(row, expected))

    twin = FeatureExtractor(97, 61)
    twin.push(*pairs[0])
    expected = twin.push(*pairs[1])
    assert in_child(go_on)


def test_session_scores_in_the_child() -> None:
    session = Session("vmaf_tiny_v2")
    rows = np.full((5000, 6), 0.5, np.float32)
    expected = session.run(rows)
    assert in_child(lambda: bool(np.array_equal(session.run(rows), expected)))


@pytest.mark.skipif(
    "libasan" in os.environ.get("LD_PRELOAD", ""), reason="a thread may hold the sanitizer's allocator"
)
@pytest.mark.long
@pytest.mark.parametrize("engine", ["fused", "onnxruntime"])
def test_child_opens_models_while_the_parents_threads_do(engine: Literal["fused", "onnxruntime"]) -> None:
    """A thread that held a lock of the registries or of ONNX Runtime is not there to free it."""
    stops = threading.Event()

    def open_models() -> None:
        while not stops.is_set():
            Session("vmaf_tiny_v2", engine=engine)

    def opens() -> bool:
        return Session("vmaf_tiny_v2", engine=engine).info.id == "vmaf_tiny_v2"

    threads = [threading.Thread(target=open_models) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        assert all(in_child(opens) for _ in range(40))
    finally:
        stops.set()
        for thread in threads:
            thread.join()


SLOW_LIBRARY = """
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((constructor)) static void begin(void) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  fclose(fopen(BEGUN, "w"));
  sleep(SECONDS);
}
"""
FORK_WHILE_LOADING = """
import os, sys, threading, time
from vmaf_dnn import RuntimeFailure, RuntimeMissing, Session
def load(who):
    try:
        Session("vmaf_tiny_v2", engine="onnxruntime")
    except (RuntimeFailure, RuntimeMissing) as error:
        os.write(1, f"{who}: {error}\\n".encode())
thread = threading.Thread(target=load, args=["thread"])
thread.start()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
child = os.fork()
if child == 0:
    load("child")
    os._exit(0)
os.waitpid(child, 0)
thread.join()
load("parent")
"""
NOT_THIS_LIBRARY = "No usable ONNX Runtime library was found"


@pytest.mark.parametrize(
    ("seconds", "in_child"),
    [(1, NOT_THIS_LIBRARY), (4, "This process was forked while another thread loaded ONNX Runtime")],
    ids=["soon", "late"],
)
def test_child_that_is_forked_while_a_thread_loads_does_not_hang(
    tmp_path: Path, seconds: int, in_child: str
) -> None:
    """The fork waits for a load that is soon over; a library may fork as it is loaded."""
    source, library, begun = tmp_path / "slow.c", tmp_path / "slow.so", tmp_path / "begun"
    source.write_text(SLOW_LIBRARY)
    defined = (f'-DBEGUN="{begun}"', f"-DSECONDS={seconds}")
    subprocess.run(["cc", "-shared", "-fPIC", *defined, source, "-o", library], check=True)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK_WHILE_LOADING, begun],
        env=os.environ | {"VMAF_DNN_ORT_LIBRARY": str(library)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert (sorted(said), done.stderr) == (["child", "parent", "thread"], "")
    assert said["child"].startswith(in_child)
    assert said["thread"].startswith(NOT_THIS_LIBRARY)
    assert said["parent"].startswith(NOT_THIS_LIBRARY)


UNWINDS_IN_THE_CHILD = """
import os, sys, vmaf_dnn
from vmaf_dnn.files import whole_file
from pathlib import Path
child = None
def fork_once(_):
    global child
    if child is None:
        child = os.fork()
        if child == 0:
            sys.exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
with whole_file(Path(sys.argv[4])) as report:
    table = vmaf_dnn.features(sys.argv[1], sys.argv[2], extractor=sys.argv[3], progress=fork_once)
    report.write_text(str(len(table.frame_numbers)))
"""
ENDS_BESIDE = """
import os, sys, threading, vmaf_dnn
from vmaf_dnn.files import whole_file
from pathlib import Path
at_work, goes_on = threading.Event(), threading.Event()
def wait(_):
    at_work.set()
    goes_on.wait()
def work():
    with whole_file(Path(sys.argv[4])) as report:
        table = vmaf_dnn.features(sys.argv[1], sys.argv[2], extractor=sys.argv[3], progress=wait)
        report.write_text(str(len(table.frame_numbers)))
thread = threading.Thread(target=work)
thread.start()
at_work.wait()
child = os.fork()
if child == 0:
    sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
goes_on.set()
thread.join()
"""


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("code", [UNWINDS_IN_THE_CHILD, ENDS_BESIDE], ids=["unwinds", "ends beside"])
def test_child_that_ends_leaves_what_its_parent_works_with(
    clips: Clips, tmp_path: Path, extractor: str, code: str
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            code,
            clips.distorted,
            clips.distorted,
            extractor,
            tmp_path / "n",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "n").read_text() == str(N_FRAMES)
