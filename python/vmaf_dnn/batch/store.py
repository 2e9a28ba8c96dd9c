# SPDX-License-Identifier: BSD-3-Clause
"""The folder of a batch: a file a pair, whole or not there, and one run at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vmaf_dnn.batch.pair_result import Summary
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import sweep, sweep_folder, write_whole

POOLED, FRAMES, INDEX, REPORTS = "pooled.parquet", "frames.parquet", "index.html", "reports"
_PAIRS, _LOCK = "pairs", "batch.lock"
_MALFORMED = (OSError, pa.ArrowException, ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True)
class Store:
    """Finished pairs, each under its key."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, hold its lock (the kernel drops it with the process), sweep what a kill left.

        Raises `InvalidArgument` if another run holds it, or nothing can be written there.
        """
        try:
            (self.folder / _PAIRS).mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("w")
        except OSError as error:
            raise InvalidArgument(
                f"can't write {self.folder}: {error.strerror}; name a folder that you may write to."
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InvalidArgument(
                    f"another batch is at work in {self.folder}; wait for it, or name another folder."
                ) from error
            self._sweep()
            yield

    def path(self, key: str) -> Path:
        """Return the file of a pair."""
        return self.folder / _PAIRS / key[:2] / f"{key}.arrow"

    def report_path(self, key: str, distorted: str) -> Path:
        """Return where a pair's own report is written."""
        stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in Path(distorted).stem)
        stem = stem.lstrip(".")[:40]  # a hidden file would pass for one that is half-written
        return self.folder / REPORTS / f"{stem}-{key[:12]}.json"

    def summary(self, key: str) -> Summary | None:
        """Return what is kept of a pair but its frames; None if there is nothing that can be read."""
        try:
            with pa.OSFile(str(self.path(key))) as file:
                return Summary.read(pa.ipc.open_file(file).schema)
        except _MALFORMED:
            return None

    def frames(self, key: str) -> pa.Table:
        """Return the frames of a pair that is kept."""
        with pa.OSFile(str(self.path(key))) as file:
            return pa.ipc.open_file(file).read_all()

    def keep(self, key: str, content: bytes) -> None:
        """Write a pair's file whole. Raises `InvalidArgument`."""
        path = self.path(key)
        self.make(path.parent)
        write_whole(path, content)

    def keep_report(self, path: Path, text: str) -> None:
        """Write a pair's own report whole. Raises `InvalidArgument`."""
        self.make(path.parent)
        write_whole(path, text)

    def make(self, folder: Path) -> None:
        """Make one of the folders within. Raises `InvalidArgument`."""
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InvalidArgument(
                f"can't write {folder}: {error.strerror}; free some space there."
            ) from error

    def _sweep(self) -> None:
        for path in (self.folder / POOLED, self.folder / FRAMES, self.folder / INDEX):
            sweep(path)
        folders = [self.folder / REPORTS, *(self.folder / _PAIRS).iterdir()]
        for folder in folders:
            if folder.is_dir():
                sweep_folder(folder)
