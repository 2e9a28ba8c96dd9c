# SPDX-License-Identifier: BSD-3-Clause
"""How many encodes a search takes, and how far from brute force it ends: a row a clip and encoder.

    python -m tools.measure_search CLIP... --target mean=93

Brute force encodes every fourth CRF of the encoder, and each step within one CRF of where the search ended.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vmaf_dnn.searching.encoders import find_encoder
from vmaf_dnn.searching.encoding import Recipe
from vmaf_dnn.searching.run import DEFAULT_MAX_ENCODES, DEFAULT_TOLERANCE
from vmaf_dnn.searching.samples import DEFAULT_DURATION_S, choose_samples, cut_samples
from vmaf_dnn.searching.scale import CRF, scale_of
from vmaf_dnn.searching.settling import settle
from vmaf_dnn.searching.source import open_source, scoring_keywords
from vmaf_dnn.searching.target import parse_target
from vmaf_dnn.searching.trials import Trials
from vmaf_dnn.video.ffmpeg.program import FFmpeg, find_ffmpeg
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder
from vmaf_dnn.video.options import VideoOptions

PRESETS = {"libx264": "veryfast", "libx265": "superfast", "libsvtav1": "10"}
_COARSE, _AROUND = 4.0, 1.0  # CRFs


@dataclass(frozen=True)
class Row:
    """One search beside brute force."""

    clip: str
    encoder: str
    n_encodes: int
    found: float
    best: float
    margin: float
    best_margin: float

    def __str__(self) -> str:
        words = (self.clip, self.encoder, self.n_encodes, f"{self.found:g}", f"{self.best:g}")
        return "\t".join(map(str, (*words, f"{self.margin:+.2f}", f"{self.best_margin:+.2f}")))


def measure(clip: Path, encoder: str, target: str, width: int, tolerance: float, ffmpeg: FFmpeg) -> Row:
    """Search, then try the others. Raises `VideoError` where no CRF reaches the target."""
    source = open_source(clip, VideoOptions(), ffmpeg)
    shown = replace(source.clip, filters=(f"scale=w=min({width}\\,iw):h=-2",))
    source, wanted = replace(source, clip=shown), parse_target(target)
    recipe = Recipe(find_encoder(encoder, ffmpeg), CRF, PRESETS[encoder])
    scale = scale_of(recipe.encoder, CRF, None, wanted.highest, source.pixels_a_second)
    parts = choose_samples(source.n_frames, source.frame_rate, None, DEFAULT_DURATION_S)
    with scratch_folder() as folder:
        files = cut_samples(source, parts, ffmpeg, folder, lambda done: None)
        trials = Trials(source, files, recipe, scale, wanted, ffmpeg, scoring_keywords({}), _unheard)
        best, _ = settle(trials, tolerance, DEFAULT_MAX_ENCODES, str(clip))
        n_encodes = len(trials.tries)
        for position in _others(scale.values, scale.values[best]):
            if position not in trials.tries:
                trials.add(position)
    margins = {position: min(m.value for m in margins) for position, margins in trials.margins.items()}
    brute = max(position for position, margin in margins.items() if margin >= 0)
    return Row(
        clip.stem, encoder, n_encodes, scale.values[best], scale.values[brute], margins[best], margins[brute]
    )


def _unheard(label: str, fraction: float) -> None:
    """Take what `search` tells of its steps."""


def _others(values: tuple[float, ...], found: float) -> Iterator[int]:
    for i, value in enumerate(values):
        if abs(value - found) <= _AROUND or value % _COARSE == 0:
            yield i


def main() -> None:
    """Print a line a search, then the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--target", default="mean=93")
    parser.add_argument("--width", type=int, default=480, help="clips are scaled down to it")
    parser.add_argument("--tolerance", type=float, default=DEFAULT_TOLERANCE)
    arguments = parser.parse_args()
    ffmpeg = find_ffmpeg(libvmaf=False)
    rows = []
    print("clip\tencoder\tencodes\tfound\tbrute force\tmargin\tits margin", flush=True)
    for clip in arguments.clips:
        for encoder in PRESETS:
            row = measure(clip, encoder, arguments.target, arguments.width, arguments.tolerance, ffmpeg)
            rows.append(row)
            print(row, flush=True)
    counts = [row.n_encodes for row in rows]
    print(f"encodes: {statistics.mean(counts):.2f}, at most {max(counts)}")
    print(f"CRFs from brute force: at most {max(abs(row.best - row.found) for row in rows):g}")
    print(f"above its score: at most {max(row.margin - row.best_margin for row in rows):.2f}")


if __name__ == "__main__":
    main()
