# SPDX-License-Identifier: BSD-3-Clause
"""Files: read without waiting for a fifo or filling the memory, and never seen half-written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument

_N_KEPT = 40  # characters of the name, its suffix among them
_CURES = {
    errno.ENOENT: "create its folder first",
    errno.ENOTDIR: "name a file in a folder",
    errno.EISDIR: "name a file in it",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOSPC: "free some space, or choose another disk",
    errno.EFBIG: "raise the limit of file size (ulimit -f unlimited)",
    errno.EMFILE: "close files that are not needed, or raise their limit (ulimit -n)",
    errno.ELOOP: "its links go in a circle: name the file itself",
    errno.ENXIO: "name a file, or a pipe that is read",
    errno.EDQUOT: "free some space, or choose another disk",
}


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield the path of an empty temporary file beside `path`; rename it to `path` if the block succeeds.

    Its name ends as that of `path` does, for writers that look at the suffix. Whatever happens, `path`
    is either what it was or whole, and no temporary file stays. A link keeps pointing: its target is
    replaced, by a file with the same permissions and, where we may give it away, the same owner. Devices
    and pipes are yielded as they are. Raises `InvalidArgument` where no file can be written; an error of
    the block itself passes.
    """
    if _is_special(path):
        yield path
        return
    target = Path(os.path.realpath(path))
    with _temporary_beside(target, path) as temporary:
        yield temporary
        with refusing(path):
            _keep_owner_and_mode(temporary, target)
            os.replace(temporary, target)


def write_whole(path: Path, data: str | bytes) -> None:
    """Write `path` whole or not at all, text as UTF-8. Raises `InvalidArgument` when that fails."""
    with refusing(path), whole_file(path) as temporary:
        temporary.write_bytes(data.encode() if isinstance(data, str) else data)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a text as `write_whole` does, of which no more than a piece is in memory at a time."""
    with (
        refusing(path),
        whole_file(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        file.writelines(pieces)


def output_path(path: str | os.PathLike[str]) -> Path:
    """`path` as a `Path`, which drops a closing slash: `InvalidArgument` if there is one and no folder.

    Raises it for an empty path, too, which would be the folder that we are in.
    """
    if not os.fspath(path):
        raise InvalidArgument("can't write to a file whose name is empty; name one.")
    if os.fspath(path).endswith("/") and not os.path.isdir(path):
        raise InvalidArgument(f"can't write {path}: there is no such folder; name a file, without a slash.")
    return Path(path)


def check_writable(output: str | os.PathLike[str]) -> None:
    """Raise `InvalidArgument` unless a file can be written at `output`; leaves nothing behind."""
    path = output_path(output)
    if not _is_special(path):
        with _temporary_beside(Path(os.path.realpath(path)), path):
            pass


def sweep(path: Path) -> None:
    """Remove the temporary files that killed writers of `path` have left; not while one is at work."""
    import glob

    target = Path(os.path.realpath(path))
    _sweep(target.parent, glob.escape(target.name[-_N_KEPT:]))


def sweep_folder(folder: Path) -> None:
    """Remove those that killed writers of any file of `folder` have left; not while one is at work."""
    _sweep(folder, "*")


def _sweep(folder: Path, end_of_name: str) -> None:
    for temporary in folder.glob(_temporary_name("[0-9a-f]" * len(_token()), end_of_name)):
        temporary.unlink(missing_ok=True)


def _token() -> str:
    return os.urandom(8).hex()


def _temporary_name(token: str, end_of_name: str) -> str:
    return f".{token}-{end_of_name}"


@contextmanager
def _temporary_beside(target: Path, path: Path) -> Iterator[Path]:
    temporary = target.with_name(_temporary_name(_token(), target.name[-_N_KEPT:]))
    mode = 0o600 if target.exists() else 0o666  # the one that it replaces may be private
    ours = [temporary]

    def remove() -> None:
        for file in ours:
            file.unlink(missing_ok=True)

    with undone(remove):
        with refusing(path):
            try:
                os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
            except OSError:
                ours.clear()  # a file of that name would be another's: not ours to remove
                raise
        yield temporary


def _keep_owner_and_mode(temporary: Path, target: Path) -> None:
    """Give a file the owner, group and permissions of the one that it will replace, as far as we may."""
    try:
        replaced = target.stat()
    except FileNotFoundError:
        return
    for user, group in ((-1, replaced.st_gid), (replaced.st_uid, -1)):
        with suppress(OSError):
            os.chown(temporary, user, group)
    mode = replaced.st_mode & 0o777
    if temporary.stat().st_gid != replaced.st_gid:  # another group may do what all others may
        mode = mode & ~0o070 | (mode & 0o007) << 3
    with suppress(OSError):  # file systems without permissions
        temporary.chmod(mode)


@contextmanager
def undone(undo: Callable[[], object]) -> Iterator[None]:
    """Call `undo` when the block ends, whatever ends it; once more if a signal interrupts that.

    A forked child leaves it to its parent. What the block makes can be named before it is there: then a
    signal finds no moment in which it is there and would stay.
    """
    process = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == process:
            try:
                undo()
            except KeyboardInterrupt:
                undo()
                raise


def _is_special(path: Path) -> bool:
    if "\0" in str(path):
        raise InvalidArgument(f"can't write {str(path)!r}: a name holds no null byte; name another file.")
    with refusing(path):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if stat.S_ISSOCK(mode):
            raise OSError(errno.ENXIO, "it is a socket")
        return not stat.S_ISREG(mode)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Refuse, with the cure, what fails in the block as it writes `path`. Raises `InvalidArgument`."""
    try:
        yield
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "choose a folder that you may write to")
        raise InvalidArgument(f"can't write {path}: {error.strerror}; {cure}.") from error


class UnfitFile(Exception):
    """Its text says what is wrong with the file, as the end of a sentence about it."""


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes` bytes; raises `UnfitFile`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnfitFile("is not a regular file")
            document = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise UnfitFile("does not exist") from None
    except IsADirectoryError:
        raise UnfitFile("is not a regular file") from None
    except OSError as error:
        raise UnfitFile(f"can't be read ({error.strerror})") from error
    except ValueError as error:
        raise UnfitFile("has a null byte in its name, which no file has") from error
    if len(document) > max_bytes:
        raise UnfitFile(f"has more than {max_bytes} bytes")
    return document
