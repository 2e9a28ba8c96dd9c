# SPDX-License-Identifier: BSD-3-Clause
"""A reference and its distorted versions: opening them, and whether they can be compared."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vmaf_dnn.errors import ClipWarning, VideoError
from vmaf_dnn.extractor import CHROMA
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.encode import AUTO, NONE, Encode, encode_of, parse_encode
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import BY_TIME, LEAST_LINES, VideoOptions
from vmaf_dnn.video.timing.selection import Selection, Told

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg
    from vmaf_dnn.video.pairing.pair import Finding
    from vmaf_dnn.video.timing.plan import Choice


_SAME_LENGTH = 0.8  # of durations and packets, which are frames and some


@dataclass(frozen=True)
class Comparison:
    """A reference and its distorted versions, of equal bit depth and, unless scaling was asked for, size."""

    reference: Clip
    distorted: tuple[Clip, ...]
    options: VideoOptions
    choices: tuple[Choice, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The reference, then the distorted ones."""
        return self.reference, *self.distorted

    @property
    def selections(self) -> tuple[Selection, ...]:
        """Which frames of each of the clips are compared."""
        if self.choices:
            return tuple(choice.selection for choice in self.choices)
        options = self.options
        dropped = (options.frame_skip_ref, *(options.frame_skip_dist for _ in self.distorted))
        return tuple(Selection(n_dropped, options.frame_cnt) for n_dropped in dropped)

    def told(self, index: int) -> tuple[Told, Told]:
        """Say how the frames of the reference and of one of the distorted clips were chosen."""
        return (self.choices[0].told, self.choices[1 + index].told) if self.choices else ({}, {})

    def part(self, start: int, count: int) -> Comparison:
        """Return the comparison of `count` frames (0: all) from the `start`-th of those compared on."""
        from vmaf_dnn.video.timing.plan import Choice

        parts = (selection.part(start, count) for selection in self.selections)
        return replace(self, choices=tuple(map(Choice, parts)))

    @property
    def shown(self) -> Clip:
        """The reference at the size and the depth that frames are compared at."""
        lines, ref = self.options.scale, replace(self.reference, bit_depth=self.bit_depth)
        if isinstance(lines, bool) or lines == ref.height:
            return ref
        width = 2 * round(ref.width * lines / ref.height / 2)
        return replace(ref, width=width, height=lines)

    @property
    def bit_depth(self) -> int:
        """How many bits the samples have that are compared. Raises as `depth_to_compare`."""
        if self.options.depth is None:
            return self.reference.bit_depth
        from vmaf_dnn.video.shaping.depth import depth_to_compare

        return depth_to_compare((self.reference, *self.distorted), self.options.depth)

    def treated_pair(self, distorted: Clip) -> tuple[Clip, Clip]:
        """Return the reference and one of the distorted clips, with words for what is done to them."""
        return self._treated(self.reference), self._treated(distorted)

    def _treated(self, clip: Clip) -> Clip:
        words = []
        if clip.size != self.shown.size:
            words.append(f"scaled to {self.shown.size} ({self.options.scale_method})")
        if clip.bit_depth != self.bit_depth:
            words.append(f"raised to {self.bit_depth} bits")
        return replace(clip, treated=(*clip.treated, *words))

    @property
    def encodes(self) -> tuple[Encode, ...]:
        """What each distorted clip was before it was brought to the size that frames are compared at."""
        if self.options.encoded == NONE:
            return (Encode(),) * len(self.distorted)
        if self.options.encoded != AUTO:
            return (parse_encode(self.options.encoded),) * len(self.distorted)
        return tuple(encode_of(clip, self.shown) for clip in self.distorted)

    @property
    def n_frames_hint(self) -> int | None:
        """How many frames will be compared, as far as the headers tell."""
        left = [
            selection.n_of(clip.n_frames_hint)
            for clip, selection in zip(self.clips, self.selections, strict=True)
            if clip.n_frames_hint is not None
        ]
        return max(0, min(left)) if len(left) == len(self.clips) else None

    def findings(self, distorted: Clip) -> list[Finding]:
        """Return what speaks against a comparison with one of the distorted clips, refusals first."""
        from vmaf_dnn.video.pairing.agreement import findings
        from vmaf_dnn.video.pairing.pair import Finding, Pair

        options, shown = self.options, self.shown
        is_cut = options.shortest and not options.frame_cnt
        ref = self.reference
        if options.depth is not None:
            ref, distorted = (replace(clip, bit_depth=shown.bit_depth) for clip in (ref, distorted))
        is_by_time = options.match == BY_TIME
        found = findings(Pair(ref, distorted, options.scale is not False, is_cut, is_by_time))
        if min(shown.width, shown.height) < LEAST_LINES:
            least = f"{LEAST_LINES}x{LEAST_LINES}"
            told = f"{self.reference.path} is {shown.size}; VMAF needs {least} pixels or more"
            found.insert(0, Finding(True, told))
        return found

    def check_lengths(self, n_reference: int, n_distorted: int, distorted: Clip) -> int:
        """Return how many frames to compare, given the lengths of the reference and of one distorted clip.

        Raises:
            VideoError: nothing is left to compare, or the lengths differ and `shortest` was not asked for.
        """
        left = self._left(n_reference, n_distorted, distorted)
        counts = (self.reference.path, n_reference, left[0]), (distorted.path, n_distorted, left[1])
        for path, n_frames, n_left in counts:
            if n_left <= 0:
                raise VideoError(f"{path} has {n_frames} frames, and skipping leaves none of them.")
        if left[0] != left[1] and not self.options.shortest:
            raise VideoError(
                f"the clips differ in length: {left[0]} frames in {self.reference.path}, {left[1]} in"
                f" {distorted.path}; --shortest (shortest=True) scores the common part."
            )
        return min(left)

    def of_those(self, misfits: Misfits, check: Callable[[Comparison], object]) -> Comparison:
        """Return the comparison with those clips that `check`, given each alone, has nothing against."""
        fitting = []
        for i, index in enumerate(list(misfits.left)):
            with misfits.dropping(index):
                check(self.only((i,)))
                fitting.append(i)
        return self.only(fitting)

    def only(self, indices: Sequence[int]) -> Comparison:
        """Return the comparison with some of the distorted clips."""
        choices = (self.choices[0], *(self.choices[1 + i] for i in indices)) if self.choices else ()
        return replace(self, distorted=tuple(self.distorted[i] for i in indices), choices=choices)

    def check(self, ffmpeg: Callable[[], FFmpeg]) -> None:
        """Refuse clips that can't be compared, and warn of what may be wrong. Raises `VideoError`."""
        for dist in self.distorted:
            if (
                _says_the_same(dist, self.reference)
                and min(self.shown.width, self.shown.height) >= LEAST_LINES
            ):
                continue
            found = self.findings(dist)
            for finding in found:
                if finding.is_refused:
                    raise VideoError(f"{finding.text}.")
            for finding in found:
                warnings.warn(ClipWarning(finding.text, dist.path), stacklevel=2)
        if not self.options.is_timed:
            self.check_counted_lengths()
            self._check_hinted_lengths(ffmpeg)

    def check_chroma(self, feature: str) -> str:
        """Return the layout of all clips' chroma, which `feature` compares.

        Raises:
            VideoError: there is none, or the layouts differ.
        """
        from vmaf_dnn.video.pairing.cures import with_chroma

        layout = self.reference.chroma
        for clip in (self.reference, *self.distorted):
            if clip.chroma not in CHROMA:
                is_grey = clip.chroma == "mono"
                what = "is grey" if is_grey else f"has {clip.chroma} chroma"
                convert = "" if is_grey else f"convert it first ({with_chroma(clip, '420')}), or "
                raise VideoError(
                    f"{clip.path} {what}, and {feature} compares chroma of {', '.join(CHROMA)}; {convert}"
                    "score it with VMAF v0.6.1, which compares luma (-m version=vmaf_v0.6.1)."
                )
            if clip.chroma != layout:
                raise VideoError(
                    f"the clips differ in chroma: {self.reference.path} is {layout}, {clip.path} is"
                    f" {clip.chroma}, and {feature} compares it; convert one of them first"
                    f" ({with_chroma(clip, layout)})."
                )
        return layout

    def check_each_once(self) -> None:
        """Refuse, where libvmaf's filter reads clips, frames that are repeated or left out.

        Raises:
            VideoError: there are some.
        """
        for clip, selection in zip(self.clips, self.selections, strict=True):
            if selection.order is not None:
                raise VideoError(
                    f"matched by time, frames of {clip.path} are repeated or left out, which the extractor"
                    " libvmaf doesn't do; leave it out, and name models by their files (-m path=FILE.json)."
                )

    def check_counted_lengths(self) -> None:
        """Check the lengths of the clips whose frames are counted already. Raises as `check_lengths`."""
        for clip in self.distorted:
            if self.reference.n_frames is not None and clip.n_frames is not None:
                self.check_lengths(self.reference.n_frames, clip.n_frames, clip)

    def _check_hinted_lengths(self, ffmpeg: Callable[[], FFmpeg]) -> None:
        """Refuse lengths that differ much, by time and, as that may be of sound, by packets of video."""
        ref = self.reference
        for dist in self.distorted if not self.options.shortest else ():
            hints = ref.n_frames_hint, dist.n_frames_hint
            if not self._differ_much(dist, *hints) or None not in (ref.n_frames, dist.n_frames):
                continue
            from vmaf_dnn.video.ffmpeg.packets import n_packets

            counts = [
                clip.n_frames or n_packets(clip, ffmpeg(), self.options.stall_timeout) for clip in (ref, dist)
            ]
            if self._differ_much(dist, *counts):
                raise VideoError(
                    f"the clips differ in length: {counts[0]} frames in {ref.path}, {counts[1]} in"
                    f" {dist.path}, as their headers tell; --shortest (shortest=True) scores the common part."
                )

    def _differ_much(self, distorted: Clip, n_reference: int | None, n_distorted: int | None) -> bool:
        if n_reference is None or n_distorted is None:
            return False
        fewer, more = sorted(self._left(n_reference, n_distorted, distorted))
        return 0 < fewer < more * _SAME_LENGTH

    def _left(self, n_reference: int, n_distorted: int, distorted: Clip) -> tuple[int, int]:
        """Return how many frames of the reference, and of one distorted clip, are to be compared."""
        of_reference, of_distorted = self.selections[0], self.selections[1 + self.distorted.index(distorted)]
        return of_reference.n_of(n_reference), of_distorted.n_of(n_distorted)


