# SPDX-License-Identifier: BSD-3-Clause
"""What two clips state of their frames: tracks, size, bit depth, shape of pixels, rate, fields."""

from __future__ import annotations

from collections.abc import Iterator

from vmaf_dnn.video.pairing import cures
from vmaf_dnn.video.pairing.pair import Finding, Pair
from vmaf_dnn.video.stated import PROGRESSIVE, Ratio

_SAME_RATE, _SAME_SPEED = 0.002, 0.1  # 24 and 23.976; film at 24 and 25, frame by frame
_SAME_SHAPE = 0.03  # sides are rounded to 16 samples by some encoders


def _tracks(pair: Pair) -> Iterator[Finding]:
    for clip in {clip.path: clip for clip in pair.clips}.values():
        tracks, shown = clip.stated.tracks, clip.stated.default_track
        if len(tracks) < 2:
            continue
        told = f"{clip.path} has {len(tracks)} tracks of video"
        if shown == 0:
            yield Finding(False, f"{told}, of which the first is compared")
        else:
            yield Finding(
                True,
                f"{told}, and the first, which would be compared, is not the default; take out"
                f" the default ({cures.track(clip.path, shown)}), or the first ({cures.track(clip.path, 0)})",
            )


def _size(pair: Pair) -> Iterator[Finding]:
    ref, dist = pair.clips
    if ref.size != dist.size and not pair.is_scaled:
        cure = "--scale (scale=True) brings the distorted clip to the reference's size"
        if dist.once is not None:
            cure = f"scale {dist.path}, which is {dist.once.what}, before it is read"
        yield Finding(
            True,
            f"the clips differ in size: {ref.path} is {ref.size}, {dist.path} is {dist.size}; {cure}",
        )


def _bit_depth(pair: Pair) -> Iterator[Finding]:
    ref, dist = pair.clips
    if ref.bit_depth != dist.bit_depth:
        shallower, deeper = sorted(pair.clips, key=lambda clip: clip.bit_depth)
        yield Finding(
            True,
            f"the clips differ in bit depth: {ref.path} has {ref.bit_depth} bits, {dist.path} has"
            f" {dist.bit_depth}; raise the shallower first ({cures.with_bits(shallower, deeper.bit_depth)}),"
            " or --depth auto (depth='auto') does as it is read",
        )


def _shape(pair: Pair) -> Iterator[Finding]:
    """Shape of pixels; of clips that are scaled, of the picture."""
    ref, dist = pair.clips
    if ref.size == dist.size:
        yield from _sample_aspect(pair)
        return
    shapes = [clip.display_aspect for clip in pair.clips]
    if pair.is_scaled and not _is_near(shapes[0], shapes[1]):
        taller, wider = sorted(pair.clips, key=lambda clip: _quotient(clip.display_aspect))
        yield Finding(
            True,
            f"the clips differ in the picture's shape: {ref.path} is {_quotient(shapes[0]):.3f} times as wide"
            f" as high, {dist.path} {_quotient(shapes[1]):.3f} times; cut black bars off"
            f" ({cures.cropped(taller, wider.display_aspect)}), or with --crop auto (crop='auto'), or, if one"
            f" was squeezed, say so ({cures.shaped(dist, shapes[0])})",
        )


def _sample_aspect(pair: Pair) -> Iterator[Finding]:
    aspects = [clip.stated.sample_aspect for clip in pair.clips]
    if _is_near(aspects[0] or (1, 1), aspects[1] or (1, 1)):
        return
    verb = "may differ" if None in aspects else "differ"
    told = pair.told(lambda clip: clip.stated.sample_aspect and "{}:{}".format(*clip.stated.sample_aspect))
    yield Finding(
        False,
        f"the clips {verb} in the shape of a pixel: {told}; pixels are compared one by one, so a player would"
        " show other pictures than are scored",
    )


def _quotient(shape: Ratio) -> float:
    return shape[0] / shape[1]


def _is_near(one: Ratio, other: Ratio) -> bool:
    """Tell it by whole numbers and alike in either order."""
    smaller, larger = sorted((one[0] * other[1], other[0] * one[1]))
    return larger <= smaller * (1 + _SAME_SHAPE)


def _frame_rate(pair: Pair) -> Iterator[Finding]:
    ref, dist = (clip.stated.frame_rate for clip in pair.clips)
    if pair.is_by_time or ref is None or dist is None or max(ref, dist) <= min(ref, dist) * (1 + _SAME_RATE):
        return
    slow, fast = sorted((ref, dist))
    is_refused = pair.is_cut and fast > slow * (1 + _SAME_SPEED)
    at_rate = cures.at_rate(pair.clips[dist > ref], slow)
    kept = f"match them by time (--match time), keep those that do ({at_rate})"
    if is_refused:
        cure = f"{kept}, or if frames correspond one by one, say how many there are (--frame_cnt N)"
    else:
        cure = f"if they don't correspond one by one, {kept}"
    told = f"{pair.reference.path} has {ref:.6g} frames a second, {pair.distorted.path} has {dist:.6g}"
    yield Finding(is_refused, f"the clips differ in frame rate: {told}; frames are matched by index: {cure}")


def _field_order(pair: Pair) -> Iterator[Finding]:
    orders = [clip.stated.field_order for clip in pair.clips]
    if (orders[0] or PROGRESSIVE) == (orders[1] or PROGRESSIVE):
        return
    verb = "may differ" if None in orders else "differ"
    cure = " or ".join(
        f"({cures.deinterlaced(clip)})"
        for clip in pair.clips
        if clip.stated.field_order not in (None, PROGRESSIVE)
    )
    told = pair.told(lambda clip: clip.stated.field_order)
    yield Finding(
        False,
        f"the clips {verb} in their fields: {told}; deinterlace what shows combs, as"
        f" was done for the other {cure}, or with --deinterlace (deinterlace=True)",
    )


RULES = (_tracks, _size, _bit_depth, _shape, _frame_rate, _field_order)
