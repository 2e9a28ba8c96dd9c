# SPDX-License-Identifier: BSD-3-Clause
"""Where the command's reports go, decided once; they never replace a file that the run reads."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.cli import terminal
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import check_writable
from vmaf_dnn.floats import default_floats
from vmaf_dnn.registry import registry_path
from vmaf_dnn.report import Report, formats
from vmaf_dnn.session import Session, SessionInfo
from vmaf_dnn.svm import find_model
from vmaf_dnn.svm.request import ModelRequest

STDOUT = "-"
_STDOUTS = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")  # to be appended to, never replaced


@dataclass(frozen=True)
class Destination:
    """Where the reports of one run go.

    Attributes:
        clips: the distorted clips, one a report.
        files: the file of each report; empty if the reports go to stdout, or nowhere but into the summary.
        folder: the folder of `files` where they share one of their own; None otherwise.
        format: the reports' format; None where a file's suffix tells it, and for a summary alone.
        to_stdout: whether the reports themselves go to stdout.
    """

    clips: tuple[str, ...]
    files: tuple[str, ...]
    folder: str | None
    format: str | None
    to_stdout: bool

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Destination:
        """Read the flags.

        Raises:
            InvalidArgument: several reports can't stand where the flags point to.
        """
        clips, output, format = tuple(arguments.distorted), arguments.output, arguments.format
        if output == "":
            raise InvalidArgument("--output is empty; name a file, or - for stdout.")
        output = STDOUT if output in _STDOUTS else output
        if output in (None, STDOUT):
            return cls._on_stdout(clips, format or ("xml" if output == STDOUT else None))
        if len(clips) == 1:
            return cls(clips, (output,), None, format, to_stdout=False)
        return cls._in_folder(clips, output, format)

    @classmethod
    def _on_stdout(cls, clips: tuple[str, ...], format: str | None) -> Destination:
        if len(clips) > 1 and format not in (None, "json"):
            raise InvalidArgument(
                "several reports go to stdout as one --json list; or name a folder with --output."
            )
        return cls(clips, (), None, format, to_stdout=format is not None)

    @classmethod
    def _in_folder(cls, clips: tuple[str, ...], folder: str, format: str | None) -> Destination:
        suffix = Path(folder).suffix.lower().lstrip(".")
        if suffix in formats.WRITERS and not os.path.isdir(folder):
            raise InvalidArgument(
                f"--output {folder} names one file for {len(clips)} reports; name a folder and their"
                f" format (--output {folder.removesuffix(Path(folder).suffix)} --{suffix})."
            )
        files = tuple(os.path.join(folder, f"{Path(clip).name}.{format or 'xml'}") for clip in clips)
        return cls(clips, files, folder, format, to_stdout=False)

    def check(self, inputs: Sequence[str]) -> None:
        """Raise `InvalidArgument` unless all files can be written without replacing one of `inputs`."""
        for file in self.files:
            check_output(file, inputs)

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Make the folder if it isn't there; it is gone again if the block fails.

        Raises:
            InvalidArgument: it can't be made, or two reports would have one name in it.
        """
        self._check_names()
        if self.folder is None:
            yield
            return
        with _folder_of_reports(self.folder):
            yield

    def give(self, reports: Sequence[Report], *, quiet: bool, without: Container[str] = ()) -> None:
        """Write the reports of all clips but those `without` one, and show a summary where one is wanted."""
        clips = [clip for clip in self.clips if clip not in without]
        files = [file for clip, file in zip(self.clips, self.files, strict=False) if clip not in without]
        for report, file in zip(reports, files, strict=False):
            report.write(file, self.format)
        if self.to_stdout:
            _write_stdout(self._pieces(clips, reports))
        elif len(self.clips) > 1:
            if not (self.files and quiet):
                terminal.print_clips(clips, reports)
        elif not self.files:
            terminal.print_scores(reports[0])
        elif sys.stdout.isatty() and not quiet:
            terminal.print_summary(reports[0], f"report: {self.files[0]}")

    def _check_names(self) -> None:
        for file, n_uses in Counter(self.files).items():
            if n_uses > 1:
                raise InvalidArgument(
                    f"{n_uses} distorted clips are called {Path(file).stem}, and so would their reports in"
                    f" {self.folder} be; score them in separate runs."
                )

    def _pieces(self, clips: Sequence[str], reports: Sequence[Report]) -> Iterator[str]:
        if len(self.clips) > 1:
            return formats.json_list_pieces(clips, reports)
        assert self.format is not None
        return formats.WRITERS[self.format](reports[0])


def files_read(sessions: Iterable[Session], registry: str | None) -> list[str]:
    """Name the registry, and of each model the file opened, its siblings and what pins its digest."""
    infos = [session.info for session in sessions]
    return [str(registry_path(registry)), *(path for info in infos for path in _files_of(info))]


def svm_files_read(requests: Iterable[ModelRequest]) -> list[str]:
    """Name the files of libvmaf's models, those of built-in ones where they are found."""
    found = (request.path or find_model(request.version or "") for request in requests)
    return [str(path) for path in found if path]


def as_json(value: object) -> str:
    """Spell what verbs print with --json: ASCII, so JSON in every locale and of any path."""
    import json

    return json.dumps(value, indent=2, default=str)


@contextmanager
def _folder_of_reports(folder: str) -> Iterator[None]:
    is_new = not os.path.lexists(folder)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InvalidArgument(
            f"can't write {folder}: {error.strerror}; several reports need a folder."
        ) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):  # others may have put something in
            if is_new:
                os.rmdir(folder)
        raise


def check_output(output: str, inputs: Iterable[str]) -> None:
    """Raise `InvalidArgument` unless a file can be written there without replacing one of `inputs`."""
    check_writable(output)
    for path in inputs:
        if _is_same_file(output, path):
            raise InvalidArgument(f"can't write {output}: this run reads it as {path}; choose another name.")


@default_floats()
def _write_stdout(pieces: Iterable[str]) -> None:
    """Write a report as it would be in a file: UTF-8, whatever the locale is."""
    sys.stdout.flush()
    sys.stdout.buffer.writelines(piece.encode() for piece in pieces)


def _files_of(info: SessionInfo) -> tuple[str, ...]:
    stem = info.path.removesuffix(".onnx").removesuffix(".int8")
    own = Path(info.path).with_name(f"{info.id}.json")  # of an id that shares the network of another
    return info.path, info.pinned_by, f"{stem}.onnx", f"{stem}.int8.onnx", f"{stem}.json", str(own)


def _is_same_file(one: str, other: str) -> bool:
    with suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False