def open_comparison(
    reference: str | os.PathLike[str],
    distorted: Sequence[str | os.PathLike[str]],
    options: VideoOptions,
    ffmpeg: Callable[[], FFmpeg],
    misfits: Misfits | None = None,
) -> Comparison:
    """Open the clips as `open_clips` does and refuse what can't be compared, before any long work starts.

    Raises:
        VideoError: a clip can't be read, or not be compared with the reference; unless `misfits` drops it.
    """
    misfits = misfits or Misfits(len(distorted))
    ref, *others = open_clips((reference, *distorted), options, ffmpeg, misfits)
    comparison = Comparison(ref, tuple(others), options)
    comparison = comparison.of_those(misfits, lambda pair: pair.check(ffmpeg))
    if options.is_timed and comparison.distorted:
        from vmaf_dnn.video.timing.plan import planned

        comparison = replace(comparison, choices=tuple(planned(comparison.clips, options, ffmpeg)))
        comparison = comparison.of_those(misfits, Comparison.check_counted_lengths)
    return comparison


def _says_the_same(one: Clip, other: Clip) -> bool:
    """Tell the ordinary pair, which needs no rules."""
    has_one_track = len(one.stated.tracks) < 2
    return has_one_track and (one.size, one.bit_depth, one.stated) == (
        other.size,
        other.bit_depth,
        other.stated,
    )
