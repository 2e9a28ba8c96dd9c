# SPDX-License-Identifier: BSD-3-Clause
"""What ffmpeg's log says of a clip whose first frame went through the filter showinfo."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.stated import BOTTOM_FIRST, PROGRESSIVE, TOP_FIRST, Ratio, Stated, ratio

SHOWINFO = "[Parsed_showinfo_"
_COVER = "(attached pic)"
_STREAM = r"  Stream #0:\d+[^:]*: (\w+): (.*)"
_RATE = r"config in time_base: \S+ frame_rate: (\d+)/(\d+)"
_RANGES = {"pc": "full", "tv": "limited"}
_FIELDS = {"P": PROGRESSIVE, "T": TOP_FIRST, "B": BOTTOM_FIRST}
_COLOURS = ("color_range", "color_space", "color_primaries", "color_trc")
_PLACES = ("left", "center", "topleft", "top", "bottomleft", "bottom")  # of chroma
_NO_COLOURS = {*_RANGES, *_PLACES, "progressive", "unspecified"}
_LIGHT = r"  side data - ((?:Mastering display|Content light level) metadata: .*)"


def stated_in(outcome: Outcome) -> Stated:
    """Return what a clip states, as ffmpeg read it of the container and of the first frame."""
    listed = _listed_words(outcome)
    color_range, matrix, primaries, transfer = map(_word_of(outcome), _COLOURS)
    fields, aspect = _last(outcome, r"n: .*\bi:(\w)"), _last(outcome, r"n: .*\bsar:(\d+/\d+)")
    rotation = [
        match[1] for match in outcome.said(r"      (?:Display Matrix|displaymatrix): rotation of (\S+)")
    ]
    light = dict.fromkeys(match[1].strip() for match in outcome.said(_LIGHT, SHOWINFO))
    return Stated(
        color_range=_RANGES.get(color_range or ""),
        matrix=matrix,
        primaries=primaries,
        transfer=transfer,
        field_order=_FIELDS.get(fields or ""),
        sample_aspect=_ratio(aspect),
        frame_rate=_frame_rate(outcome),
        rotation=round(float(rotation[0])) if rotation else None,
        tracks=tuple(is_default for kind, is_default in streams(outcome) if kind == "video"),
        light="; ".join(light) or None,
        chroma_place=next((word for word in listed if word in _PLACES), None),
    )


def streams(outcome: Outcome) -> list[tuple[str, bool]]:
    """Return what each stream is ("video", "audio", "a cover"), and whether it is a default one."""
    return [
        ("a cover" if match[2].endswith(_COVER) else match[1].lower(), "(default)" in match[2])
        for match in _own_streams(outcome)
    ]


def _own_streams(outcome: Outcome) -> list[re.Match[str]]:
    """Where the log lists the streams of the clip, rather than of the output."""
    own = takewhile(lambda line: not line.text.startswith(("Stream mapping:", "Output #")), outcome.lines)
    return [match for match in (re.match(_STREAM, line.text) for line in own) if match]


def _word_of(outcome: Outcome) -> Callable[[str], str | None]:
    """Return what looks a tag of colour up: where streams are listed, else where the frame is.

    Other threads of ffmpeg write into the line that showinfo ends a frame with, as its parts come; nobody
    does so while streams are listed.
    """
    listed = _listed_colours(outcome)

    def word(key: str) -> str | None:
        found = listed.get(key) or _last(outcome, rf"(?:.* )?{key}:([a-z0-9-]+)")
        return None if found in (None, "unknown", "unspecified", "reserved") else found

    return word


def _listed_colours(outcome: Outcome) -> dict[str, str]:
    """Read ``yuv420p(tv, bt709/unknown/unknown, progressive)``; one word for three that are alike."""
    words = _listed_words(outcome)
    colours = [word for word in words if word not in _NO_COLOURS and not word.endswith((" first", " bpc"))]
    found = {"color_range": next((word for word in words if word in _RANGES), "unknown")}
    if colours:
        parts = colours[0].split("/")
        found |= dict(zip(_COLOURS[1:], parts * (3 // len(parts)), strict=False))
    return {key: word for key, word in found.items() if word != "unknown"}


def _listed_words(outcome: Outcome) -> list[str]:
    """Return what stands in brackets behind the pixel format of the clip's video."""
    videos = [
        match[2] for match in _own_streams(outcome) if match[1] == "Video" and not match[2].endswith(_COVER)
    ]
    brackets = re.search(r", \w+\((.*?)\), \d+x\d+", videos[0]) if videos else None
    return re.sub(r" \(swapped\)", "", brackets[1]).split(", ") if brackets else []


def _last(outcome: Outcome, pattern: str) -> str | None:
    matches = outcome.said(pattern, SHOWINFO)
    return matches[-1][1] if matches else None


def _ratio(text: str | None) -> Ratio | None:
    return ratio(*map(int, text.split("/"))) if text else None


def _frame_rate(outcome: Outcome) -> float | None:
    rates = outcome.said(_RATE, SHOWINFO)
    return int(rates[-1][1]) / int(rates[-1][2]) if rates and int(rates[-1][2]) else None
