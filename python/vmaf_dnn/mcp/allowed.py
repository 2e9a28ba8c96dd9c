# SPDX-License-Identifier: BSD-3-Clause
"""Which files a client may name: regular ones below the folders that the operator lists."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument

ALLOW_VARIABLE = "VMAF_DNN_MCP_ALLOW"


@dataclass(frozen=True)
class Allowed:
    """The folders, without links in their paths; if there are none, every file is refused."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Allowed:
        """Read ``VMAF_DNN_MCP_ALLOW``. Raises `InvalidArgument` if it names what is no folder."""
        names = [name for name in environment.get(ALLOW_VARIABLE, "").split(os.pathsep) if name]
        for name in names:
            if not os.path.isdir(name):
                raise InvalidArgument(
                    f"{ALLOW_VARIABLE} names {name!r}, which is no folder; name folders that are there,"
                    f" with {os.pathsep!r} between them."
                )
        return cls(tuple(Path(os.path.realpath(name)) for name in names))

    def path(self, what: str, name: str) -> Path:
        """Return the file that `name` means, without links; a relative name is looked for in each folder.

        Raises:
            InvalidArgument: it is outside the folders, or there is none.
        """
        if not self.folders:
            raise InvalidArgument(
                f"{what} can't be read: {ALLOW_VARIABLE} is not set, so no file is; start the server with the"
                f" folders in it that clients may read from ({ALLOW_VARIABLE}=/path/of/clips)."
            )
        with suppress(ValueError, OSError):  # a NUL, a lone surrogate, a circle of links
            for folder in self.folders:
                real = Path(os.path.realpath(folder / name))
                if self._holds(real) and os.path.lexists(real):
                    return real
        raise InvalidArgument(
            f"{what} names {name!r}, and there is no such file in {' or '.join(map(str, self.folders))};"
            f" only files below the folders of {ALLOW_VARIABLE} are read."
        )

    def open(self, what: str, name: str) -> int:
        """Open that file for reading and return its descriptor. Raises as `path`, or if it is no file.

        What was opened is looked at again: a folder on the way may have become a link meanwhile.
        """
        path = self.path(what, name)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError as error:
            raise InvalidArgument(
                f"{what} names {name!r}, which can't be opened: {error.strerror}."
            ) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise InvalidArgument(f"{what} names {name!r}, which is no regular file; name a file of a clip.")
        if not self._holds(Path(os.readlink(f"/proc/self/fd/{descriptor}"))):
            os.close(descriptor)
            raise InvalidArgument(f"{what} names {name!r}, which moved while it was opened; call again.")
        return descriptor

    def _holds(self, real: Path) -> bool:
        return any(real.is_relative_to(folder) for folder in self.folders)
