# SPDX-License-Identifier: BSD-3-Clause
"""What is read of ffmpeg's log, whose lines may run into each other."""

from __future__ import annotations

import pytest

from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.ffmpeg.showinfo import stated_in, streams

FRAME = "[Parsed_showinfo_0 @ 0x1] [info] "


def stream(text: str, kind: str = "Video", index: int = 0) -> str:
    return f"[info]   Stream #0:{index}[0x1](und): {kind}: {text}\n"


@pytest.mark.parametrize(
    ("listed", "stated"),
    [
        ("h264 (avc1), yuv420p(tv, bt709/unknown/unknown, left), 8x6", ("limited", "bt709", None, None)),
        ("hevc, yuv420p(pc, bt2020nc/bt2020/smpte2084), 8x6", ("full", "bt2020nc", "bt2020", "smpte2084")),
        ("mpeg2video, yuv420p(tv, top coded first (swapped), left), 8x6", ("limited", None, None, None)),
        ("vp9 (Profile 0), yuv420p(bt709, progressive), 8x6", (None, "bt709", "bt709", "bt709")),
        ("ffv1, yuv444p10le(10 bpc, unknown/bt709/unknown), 8x6", (None, None, "bt709", None)),
        ("rawvideo (I420 / 0x30323449), yuv420p, 8x6", (None, None, None, None)),
    ],
)
def test_colours_of_the_list_of_streams(listed: str, stated: tuple[str | None, ...]) -> None:
    mapping = "[info] Stream mapping:\n" + stream("png, rgb24(pc, gbr), 8x6")
    found = stated_in(Outcome(0, stream(listed) + mapping))
    assert (found.color_range, found.matrix, found.primaries, found.transfer) == stated


@pytest.mark.parametrize(
    "line",
    [
        "color_range:tv color_space:bt709 color_primaries:unknownEncoder thread received EOF",
        "color_range:tv color_space:bt709Starting thread...\n" + FRAME + " color_primaries:unknown",
        "color_range:tvAll streams finished\n" + FRAME + " color_space:bt709 color_primaries:unknown",
    ],
)
def test_colours_of_a_frame_whose_line_others_wrote_into(line: str) -> None:
    found = stated_in(Outcome(0, f"{FRAME}{line}\n"))
    assert (found.color_range, found.matrix, found.primaries) == ("limited", "bt709", None)


def test_streams_are_told_apart() -> None:
    log = stream("h264, yuv420p, 8x6 (default)") + stream("mp3, 44100 Hz", "Audio", 1)
    log += stream("png, rgb24(pc), 8x6 (attached pic)", index=2) + stream("h264, yuv420p, 8x6", index=3)
    log += "[info] Output #0, null, to 'pipe:':\n" + stream("wrapped_avframe, yuv420p, 8x6")
    assert streams(Outcome(0, log)) == [
        ("video", True),
        ("audio", False),
        ("a cover", False),
        ("video", False),
    ]
    assert stated_in(Outcome(0, log)).tracks == (True, False)
