# SPDX-License-Identifier: BSD-3-Clause
"""What two clips state of their colours: range, transfer curve, primaries, matrix, light."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.pairing import cures
from vmaf_dnn.video.pairing.pair import Finding, Pair, named

_USUAL_COLOURS = ("bt709", "smpte170m", "bt470bg", "bt470m", "smpte240m", "fcc")
_VIDEO_CURVES = ("bt709", "smpte170m", "smpte240m", "bt2020-10", "bt2020-12", "bt1361e", "iec61966-2-4")
_MATRICES = {"smpte170m": "bt470bg"}  # two names of BT.601
_COUNTS = "samples are compared as they are, so a score counts that as a fault, unless a tag is wrong"
_SCREEN_CURVES = ("iec61966-2-1", "bt470m", "bt470bg")  # near those of video: gamma 2.2 to 2.8


def _color_range(pair: Pair) -> Iterator[Finding]:
    """Full range beside limited range would look wrong, or perfect."""
    ranges = {clip.stated.color_range for clip in pair.clips}
    if ranges not in ({"full", "limited"}, {"full", None}):
        return
    (full,) = (clip for clip in pair.clips if clip.stated.color_range == "full")
    verb = "may differ" if None in ranges else "differ"
    told = pair.told(lambda clip: clip.stated.color_range)
    cure = f"if so, convert the full one first ({cures.in_limited_range(full)})"
    if None not in ranges:
        cure = cure.removeprefix("if so, ")
    yield Finding(None not in ranges, f"the clips {verb} in colour range: {told}; {cure}")


def _transfer(pair: Pair) -> Iterator[Finding]:
    curves = [_curve(clip.stated.transfer) for clip in pair.clips]
    if None in curves or curves[0] == curves[1]:
        return
    told = pair.told(lambda clip: clip.stated.transfer)
    unlike = [clip for clip in pair.clips if _is_unlike_video(clip.stated.transfer)]
    if unlike:
        yield Finding(
            True,
            f"the clips differ in transfer curve: {told}; the same light has other samples in each, so"
            " compare an encode with a reference of its own curve, or if a tag is wrong leave it behind"
            f" ({cures.without_tags(unlike[0])})",
        )
    else:
        yield Finding(False, f"the clips differ in transfer curve: {told}; {_COUNTS}")


def _is_unlike_video(transfer: str | None) -> bool:
    return _curve(transfer) not in (None, "video", "screen")


def _curve(transfer: str | None) -> str | None:
    if transfer in _VIDEO_CURVES:
        return "video"
    return "screen" if transfer in _SCREEN_CURVES else transfer


def _matrix(pair: Pair) -> Iterator[Finding]:
    yield from _differing(
        pair, "matrix", lambda clip: _MATRICES.get(clip.stated.matrix or "", clip.stated.matrix)
    )


def _primaries(pair: Pair) -> Iterator[Finding]:
    yield from _differing(pair, "primaries", lambda clip: clip.stated.primaries)


def _differing(pair: Pair, what: str, of: Callable[[Clip], str | None]) -> Iterator[Finding]:
    words = {of(clip) for clip in pair.clips}
    if len(words) == 2 and None not in words:
        yield Finding(False, f"the clips differ in {what}: {pair.told(of)}; {_COUNTS}")


def _stated_by_one(pair: Pair) -> Iterator[Finding]:
    """Colours that a clip without tags is not taken for."""
    for clip, other in (pair.clips, pair.clips[::-1]):
        ours, theirs = clip.stated, other.stated
        words = []
        if theirs.transfer is None and _is_unlike_video(ours.transfer):
            words.append(f"transfer {named(ours.transfer)}")
        if theirs.matrix is None and ours.matrix not in (None, *_USUAL_COLOURS):
            words.append(f"matrix {ours.matrix}")
        if theirs.primaries is None and ours.primaries not in (None, *_USUAL_COLOURS):
            words.append(f"primaries {ours.primaries}")
        if words:
            yield Finding(
                False,
                f"the clips may differ in colours: {clip.path} states {', '.join(words)}, {other.path}"
                " doesn't say; samples are compared as they are, so make sure that both are alike",
            )


def _light(pair: Pair) -> Iterator[Finding]:
    lights = {clip.stated.light for clip in pair.clips}
    if len(lights) == 2 and None not in lights:
        yield Finding(
            False,
            f"the clips differ in what they say of their light: {pair.told(lambda clip: clip.stated.light)};"
            " were they graded alike?",
        )


RULES = (_color_range, _transfer, _matrix, _primaries, _stated_by_one, _light)
