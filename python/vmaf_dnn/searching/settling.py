# SPDX-License-Identifier: BSD-3-Clause
"""From a guess to the setting that is chosen: which are tried one after the other, and when that ends."""

from __future__ import annotations

from vmaf_dnn.errors import VideoError
from vmaf_dnn.searching.narrowing import Narrowing
from vmaf_dnn.searching.result import unchanging
from vmaf_dnn.searching.trials import Trials


def settle(trials: Trials, tolerance: float, max_encodes: int, clip: str) -> tuple[int, bool]:
    """Return the position of what to choose, and whether no better one was left to look for.

    Raises:
        VideoError: no try reaches the target; the sentence has the one that came nearest.
    """
    scale = trials.scale
    narrowing = Narrowing(len(scale.values) - 1, scale.slope, tolerance, trials.margins)
    trials.add(scale.first)
    while not narrowing.is_settled and len(trials.tries) < max_encodes:
        trials.add(narrowing.next_position())
    if narrowing.best is None:
        raise VideoError(_unreached(trials, max_encodes, clip))
    return narrowing.best, narrowing.is_settled


def _unreached(trials: Trials, max_encodes: int, clip: str) -> str:
    scale, target = trials.scale, trials.target
    nearest = max(
        trials.margins, key=lambda position: min(margin.value for margin in trials.margins[position])
    )
    scores = trials.tries[nearest].scores
    best = f"the nearest, {scale.words(nearest)}, has {target.described(scores)}"
    name = trials.recipe.encoder.name
    if same := unchanging(name, scale.mode, tuple(trials.tries.values())):
        return f"{name} doesn't reach {target} for {clip}: {best}; {same}."
    if 0 in trials.margins:
        is_narrowed = scale.values[0] != trials.recipe.encoder.crf[0]
        cure = (
            f", choose a slower preset, or widen --{scale.mode}"
            if is_narrowed
            else " or choose a slower preset"
        )
        return (
            f"{name} doesn't reach {target} for {clip}, not even with {scale.words(0)}: {best}; lower the"
            f" target{cure}."
        )
    return (
        f"none of {max_encodes} encodes by {name} reaches {target} for {clip}: {best}; allow more"
        f" (--max-encodes {2 * max_encodes})."
    )
