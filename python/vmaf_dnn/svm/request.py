# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's text for a model and how to use it: ``path=m.json:name=foo:disable_clip=true``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vmaf_dnn.checks import require_word
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.text import require_metric_name

_SWITCHES = ("disable_clip", "enable_transform")
AUTO = "auto"
_KEYS = ("path", "version", "name", *_SWITCHES)
_COLLECTIONS = ("vmaf_b_", "vmaf_rb_", "vmaf_float_b_", "vmaf_float_rb_")
_OVERLOAD = re.compile(r"[A-Za-z0-9_]+\.[A-Za-z0-9_]+")


@dataclass(frozen=True)
class ModelRequest:
    """A model, by the version of a built-in one or the path of a file; the other is None.

    `overloads` are options of its features, by ``extractor.option``. `text` is what was parsed, for libvmaf
    to read. The version "auto" is whichever of VMAF v1 suits
    the clips.
    """

    version: str | None
    path: Path | None
    name: str
    disable_clip: bool
    enable_transform: bool
    text: str
    overloads: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """Whether its text states a name."""
        return any(word.startswith("name=") for word in self.text.split(":"))

    @property
    def is_v1(self) -> bool:
        """Whether the model's name, or its file's, says that it is of VMAF v1."""
        return self.version == AUTO or self._known_as.startswith("vmaf_v1")

    @property
    def is_collection(self) -> bool:
        """Whether that name says that it is a bootstrapped collection, which ffmpeg's filter can't load."""
        return self._known_as.startswith(_COLLECTIONS)

    @property
    def _known_as(self) -> str:
        return self.version or (self.path.name if self.path else "")


def parse_model_flag(text: str) -> ModelRequest:
    """Parse KEY=VALUE pairs joined by ':', the keys path or version, name, disable_clip, enable_transform.

    The word auto in the first place is ``version=auto``.

    Besides, options of the model's features: ``cambi.enc_bitdepth=8``.

    A switch may stand alone. A path may hold ':', as libvmaf's can't: what follows one belongs to the path
    unless it is a key or holds '='. Raises `InvalidArgument`.
    """
    require_word("model", text)
    if text == AUTO or text.startswith(f"{AUTO}:"):
        text = f"version={text}"
    _refuse_a_bare_name(text)
    fields = _fields(text)
    if ("path" in fields) == ("version" in fields):
        _refuse(text, "it must state one of path and version", "as in path=FILE.json:name=NAME")
    name = fields.get("name", "vmaf")
    require_metric_name(f"name in the model {text!r}", name)
    return ModelRequest(
        version=fields.get("version"),
        path=Path(fields["path"]) if "path" in fields else None,
        name=name,
        disable_clip=_switch(fields, "disable_clip", text),
        enable_transform=_switch(fields, "enable_transform", text),
        text=text,
        overloads={key: value for key, value in fields.items() if _OVERLOAD.fullmatch(key)},
    )


def _refuse_a_bare_name(text: str) -> None:
    """Say what to write for a name alone: `vmaf_v0.6.1`, `model.json`."""
    name, colon, rest = text.partition(":")
    if "=" in name or name in _KEYS or not name:
        return
    if name.startswith("vmaf_tiny"):
        _refuse(text, f"{name} is a fusion model, not one of libvmaf's", f"write --tiny-model {name}")
    key = "path" if name.endswith(".json") or "/" in name else "version"
    _refuse(text, f"{name!r} stands alone", f"write {key}={name}{colon}{rest}")


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for part in text.split(":"):
        key, equals, value = part.partition("=")
        if not equals and last == "path" and key not in _KEYS:
            fields["path"] += f":{part}"
            continue
        if not equals and key in _SWITCHES:
            value = "true"
        _check(key, equals, value, text)
        if key in fields:
            _refuse(text, f"it states {key} twice", "state it once")
        fields[key] = value
        last = key
    return fields


def _check(key: str, equals: str, value: str, text: str) -> None:
    is_overload = _OVERLOAD.fullmatch(key) is not None
    if key not in _KEYS and not (is_overload and equals):
        _refuse(text, f"it states {key!r}, which is not one of {', '.join(_KEYS)}", "leave it out")
    if not value:
        _refuse(text, f"{key} has no value", f"write {key}=VALUE")


def _switch(fields: dict[str, str], key: str, text: str) -> bool:
    word = fields.get(key, "false")
    if word not in ("true", "false"):
        _refuse(text, f"{key} is {word!r}, expected true or false", f"write {key}=true")
    return word == "true"


def _refuse(text: str, fault: str, cure: str) -> None:
    raise InvalidArgument(f"the model {text!r} can't be read: {fault}; {cure}.")
