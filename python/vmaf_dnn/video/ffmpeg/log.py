# SPDX-License-Identifier: BSD-3-Clause
"""How a run of ffmpeg ended: its exit status and its log, read line by line."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from vmaf_dnn.errors import VideoError

_LINE = re.compile(r"^((?:\[[^\]\n]*\] )*?)\[(panic|fatal|error|warning|info|verbose)\] (.*)$", re.MULTILINE)
_ERRORS = ("panic", "fatal", "error")
VERSION = r"ffmpeg version n?(\d+(?:\.\d+)*|\S+)"
UNKNOWN_VERSION = "of unknown version"
_AUDIO = r"  Stream #\d+:\d+(?:\[\w+\])?(?:\(\w+\))?: (?:Audio|Subtitle): ([^,]*)"
# What ffmpeg says of its own threads; and of a stream cut at an open GOP: a reference that is to be
# dropped was never there, which changes no picture.
_NO_CAUSE = re.compile(
    r"Task finished with error code|Terminating thread with return code|Conversion failed"
    r"|mmco: unref short failure"
)
# What is damage though ffmpeg only warns of it: pictures then differ from run to run.
_DAMAGE = re.compile(r"Skipping invalid undecodable NALU")

_LIKELY_CAUSES = {
    "SIGKILL": " (is memory short?)",
    "SIGXCPU": " (the limit of processor time, ulimit -t)",
    "SIGXFSZ": " (the limit of file size, ulimit -f)",
}


class Line(NamedTuple):
    """One line of ffmpeg's log: who says it (``[h264 @ 0x55…] `` or nothing), how loudly, and what."""

    source: str
    level: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """How a run of ffmpeg ended: its exit status and everything it logged, each line with its level."""

    status: int
    log: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The log's lines. What a clip says of itself (titles, names) is never at the start of a text."""
        return tuple(Line(*words) for words in _LINE.findall(self.log))

    def said(self, pattern: str, source: str = "") -> list[re.Match[str]]:
        """Where `pattern` matches the start of a line's text; only lines of `source`, if it is given."""
        matches = (re.match(pattern, line.text) for line in self.lines if line.source.startswith(source))
        return [match for match in matches if match]

    @property
    def version(self) -> str:
        """The version of ffmpeg, as its banner says."""
        banners = self.said(VERSION)
        return banners[0][1] if banners else UNKNOWN_VERSION

    @property
    def complaint(self) -> str:
        """What ffmpeg says went wrong, cause and consequence in its own words; '' if it is content."""
        errors = [repr(line.text.strip()) for line in self.lines if self._is_cause(line)]
        return "ffmpeg says " + ", then ".join(dict.fromkeys((errors[0], errors[-1]))) if errors else ""

    def check(self, what: str, clips: Sequence[Path] = (), *, errors_fail: bool = True) -> None:
        """Raise `VideoError` unless the run succeeded; `what` begins the sentence, `clips` were decoded.

        A decoder that conceals damage and a demuxer that stops early log an error and go on, and ffmpeg
        ends with status 0: a logged error is a failed run, unless ``errors_fail=False``.
        """
        faults = [fault for fault in (self._death, self.complaint) if fault]
        if self.status != 0 or (errors_fail and faults):
            said = "; ".join(faults) or f"ffmpeg ended with status {self.status}"
            from vmaf_dnn.video.ffmpeg.damage import likely_causes

            causes = likely_causes([line.text for line in self.lines if self._is_cause(line)], clips)
            raise VideoError(f"{what}: {said}{causes}.")

    @property
    def _death(self) -> str:
        if self.status >= 0:
            return ""
        try:
            name = signal.Signals(-self.status).name
        except ValueError:
            name = f"signal {-self.status}"
        return f"ffmpeg was killed by {name}{_LIKELY_CAUSES.get(name, '')}"

    def _is_cause(self, line: Line) -> bool:
        is_damage = _DAMAGE.match(line.text) is not None
        if not is_damage and (line.level not in _ERRORS or _NO_CAUSE.match(line.text)):
            return False
        speaker = line.source[1:].partition(" @ ")[0]
        return speaker not in self._bystanders

    @cached_property
    def _bystanders(self) -> frozenset[str]:
        """The null muxer, which frets about time stamps, and the decoders of sound, which is not compared."""
        decoders = (re.findall(r"\w+", stream[1]) for stream in self.said(_AUDIO))
        return frozenset({"null"}.union(*decoders))
