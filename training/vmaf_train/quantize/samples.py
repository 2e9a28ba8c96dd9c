# SPDX-License-Identifier: BSD-3-Clause
"""What goes into a model that takes no rows: an `.npz` with an array an input, (n, ...) without a leading 1.

An array `source` (n,) of text, where there is one, says whose content each sample is, so that held-out
sources stay out of what is tuned and calibrated on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import Progress, no_progress, write_bytes
from vmaf_train.onnx_files.scoring import load_graph, open_alone, shape_of

Array = NDArray[np.float32]
SOURCE = "source"


@dataclass(frozen=True)
class Samples:
    """Arrays (n, ...) by the name of the input, and the source of each sample where it has one."""

    inputs: Mapping[str, Array]
    sources: NDArray[np.str_] | None = None

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())))

    def __iter__(self) -> Iterator[dict[str, Array]]:
        """Yield what one run takes, the leading 1 put back."""
        for i in range(len(self)):
            yield {name: array[i : i + 1] for name, array in self.inputs.items()}

    def chosen(self, which: NDArray[np.generic]) -> Samples:
        """Those of an array of numbers or truths."""
        sources = None if self.sources is None else self.sources[which]
        return Samples({name: array[which] for name, array in self.inputs.items()}, sources)

    def some(self, n: int) -> Samples:
        """At most n of them, the same every time."""
        return self.chosen(np.sort(np.random.default_rng(0).permutation(len(self))[:n]))

    def digest(self) -> str:
        """Sha256 of all numbers, by the inputs' names."""
        digest = hashlib.sha256()
        for name in sorted(self.inputs):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(self.inputs[name], dtype="<f4").tobytes())
        return digest.hexdigest()


def write_samples(path: Path, samples: Samples) -> None:
    """Write an `.npz`, compressed; whole numbers of 0 to 255 take a byte each."""
    import io

    arrays: dict[str, NDArray[np.generic]] = {name: _narrow(array) for name, array in samples.inputs.items()}
    if samples.sources is not None:
        arrays[SOURCE] = samples.sources
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_bytes(path, buffer.getvalue())


def read_samples(paths: Sequence[Path], onnx_file: Path) -> Samples:
    """Read the samples of a model: of the files that hold an array for each of its inputs, all together.

    Raises `InvalidArgument` for a file that is no `.npz` of numbers, for arrays that don't fit the model, and
    if none of the files has what it takes.
    """
    model = load_graph(onnx_file)
    wanted = {value.name: shape_of(value)[1:] for value in model.graph.input}
    files = [path for path in paths if path.suffix != ".parquet"]  # tables are what other models take
    found = [samples for path in files if (samples := _read(path, wanted)) is not None]
    if not found:
        raise InvalidArgument(
            f"None of {', '.join(map(str, paths))} holds {' and '.join(wanted)}, which {onnx_file.name}"
            " takes; give an .npz with an array (n, ...) for each."
        )
    return _joined(found)


def split_samples(samples: Samples, held_out: Sequence[str]) -> tuple[Samples, Samples]:
    """Return those of other sources, and those of held-out ones.

    Raises `InvalidArgument` for samples without sources, and if none remains to be trained on.
    """
    if not held_out:
        return samples, samples.chosen(np.zeros(len(samples), bool))
    if samples.sources is None:
        raise InvalidArgument(
            f"The samples have no array {SOURCE!r}, so none can be held out; leave --held-out out, or write"
            " it: the source of each sample."
        )
    if missing := sorted({*held_out} - {*samples.sources}):
        n_sources = len({*samples.sources})
        raise InvalidArgument(
            f"The held-out source {missing[0]!r} is not among the samples; they have {n_sources} others."
        )
    is_out = np.isin(samples.sources, sorted(held_out))
    if is_out.all():
        raise InvalidArgument(f"All {len(samples)} samples are of held-out sources; give others, too.")
    return samples.chosen(~is_out), samples.chosen(is_out)


def run_samples(path: Path, samples: Samples, progress: Progress = no_progress) -> Array:
    """Run an ONNX file on each sample alone, by the library; return (n, values) of its first output."""
    session = open_alone(path)
    made = []
    for i, one in enumerate(samples):
        made.append(next(iter(session.run({**one}).values())).ravel())
        progress(i + 1, len(samples))
    return np.stack(made)


def _narrow(array: Array) -> NDArray[np.generic]:
    bytes_ = np.clip(array, 0, 255).astype(np.uint8)
    return bytes_ if np.array_equal(bytes_, array) else array


def _read(path: Path, wanted: Mapping[str, tuple[int, ...]]) -> Samples | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            if not set(wanted) <= set(file.files):
                return None
            arrays = {name: _checked(path, name, file[name], wanted[name]) for name in wanted}
            sources = file[SOURCE].astype(str) if SOURCE in file.files else None
    except InvalidArgument:
        raise
    except Exception as error:  # zipfile, numpy and the operating system each raise their own
        raise InvalidArgument(
            f"{path} is no .npz of arrays: {str(error).partition(chr(10))[0]}; write it with numpy.savez."
        ) from error
    if len({len(array) for array in (*arrays.values(), *([] if sources is None else [sources]))}) != 1:
        raise InvalidArgument(f"The arrays of {path} are of different lengths; each holds the same samples.")
    return Samples(arrays, sources)


def _checked(path: Path, name: str, array: NDArray[np.generic], wanted: tuple[int, ...]) -> Array:
    fits = array.ndim == len(wanted) + 1 and all(
        b in (-1, a) for a, b in zip(array.shape[1:], wanted, strict=True)
    )
    if not fits or not len(array) or array.dtype.kind not in "fiu":
        sizes = ", ".join("any" if size == -1 else str(size) for size in ("n", *wanted))
        raise InvalidArgument(
            f"{path} has {name} as {array.dtype} {list(array.shape)}, expected numbers [{sizes}]; write it"
            " again."
        )
    numbers = array.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise InvalidArgument(f"{path} has a {name} that is not finite; leave such samples out.")
    return numbers


def _joined(found: Sequence[Samples]) -> Samples:
    if len(found) == 1:
        return found[0]
    try:
        inputs = {name: np.concatenate([one.inputs[name] for one in found]) for name in found[0].inputs}
    except ValueError as error:
        raise InvalidArgument("The samples of these files have different sizes; give one file.") from error
    sources = [one.sources for one in found if one.sources is not None]
    return Samples(inputs, np.concatenate(sources) if len(sources) == len(found) else None)
