# SPDX-License-Identifier: BSD-3-Clause
"""What each kind of model is for, and what is said where a model of another kind stands in its place."""

from __future__ import annotations

import os
from collections.abc import Callable

from vmaf_dnn.errors import InvalidArgument, ModelNotFound
from vmaf_dnn.registry import models
from vmaf_dnn.session import Session, SessionInfo

UNSTATED = "fr"
"""What the core calls a file that nobody describes."""

_USES = {
    "fr": "scores a clip beside its reference (vmaf-dnn -r REFERENCE -d CLIP --tiny-model {id})",
    "nr": "scores a clip that has no reference (vmaf-dnn nr CLIP --tiny-model {id})",
    "filter": "makes pictures and no scores (vmaf-dnn filter IN OUT --tiny-model {id})",
    "plan": "makes a plan of a picture (vmaf-dnn plan PICTURE --tiny-model {id})",
    "words": "makes sentences of plans (vmaf-dnn caption PLANS --tiny-model {id})",
}
_UNKNOWN = 'There is no model "'  # as the core begins where an id is in no registry


def misused(info: SessionInfo, kind: str, example: str) -> InvalidArgument:
    """Return the refusal of a model where one of `kind`, such as `example`, is wanted."""
    use = _USES.get(info.kind, "is for something else").format(id=info.id)
    return InvalidArgument(
        f"{info.id} is of kind {info.kind}: it {use}; name a model of kind {kind} here, such as {example}."
    )


def is_fit(info: SessionInfo, kind: str) -> bool:
    """Whether a model is of a kind, or a file of which nobody says what it is."""
    return info.kind == kind or (info.kind == UNSTATED and not info.features)


def opened_as(
    kind: str,
    example: str,
    model: str | os.PathLike[str],
    registry: str | os.PathLike[str] | None,
    open_model: Callable[[], Session],
) -> Session:
    """Open a model of a kind.

    Raises:
        InvalidArgument: it is of another one.
        ModelNotFound: there is no such model; the text lists those of the kind.
        VmafDnnError: whatever else opening it raises.
    """
    try:
        session = open_model()
    except ModelNotFound as error:
        if not str(error).startswith(_UNKNOWN):
            raise
        raise ModelNotFound(_unknown(kind, os.fsdecode(model), registry)) from error
    if not is_fit(session.info, kind):
        raise misused(session.info, kind, example)
    return session


def _unknown(kind: str, name: str, registry: str | os.PathLike[str] | None) -> str:
    import difflib  # seven milliseconds, on the way of every score

    ids = [model.id for model in models(registry) if model.kind == kind]
    near = difflib.get_close_matches(name, ids, 1)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    return (
        f'{_UNKNOWN}{name}"; those of kind {kind} are: {", ".join(ids) or "none"}.{meant} `vmaf-dnn models`'
        " lists all; a file is named by a path with a slash or by its .onnx ending."
    )
