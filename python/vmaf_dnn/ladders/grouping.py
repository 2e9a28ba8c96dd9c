# SPDX-License-Identifier: BSD-3-Clause
"""Which encodes belong together: those of one codec, or those whose names have something in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.ladders.rungs import Group, Rung
from vmaf_dnn.text import legible


def group_pattern(pattern: str) -> re.Pattern[str]:
    """Return the regular expression; `InvalidArgument` if it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InvalidArgument(
            f"the group must be a regular expression over names, such as 'x26[45]', got {pattern!r}: {error}."
        ) from error


def check_grouped(names: Sequence[str], pattern: str) -> None:
    """Raise `InvalidArgument` unless each name is in a group of `pattern`."""
    _matches(names, group_pattern(pattern))


def grouped(rungs: Sequence[Rung], names: Sequence[str], pattern: str | None) -> tuple[Group, ...]:
    """Return the groups in the order of their first rungs, each in ascending rate.

    Args:
        rungs: the encodes.
        names: of their clips, with folders.
        pattern: looked for in each name: its first group names the rung's, else what it matches; None: the
            codec does.

    Raises:
        InvalidArgument: a name doesn't hold the pattern, or a codec isn't known.
    """
    keys = _codecs(rungs) if pattern is None else _matches(names, group_pattern(pattern))
    groups: dict[str, list[Rung]] = {}
    for key, rung in zip(keys, rungs, strict=True):
        groups.setdefault(key, []).append(rung)
    return tuple(
        Group(key, tuple(sorted(members, key=lambda rung: rung.kbit_per_s)))
        for key, members in groups.items()
    )


def led_by(groups: tuple[Group, ...], anchor: str | None) -> tuple[Group, ...]:
    """Return the groups with the one of this name first; `InvalidArgument` if there is none."""
    names = [group.name for group in groups]
    if anchor is not None and anchor not in names:
        raise InvalidArgument(f"no group is called {anchor!r}; there are {', '.join(names)}.")
    return tuple(sorted(groups, key=lambda group: group.name != anchor)) if anchor else groups


def _codecs(rungs: Sequence[Rung]) -> list[str]:
    for rung in rungs:
        if rung.codec is None:
            raise InvalidArgument(
                f"the report of {rung.name} doesn't state its codec; group by names, --group REGEX"
                " (group=...)."
            )
    return [rung.codec or "" for rung in rungs]


def _matches(names: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    keys = []
    for name in names:
        match = pattern.search(name)
        key = match and (match[1] if pattern.groups else match[0])
        if not key:
            raise InvalidArgument(
                f"{legible(name)} is in no group: its name doesn't hold {pattern.pattern!r}; give --group"
                " REGEX (group=...) that each name holds."
            )
        keys.append(legible(key))
    return keys
