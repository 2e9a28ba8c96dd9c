# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn probe`: what clips say of themselves, side by side, and what would be done with them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.reading import add_reading_flags, reading_of
from vmaf_dnn.errors import VideoError
from vmaf_dnn.text import legible, legible_cell
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.comparison import Comparison
from vmaf_dnn.video.description import described
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pairing.pair import Finding


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("file", metavar="FILE", nargs="+", help="the reference, then the distorted clips")
    flags = FlagGroup(parser)
    add_reading_flags(flags)
    flags.text("--ffmpeg", help="the ffmpeg to decode with")
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print what is known of the clips; the first is the reference. Raises `VmafDnnError`."""
    options = VideoOptions(**reading_of(arguments))
    clips = open_clips(arguments.file, options, lambda: find_ffmpeg(arguments.ffmpeg, libvmaf=False))
    found = [_findings(Comparison(clips[0], (clip,), options)) for clip in clips[1:]]
    clips = _treated(clips, options)
    if arguments.json:
        print(as_json([_block(clip, of_clip) for clip, of_clip in zip(clips, [[], *found], strict=True)]))
        return
    verdicts = ["the reference", *map(_verdict, found)] if found else []
    _print(clips, verdicts)
    for finding in (finding for of_clip in found for finding in of_clip):
        print(legible_cell(f"{'refused' if finding.is_refused else 'warning'}: {finding.text}"))


def _treated(clips: list[Clip], options: VideoOptions) -> list[Clip]:
    """Return the clips with words for what would be done to them."""
    comparison = Comparison(clips[0], tuple(clips[1:]), options)
    return [comparison.treated_pair(clip)[1] for clip in clips]


def _findings(comparison: Comparison) -> list[Finding]:
    found = comparison.findings(comparison.distorted[0])
    try:
        comparison.check_counted_lengths()
    except VideoError as error:
        found.insert(0, Finding(True, str(error).removesuffix(".")))
    return found


def _block(clip: Clip, found: Sequence[Finding]) -> dict[str, object]:
    words = {
        key: [finding.text for finding in found if finding.is_refused is is_refused]
        for key, is_refused in (("refused", True), ("warnings", False))
    }
    return {"name": legible(str(clip.path)), **described(clip), **words}


def _verdict(found: Sequence[Finding]) -> str:
    if any(finding.is_refused for finding in found):
        return "refused"
    return f"scored, {len(found)} warning{'s' * (len(found) > 1)}" if found else "scored"


def _cell(value: object) -> str:
    return "-" if value is None else str(value)


def _print(clips: Sequence[Clip], verdicts: Sequence[str]) -> None:
    tables = [described(clip) for clip in clips]
    names = dict.fromkeys(name for table in tables for name in table)
    rows = [[name, *(_cell(table.get(name)) for table in tables)] for name in names]
    rows += [["would be", *verdicts]] if verdicts else []
    header = ["", *(str(clip.path) for clip in clips)]
    terminal.print_table(list(map(legible_cell, header)), [list(map(legible_cell, row)) for row in rows])
