# SPDX-License-Identifier: BSD-3-Clause
"""Manifests: a row a pair of clips, from CSV, JSON lines or parquet, each checked before any work begins."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from vmaf_dnn.batch.options import Options, is_empty, option_names
from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.text import legible_cell

REFERENCE, DISTORTED = "reference", "distorted"
_MOST_NAMED = 20
_NO_FILES = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class ManifestInvalid(InvalidArgument):
    """A manifest with faults: each is a sentence of `errors`."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a manifest.

    Attributes:
        row: its number, from 1.
        reference: the clip, as the manifest names it.
        distorted: the other one.
        folder: what these names are relative to.
        options: how they are read and scored.
    """

    row: int
    reference: str
    distorted: str
    folder: str
    options: Options

    @property
    def paths(self) -> tuple[str, str]:
        """The absolute paths of both clips."""
        return os.path.join(self.folder, self.reference), os.path.join(self.folder, self.distorted)

    @property
    def key(self) -> bytes:
        """A digest that tells the pair from others, wherever its row stands: both paths, and the options."""
        return digest_of(*map(os.path.normpath, self.paths), repr(self.options.given))

    def check_files(self) -> None:
        """Raise `InvalidArgument` for a clip that is there and can't be read again and again, as a pipe."""
        for role, name, path in zip(
            (REFERENCE, DISTORTED), (self.reference, self.distorted), self.paths, strict=True
        ):
            try:
                kind = stat.S_IFMT(Path(path).stat().st_mode)
            except OSError:
                continue  # who opens it says why
            if kind in _NO_FILES:
                raise InvalidArgument(
                    f"the {role} clip {legible_cell(name)} is {_NO_FILES[kind]}; a batch reads files."
                )

    def __str__(self) -> str:
        return f"row {self.row} ({legible_cell(self.distorted)} against {legible_cell(self.reference)})"


def digest_of(*words: str) -> bytes:
    """Return 12 bytes that stand for texts, however these are cut."""
    found = sha256()
    for word in words:
        text = word.encode(errors="surrogatepass")
        found.update(b"%d:" % len(text) + text)
    return found.digest()[:12]


def read_manifest(path: str | os.PathLike[str], defaults: Mapping[str, Any] | None = None) -> list[Pair]:
    """Read a manifest: by its suffix CSV, JSON lines (``.jsonl``) or parquet.

    Args:
        path: of the file, which its rows are relative to.
        defaults: options of every row that does not give its own.

    Raises:
        ManifestInvalid: rows can't be meant so; the first faults are named with their rows.
        InvalidArgument: the file is none that can be read, or a default is a clip.
    """
    for role in (REFERENCE, DISTORTED):
        if role in (defaults or {}):
            raise InvalidArgument(f"{role} is no option; each row names its own clips, in the column {role}.")
    file = Path(path)
    folder = str(file.parent.absolute())
    reader = _Reader(folder, dict(defaults or {}))
    with _refusing(file):
        for cells in _rows(file):
            reader.add(cells)
    if not reader.n_rows:
        raise InvalidArgument(
            f"{path} has no rows; give each pair of clips one, below a line of the columns."
        )
    reader.check(file)
    return reader.pairs


class _Reader:
    def __init__(self, folder: str, defaults: Mapping[str, Any]) -> None:
        self._folder, self._defaults = folder, defaults
        self.pairs: list[Pair] = []
        self.n_rows = 0
        self._faults: list[str] = []
        self._n_faults = 0
        self._known: dict[bytes, int] = {}
        self._options: dict[Any, Options] = {}

    def add(self, cells: Mapping[str, Any] | VmafDnnError) -> None:
        self.n_rows += 1
        try:
            if isinstance(cells, VmafDnnError):
                raise cells
            pair = self._pair(cells)
            first = self._known.setdefault(pair.key, pair.row)
            if first != pair.row:
                raise InvalidArgument(f"it repeats row {first}: {legible_cell(pair.distorted)}; keep one.")
            self.pairs.append(pair)
        except VmafDnnError as error:
            self._n_faults += 1
            if len(self._faults) < _MOST_NAMED:
                self._faults.append(f"row {self.n_rows}: {error}")

    def check(self, file: Path) -> None:
        if self._n_faults > len(self._faults):
            n_more = self._n_faults - len(self._faults)
            self._faults.append(f"{file}: {n_more} rows more can't be scored as they are.")
        if self._faults:
            raise ManifestInvalid(self._faults)

    def _pair(self, cells: Mapping[str, Any]) -> Pair:
        given = {**self._defaults}
        for name, cell in cells.items():
            column = name.strip().lstrip("-").replace("-", "_")
            if not is_empty(cell):
                given[column] = cell
        reference, distorted = (_clip(given, role) for role in (REFERENCE, DISTORTED))
        pair = Pair(self.n_rows, reference, distorted, self._folder, self._shared(given))
        pair.check_files()
        return pair

    def _shared(self, given: Mapping[str, Any]) -> Options:
        """Return the options, one object for all rows that have the same."""
        key = tuple(sorted((name, repr(cell)) for name, cell in given.items()))
        if key not in self._options:
            self._options[key] = Options.read(given, Path(self._folder))
        return self._options[key]


