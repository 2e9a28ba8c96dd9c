# SPDX-License-Identifier: BSD-3-Clause
"""What a pair is fitted to and judged by: scenes, or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmaf_train.files import Progress, no_progress
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.folder import TABLE, read_folder
from vmaf_train.plans.judge import Figures, judge, single_share
from vmaf_train.plans.pictures import Pictures
from vmaf_train.plans.publish import Texts
from vmaf_train.plans.scenes import make_scenes, make_single_things
from vmaf_train.provenance import Files

SCENES = "scenes"
_N_EACH = 20
_SEEDS = {"train": 1, "judged": 2, "known": 3, "single": 4}


@dataclass(frozen=True)
class Data:
    """Pictures to fit, and those kept apart.

    Attributes:
        train: what is fitted.
        judged: of scenes those with sentences never trained on, of a folder pictures never trained on.
        known: scenes that are new, with sentences that are not; None of a folder.
        single: one thing alone, each colour and shape; None of a folder.
        inputs: the files that were read.
    """

    train: Pictures
    judged: Pictures
    known: Pictures | None
    single: Pictures | None
    inputs: Files

    @property
    def is_scenes(self) -> bool:
        """Whether the pictures were made here."""
        return self.single is not None

    def single_share(self, pair: Pair) -> float | None:
        """Return the share of single things whose colour and shape a pair says."""
        if self.single is None:
            return None
        return single_share(pair.captions(pair.plans(self.single)), self.single)

    def two_things_share(self, pair: Pair) -> float | None:
        """Return the share of held-out scenes of two things that are exact: few single ones are held out."""
        if not self.is_scenes:
            return None
        which = np.array([i for i, said in enumerate(self.judged.sentences) if len(said.split()) > 4])
        return judge(pair, self.judged.chosen(which)).exact

    def texts(self, figures: Figures) -> Texts:
        """Return what the sidecars say."""
        what = "one or two coloured shapes" if self.is_scenes else "pictures of a folder"
        judged = "sentences never trained on" if self.is_scenes else "pictures never trained on"
        return Texts(
            about_encoder=f"64x64 RGB to a plan that says what is there; fitted to {what}.",
            about_words=f"A plan and the words so far to scores of the next; fitted to {what}.",
            notes=(
                f"{figures.exact:.1%} of {figures.n_pictures} captions exact, {judged}; {figures.n_said}"
                f" different captions for {figures.n_sentences} sentences. It knows such pictures and no"
                " others: not a captioner of photographs in general."
            ),
        )


def read_data(name: str, n_scenes: int, n_judged: int, progress: Progress = no_progress) -> Data:
    """Draw scenes, or read the folder of that name. Raises `InvalidArgument`."""
    if name != SCENES:
        train, judged = read_folder(Path(name), progress)
        return Data(train, judged, None, None, {"captions": Path(name) / TABLE})
    return Data(
        make_scenes(n_scenes, _SEEDS["train"], held_out=False),
        make_scenes(n_judged, _SEEDS["judged"], held_out=True),
        make_scenes(n_judged, _SEEDS["known"], held_out=False),
        make_single_things(_N_EACH, _SEEDS["single"]),
        {},
    )
