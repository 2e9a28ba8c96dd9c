# SPDX-License-Identifier: BSD-3-Clause
"""What a tool works with: the client's files as they were when they were checked, and a word on progress."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.mcp.allowed import Allowed
from vmaf_dnn.report import Report
from vmaf_dnn.svm.request import ModelRequest, parse_model_flag
from vmaf_dnn.text import legible_cell
from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.signature import kind_of_head

_N_HEAD = 1024
ProgressHook = Callable[[int, int | None], None]


@dataclass
class Desk:
    """The files of one call.

    A clip is opened once, and is a link in `folder` to that descriptor from then on: whatever its path
    becomes meanwhile, and whatever its name holds, ffmpeg reads what was checked.
    """

    allowed: Allowed
    folder: Path
    progress: ProgressHook = lambda n_done, n_total: None
    _names: dict[Path, str] = field(default_factory=dict)

    def clip(self, what: str, name: str, *, is_raw: bool) -> Path:
        """Open a clip that describes itself, or raw video if `is_raw`.

        Raises:
            InvalidArgument: it is not to be read, or, like a playlist, no format that is known by its first
                bytes: those could have ffmpeg open other files.
        """
        descriptor = self.allowed.open(what, name)
        kind = kind_of_head(os.pread(descriptor, _N_HEAD, 0))
        if kind is None and not is_raw:
            raise InvalidArgument(
                f"{what} names {name!r}, which is no y4m file and no container that is known by its first"
                " bytes; if it is raw video, state width, height, pixfmt and bitdepth."
            )
        suffix = kind.suffix if kind else "yuv"
        link = self.folder / f"{len(self._names)}.{suffix}"
        link.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
        self._names[link] = name
        return link

    def model(self, what: str, name: str) -> str | Path:
        """Return a model as `Session` takes it: a path that holds a slash or a suffix, else an id."""
        return self.allowed.path(what, name) if "/" in name or name.endswith(".onnx") else name

    def svm(self, what: str, text: str) -> ModelRequest:
        """Return a model of libvmaf's own. Raises `InvalidArgument`, also if its file is not to be read."""
        request = parse_model_flag(text)
        if request.path is None:
            return request
        path = self.allowed.path(what, str(request.path))
        text = request.text.replace(str(request.path), str(path))  # which libvmaf may read
        return replace(request, path=path, text=text)

    def renamed(self, report: Report) -> Report:
        """Return the report with the client's own names of the clips."""
        if report.clips is None:
            return report
        names = report.clips
        ref, dist = self._name_of(names.reference), self._name_of(names.distorted)
        return replace(report, clips=replace(names, reference=ref, distorted=dist))

    def _name_of(self, path: str) -> str:
        return self._names.get(Path(path), path)

    def spelt(self, text: str) -> str:
        """Return a sentence with the client's own names in it, quoted as a shell needs them."""
        for link, name in reversed(self._names.items()):
            text = text.replace(str(link), shlex.quote(legible_cell(name)))
        return text

    def follow(self, progress: Progress) -> None:
        """Tell how far scoring is."""
        self.progress(progress.n_frames_done, progress.n_frames_total)