def _clip(given: dict[str, Any], role: str) -> str:
    name = given.pop(role, None)
    if not isinstance(name, str) or not name.strip():
        raise InvalidArgument(f"it names no {role} clip; write its path into the column {role}.")
    if name == "-":
        raise InvalidArgument(f"the {role} clip is -, which is read once; a batch reads files.")
    try:
        is_a_path = b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        is_a_path = False
    if not is_a_path:
        raise InvalidArgument(f"the {role} clip is {name!r}, which is the name of no file; correct it.")
    return name


def _rows(file: Path) -> Iterator[Mapping[str, Any] | VmafDnnError]:
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        return _of_parquet(file)
    if suffix in (".jsonl", ".ndjson"):
        return _of_json_lines(file)
    if suffix == ".csv":
        return _of_csv(file)
    raise InvalidArgument(f"{file} must be named .csv, .jsonl or .parquet, for what it is.")


def _of_csv(file: Path) -> Iterator[Mapping[str, Any] | VmafDnnError]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=True)
        columns = [name.strip() for name in next(reader, [])]
        _check_columns(columns, file)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(columns):
                yield InvalidArgument(f"it has {len(cells)} cells, and there are {len(columns)} columns.")
                continue
            yield dict(zip(columns, cells, strict=True))


def _of_json_lines(file: Path) -> Iterator[Mapping[str, Any] | VmafDnnError]:
    import json

    with file.open(encoding="utf-8-sig") as text:
        for line in text:
            if not line.strip():
                continue
            try:
                cells = json.loads(line)
            except ValueError as error:
                yield InvalidArgument(f"it is no JSON: {error}.")
                continue
            if isinstance(cells, dict):
                yield cells
            else:
                yield InvalidArgument(f"it must be a JSON object, got {line.strip()[:40]!r}.")


def _of_parquet(file: Path) -> Iterator[Mapping[str, Any]]:
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(file) as table:
            _check_columns(table.schema_arrow.names, file)
            for batch in table.iter_batches():
                yield from batch.to_pylist()
    except ArrowException as error:
        raise InvalidArgument(f"{file} can't be read as parquet: {' '.join(str(error).split())}.") from error


def _check_columns(columns: list[str], file: Path) -> None:
    names = [name.lstrip("-").replace("-", "_") for name in columns]
    for role in (REFERENCE, DISTORTED):
        if role not in names:
            raise InvalidArgument(
                f"{file} has no column {role}; its columns are {legible_cell(', '.join(columns))}."
            )
    known = {REFERENCE, DISTORTED, *option_names()}
    for name in names:
        if name not in known:
            raise InvalidArgument(
                f"{file} has a column {legible_cell(name)!r}, which is no option;"
                f" there are {', '.join(option_names())}."
            )
        if names.count(name) > 1:
            raise InvalidArgument(f"{file} has the column {name} {names.count(name)} times; keep one.")


@contextmanager
def _refusing(file: Path) -> Iterator[None]:
    """Turn what a file can be unreadable by into a sentence."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"{file} is not text of UTF-8; save it as that.") from error
    except csv.Error as error:
        raise InvalidArgument(f"{file} is no CSV that can be read: {error}.") from error
    except OSError as error:
        if isinstance(error, VmafDnnError):
            raise
        raise InvalidArgument(f"{file} can't be read: {error.strerror}.") from error
