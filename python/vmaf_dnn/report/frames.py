# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a report, each made of its columns when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.blocks import blocks

Frame = dict[str, Any]


class Frames(Sequence[Frame]):
    """One ``{"frameNum": int, "metrics": {name: float}}`` a frame."""

    def __init__(self, numbers: NDArray[np.int64], metrics: Mapping[str, NDArray[np.float64]]) -> None:
        for name, values in metrics.items():
            if len(values) != len(numbers):
                raise InvalidArgument(
                    f"the metric {name} has {len(values)} values, expected one for each of"
                    f" {len(numbers)} frames."
                )
        self._numbers, self._metrics = numbers, metrics

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Frame: ...

    @overload
    def __getitem__(self, index: slice) -> list[Frame]: ...

    def __getitem__(self, index: int | slice) -> Frame | list[Frame]:
        if isinstance(index, slice):
            return [self._frame(number, values) for number, values in self._rows(index)]
        metrics = {name: values[index].item() for name, values in self._metrics.items()}
        return {"frameNum": self._numbers[index].item(), "metrics": metrics}

    def __iter__(self) -> Iterator[Frame]:
        return (self._frame(number, values) for number, values in self.rows())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list's

    def __repr__(self) -> str:
        return f"<{len(self)} frames of {', '.join(self._metrics)}>"

    def rows(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Yield the number of each frame, and its values in the order of the metrics."""
        for block in blocks(len(self)):
            yield from self._rows(block)

    def _rows(self, part: slice) -> Iterator[tuple[int, tuple[float, ...]]]:
        columns = [values[part].tolist() for values in self._metrics.values()]
        return zip(self._numbers[part].tolist(), zip(*columns, strict=True), strict=True)

    def _frame(self, number: int, values: tuple[float, ...]) -> Frame:
        return {"frameNum": number, "metrics": dict(zip(self._metrics, values, strict=True))}
