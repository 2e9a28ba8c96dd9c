# SPDX-License-Identifier: BSD-3-Clause
"""What ffmpeg's log says of a clip whose first frame went through the filter showinfo."""

from __future__ import annotations

import re
from itertools import takewhile

from vmaf_dnn.video.ffmpeg_log import Outcome
from vmaf_dnn.video.stated import BOTTOM_FIRST, PROGRESSIVE, TOP_FIRST, Ratio, Stated, ratio

SHOWINFO = "[Parsed_showinfo_"
_COVER = "(attached pic)"
_STREAM = r"  Stream #0:\d+[^:]*: (\w+): (.*)"
_RATE = r"config in time_base: \S+ frame_rate: (\d+)/(\d+)"
_RANGES = {"pc": "full", "tv": "limited"}
_FIELDS = {"P": PROGRESSIVE, "T": TOP_FIRST, "B": BOTTOM_FIRST}
_LIGHT = r"  side data - ((?:Mastering display|Content light level) metadata: .*)"


def stated_in(outcome: Outcome) -> Stated:
    """Return what a clip states, as ffmpeg read it of the container and of the first frame."""
    color_range = _word(outcome, "color_range")
    fields, aspect = _last(outcome, r"n: .*\bi:(\w)"), _last(outcome, r"n: .*\bsar:(\d+/\d+)")
    rotation = [
        match[1] for match in outcome.said(r"      (?:Display Matrix|displaymatrix): rotation of (\S+)")
    ]
    light = dict.fromkeys(match[1].strip() for match in outcome.said(_LIGHT, SHOWINFO))
    return Stated(
        color_range=_RANGES.get(color_range or ""),
        matrix=_word(outcome, "color_space"),
        primaries=_word(outcome, "color_primaries"),
        transfer=_word(outcome, "color_trc"),
        field_order=_FIELDS.get(fields or ""),
        sample_aspect=_ratio(aspect),
        frame_rate=_frame_rate(outcome),
        rotation=round(float(rotation[0])) if rotation else None,
        tracks=tuple(is_default for kind, is_default in streams(outcome) if kind == "video"),
        light="; ".join(light) or None,
    )


def streams(outcome: Outcome) -> list[tuple[str, bool]]:
    """Return what each stream is ("video", "audio", "a cover"), and whether it is a default one."""
    own = takewhile(lambda line: not line.text.startswith(("Stream mapping:", "Output #")), outcome.lines)
    found = [re.match(_STREAM, line.text) for line in own]
    return [
        ("a cover" if match[2].endswith(_COVER) else match[1].lower(), "(default)" in match[2])
        for match in found
        if match
    ]


def _word(outcome: Outcome, key: str) -> str | None:
    word = _last(outcome, rf"color_range:.*?\b{key}:(\S+)" if key != "color_range" else r"color_range:(\w+)")
    return None if word in (None, "unknown", "unspecified", "reserved") else word


def _last(outcome: Outcome, pattern: str) -> str | None:
    matches = outcome.said(pattern, SHOWINFO)
    return matches[-1][1] if matches else None


def _ratio(text: str | None) -> Ratio | None:
    return ratio(*map(int, text.split("/"))) if text else None


def _frame_rate(outcome: Outcome) -> float | None:
    rates = outcome.said(_RATE, SHOWINFO)
    return int(rates[-1][1]) / int(rates[-1][2]) if rates and int(rates[-1][2]) else None
