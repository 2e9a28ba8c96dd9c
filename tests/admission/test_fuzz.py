# SPDX-License-Identifier: BSD-3-Clause
"""The fuzz targets for a few seconds each, from their seeds; `make fuzz` runs them for longer.

The y4m header is read in Python, so hypothesis fuzzes it here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.paths import ROOT
from vmaf_dnn import VideoError
from vmaf_dnn.video.y4m import open_y4m

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_fuzz_targets_find_nothing() -> None:
    """Every seed, the hostile files among them, and what the fuzzer makes of them in a few seconds."""
    result = subprocess.run(
        [sys.executable, "-m", "fuzz", "--seconds", "5"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-3000:]
    for name in ("onnx_model", "json_files", "kernels", "extractor", "y4m", "svr.json", "plans"):
        assert f"{name}: " in result.stdout


TAGS = st.one_of(
    st.sampled_from(
        ["W2", "H2", "W0", "H", "W65537", "C420", "C444p10", "Cmono16", "C420alpha", "F25:1", "A1:1"]
    ),
    st.sampled_from(["Ip", "XCOLORRANGE=FULL", "X=", "C", "", "W2\0", "\x1b", "FRAME", "W\u0662", "Cmono9"]),
    st.from_regex(r"[A-Z][0-9a-z:=]{0,6}", fullmatch=True),
    st.text(max_size=5),
)
FRAMES = st.lists(
    st.sampled_from([b"FRAME\n", b"FRAME Ip\n", b"FRAMES\n", b"\0" * 6, b"\0", b"\n"]), max_size=6
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("y4m") / "clip.y4m"


def check(clip: Path, data: bytes) -> None:
    """Refused by a sentence that names the file, or frames that fill the file to its last byte."""
    clip.write_bytes(data)
    sentence = ""
    try:
        found = open_y4m(clip)
    except VideoError as refusal:
        sentence = str(refusal)
    if sentence:
        assert sentence.startswith(str(clip))
        assert "\n" not in sentence
    else:
        assert found.n_frames
        assert 0 < found.width * found.height <= len(data)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tags=st.lists(TAGS, max_size=6), frames=FRAMES)
def test_y4m_headers_are_read_or_refused(clip: Path, tags: list[str], frames: list[bytes]) -> None:
    check(clip, " ".join(["YUV4MPEG2", *tags]).encode() + b"\n" + b"".join(frames))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6), cut=st.integers(0, 60))
def test_damaged_y4m_files_are_read_or_refused(clip: Path, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(b"YUV4MPEG2 W2 H2 F25:1 C420jpeg XCOLORRANGE=FULL\nFRAME\n" + b"\0" * 6)
    for at, value in flips:
        data[at % len(data)] = value
    check(clip, bytes(data[: len(data) - cut]))
