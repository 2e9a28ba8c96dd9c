# SPDX-License-Identifier: BSD-3-Clause
"""The files that a command will write: known before it starts, and never replaced unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import check_writable, sweep
from vmaf_train.files import read_json, write_json
from vmaf_train.provenance import Files


class UsageError(InvalidArgument):
    """The command line asks for what the command does not do: exit 2."""


@dataclass(frozen=True)
class Outputs:
    """What a run will write. None of `files` and `report` may exist, unless --force is given.

    `updates` are changed in place, which is what the command is for, and then `report` may be replaced.
    """

    files: Files = field(default_factory=dict)
    report: Path | None = None
    updates: Files = field(default_factory=dict)
    replaces_report: bool = False

    @property
    def new(self) -> list[Path]:
        """Every file that must not exist, the report last."""
        report = None if self.replaces_report else self.report
        return [path for value in (*self.files.values(), report) for path in _paths(value)]


@contextmanager
def claimed(outputs: Outputs, *, force: bool) -> Iterator[None]:
    """Refuses outputs that exist or can't be written, before any work is done.

    While the block runs, a hidden file says which outputs it is about to make: those that a killed run
    has left may be replaced by the next. Raises `UsageError` for one that exists, and `InvalidArgument`
    for one that can't be written.
    """
    with _folders_of(outputs.new), _claimed(outputs, force=force):
        yield


@contextmanager
def _claimed(outputs: Outputs, *, force: bool) -> Iterator[None]:
    for path in outputs.new:
        if outputs.new.count(path) > 1:
            raise UsageError(f"{path} is named for two outputs; name another --report.")
        check_writable(path)
    files = [path for path in outputs.new if path.is_file() or not path.exists()]  # no pipe, no device
    if not files:
        yield
        return
    claim = files[0].with_name(f".{files[0].name[-40:]}.claim")
    left_over = read_json(claim)["outputs"] if claim.is_file() else []
    existing = [path for path in files if path.is_file() and path.name not in left_over]
    if existing and not force:
        raise UsageError(f"{existing[0]} exists; --force replaces it, or name another output.")
    for path in (*files, claim):
        sweep(path)
    mine = [path for path in files if path not in existing]
    write_json(claim, {"outputs": [path.name for path in mine]})
    try:
        yield
    except BaseException:
        if not any(path.is_file() for path in mine):
            claim.unlink()
        raise
    claim.unlink()


@contextmanager
def _folders_of(paths: Sequence[Path]) -> Iterator[None]:
    """Make the folders that are missing; those that stay empty go again where the block fails."""
    wanted = {folder for path in paths for folder in path.parents}
    missing = sorted(folder for folder in wanted if not folder.exists())
    try:
        for folder in missing:
            folder.mkdir(exist_ok=True)
        yield
    except BaseException as error:
        for folder in reversed(missing):
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError) and error.filename in map(str, missing):
            raise InvalidArgument(
                f"Can't make the folder {error.filename}: {error.strerror}; name another."
            ) from error
        raise


def _paths(value: Path | Sequence[Path] | None) -> Sequence[Path]:
    return [] if value is None else [value] if isinstance(value, Path) else value
