# SPDX-License-Identifier: BSD-3-Clause
"""The names that models' scores have in a report: no two alike, and none that hides another metric."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NoReturn

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.session import Session


def metric_names(sessions: Sequence[Session], taken: Collection[str]) -> list[str]:
    """A name a session: its model's id, with the precision added where the id alone is taken."""
    infos = [session.info for session in sessions]
    ids = [_as_identifier(info.id) for info in infos]
    count = Counter([*taken, *ids])
    names = [id if count[id] == 1 else f"{id}.{info.precision}" for id, info in zip(ids, infos, strict=True)]
    for name, n_uses in Counter([*taken, *names]).items():
        if n_uses > 1:
            _refuse_name(name, [info.id for info, used in zip(infos, names, strict=True) if used == name])
    return names


def _refuse_name(name: str, ids: Sequence[str]) -> NoReturn:
    if len(ids) > len(set(ids)):
        raise InvalidArgument(f"tiny_model names {name} more than once; name each model and precision once")
    owners = " and ".join(map(repr, ids)) if len(ids) > 1 else f"{ids[0]!r} and a metric of libvmaf"
    raise InvalidArgument(f"{owners} would both be called {name} in the report; give the model another id")


def _as_identifier(name: str) -> str:
    """The name with what an XML attribute or a CSV cell can't hold replaced by underscores."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"
