# SPDX-License-Identifier: BSD-3-Clause
"""A model that scores a tile of luma."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.kinds import is_fit, misused
from vmaf_dnn.session import Session
from vmaf_dnn.unreferenced.tiles import TILE

NR_MODEL = "nr_metric_v1"
KIND = "nr"
_ONE_TILE = re.compile(rf"(.+): float32 \[[^,]+, 1, {TILE}, {TILE}\]", re.DOTALL)


class TileModel:
    """An open session of kind ``nr``, which scores frames by the mean of their tiles.

    Raises:
        InvalidArgument: the model is of another kind, or takes no tile.
    """

    def __init__(self, session: Session) -> None:
        info = session.info
        if not is_fit(info, KIND):
            raise misused(info, KIND, NR_MODEL)
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
