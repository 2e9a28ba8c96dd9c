# SPDX-License-Identifier: BSD-3-Clause
"""What a straight line finds in plans: classes from their mean vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vmaf_train.fit.minimise import minimise
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.pictures import Pictures

_N_ITERATIONS = 100
_DECAYS = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
_N_FOLDS = 4


@dataclass(frozen=True)
class Probe:
    """Shares of unseen pictures: put in their class by the probe, and of the commonest class.

    `decay` is what the probe's weights were held down by, chosen among the pictures that it was fitted to.
    """

    n_classes: int
    right: float
    commonest: float
    decay: float

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return (
            f"linear probe of {self.n_classes} classes: {self.right:.1%} right, the commonest is"
            f" {self.commonest:.1%}"
        )


def probe_of(pair: Pair, train: Pictures, judged: Pictures) -> Probe | None:
    """Fit a probe to the labels of pictures, and judge it on others; None where they have none."""
    if not judged.labels:
        return None
    return probe(pair.plans(train), train.labels, pair.plans(judged), judged.labels)


def probe(plans: Tensor, labels: Sequence[str], unseen: Tensor, wanted: Sequence[str]) -> Probe:
    """Fit a linear classifier to the mean over K of plans (n, K, D), and judge it on others."""
    names = sorted(set(labels))
    classes = torch.tensor([names.index(label) for label in labels])
    means = plans.mean(1).double()
    decay = _best_decay(means, classes, len(names))
    found = _found(means, classes, len(names), decay, unseen.mean(1).double()).tolist()
    right = sum(names[i] == label for i, label in zip(found, wanted, strict=True))
    commonest = Counter(wanted).most_common(1)[0][1]
    return Probe(len(names), right / len(wanted), commonest / len(wanted), decay)


def _best_decay(means: Tensor, classes: Tensor, n_classes: int) -> float:
    """Cross-validate; of decays that are as good, the largest."""
    if len(means) < 2 * _N_FOLDS:
        return _DECAYS[0]
    fold = torch.arange(len(means)) % _N_FOLDS

    def n_right(decay: float) -> int:
        kept = [fold == i for i in range(_N_FOLDS)]
        found = [_found(means[~one], classes[~one], n_classes, decay, means[one]) for one in kept]
        return sum(int((its == classes[one]).sum()) for its, one in zip(found, kept, strict=True))

    return max(_DECAYS, key=n_right)


def _found(means: Tensor, classes: Tensor, n_classes: int, decay: float, unseen: Tensor) -> Tensor:
    """Fit a line and return the class that it gives to each of `unseen`."""
    middle, scale = means.mean(0), means.std(0).clamp_min(1e-6)
    line = nn.Linear(means.shape[1], n_classes).double()
    nn.init.zeros_(line.weight)
    nn.init.zeros_(line.bias)
    given = (means - middle) / scale

    def loss() -> Tensor:
        return functional.cross_entropy(line(given), classes) + decay * line.weight.square().sum()

    for _ in minimise(line.parameters(), loss, _N_ITERATIONS):
        pass
    with torch.inference_mode():
        classified: Tensor = line((unseen - middle) / scale).argmax(1)
    return classified
