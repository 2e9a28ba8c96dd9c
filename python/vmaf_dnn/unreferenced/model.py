# SPDX-License-Identifier: BSD-3-Clause
"""A model that scores a tile of luma, and what is said where a model of another kind stands in its place."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.session import Session, SessionInfo
from vmaf_dnn.unreferenced.tiles import TILE

NR_MODEL = "nr_metric_v1"
KIND = "nr"
UNSTATED = "fr"  # what the core calls a file that nobody describes
_ONE_TILE = re.compile(rf"(.+): float32 \[[^,]+, 1, {TILE}, {TILE}\]", re.DOTALL)

# What each kind is for, and how it is used then.
_USES = {
    "fr": "scores a clip beside its reference (vmaf-dnn -r REFERENCE -d CLIP --tiny-model {id})",
    KIND: "scores a clip that has no reference (vmaf-dnn nr CLIP --tiny-model {id})",
    "filter": "makes pictures and no scores (vmaf-dnn filter IN OUT --tiny-model {id})",
    "plan": "says what is on a picture and scores no clip (vmaf-dnn plan PICTURE)",
    "words": "reads plans and scores no clip (vmaf-dnn caption)",
}


def misused(info: SessionInfo, cure: str) -> InvalidArgument:
    """Return the refusal of a model where one of another kind is wanted."""
    use = _USES.get(info.kind, "is for something else").format(id=info.id)
    return InvalidArgument(f"{info.id} is of kind {info.kind}: it {use}; {cure}.")


class TileModel:
    """An open session of kind ``nr``, which scores frames by the mean of their tiles.

    Raises:
        InvalidArgument: the model is of another kind, or takes no tile.
    """

    def __init__(self, session: Session) -> None:
        info = session.info
        if info.features or info.kind not in (KIND, UNSTATED):
            raise misused(info, f"name a model of kind {KIND} here, such as {NR_MODEL}")
        found = _ONE_TILE.fullmatch(info.inputs[0])
        if found is None or len(info.inputs) != 1 or len(info.outputs) != 1:
            raise InvalidArgument(
                f"{info.id} takes {', '.join(info.inputs)} and gives {', '.join(info.outputs)}, expected one"
                f" tile, float32 [1, 1, {TILE}, {TILE}], and one score; run it with Session.run."
            )
        self._session, self._input = session, found[1]

    def score(self, tiles: NDArray[np.float32], frame: int) -> float:
        """Score the tiles of a frame, (n, 224, 224), one after the other: their mean, clipped to the range.

        Raises:
            RuntimeFailure: it is no finite number.
        """
        info = self._session.info
        scores = [self._score(tile) for tile in tiles]
        score = float(np.mean(scores))
        if not np.isfinite(score):
            raise RuntimeFailure(
                f"{info.id} scores frame {frame} {score}, expected a finite number; the model is not fit for"
                f" this clip ({info.path})."
            )
        lowest, highest = info.output_range
        return min(max(score, lowest), highest)

    def _score(self, tile: NDArray[np.float32]) -> float:
        (scores,) = self._session.run({self._input: tile[np.newaxis, np.newaxis]}).values()
        return float(scores.reshape(-1)[0])
