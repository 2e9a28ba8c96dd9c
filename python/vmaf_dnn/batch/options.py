# SPDX-License-Identifier: BSD-3-Clause
"""What a row of a manifest asks for: the command line's flags as columns, read as the command reads them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_type_hints

from vmaf_dnn.auto import Asked, fusion_models
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors.select import as_requests
from vmaf_dnn.session import require_threads
from vmaf_dnn.svm import parse_model_flag
from vmaf_dnn.video.options import VideoOptions

Value = str | int | float | bool | tuple[str, ...]

_SEPARATOR = "|"  # as between the models of ffmpeg's filter
_LISTS = ("tiny_model", "model")
_OTHERS: dict[str, object] = {
    "tiny_precision": str | None,
    "tiny_device": str | None,
    "tiny_threads": int | None,
    "tiny_fp16": bool,
    "registry": str | None,
    "viewing": str | None,
    "no_prediction": bool,
}
_KEYWORDS = {
    "tiny_precision": "precision",
    "tiny_device": "device",
    "tiny_fp16": "fp16_io",
    "model": "svm_model",
}
_SWITCHES = {"true": True, "false": False, "yes": True, "no": False}


@cache
def _types() -> dict[str, object]:
    hints = get_type_hints(VideoOptions)
    video = {field.name: hints[field.name] for field in fields(VideoOptions)}
    return video | _OTHERS | dict.fromkeys(_LISTS, list)


def option_names() -> list[str]:
    """Return the columns that there may be beside reference and distorted."""
    return list(_types())


@dataclass(frozen=True)
class Options:
    """The options of a row that were given, by name and sorted; equal ones are those of one command."""

    given: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def read(cls, cells: Mapping[str, Any], folder: Path) -> Options:
        """Read cells, of text or of their types already; an empty one is not given.

        Paths among them are relative to `folder`. Raises `InvalidArgument`.
        """
        given: dict[str, Value] = {}
        for name, cell in cells.items():
            if is_empty(cell):
                continue
            value = _read(name, cell)
            given[name] = _located(name, value, folder)
        options = cls(tuple(sorted(given.items())))
        options.check()
        return options

    def check(self) -> None:
        """Raise `InvalidArgument` for options that make no sense, alone or together."""
        keywords = self.keywords
        require_threads("tiny_threads", keywords.get("tiny_threads", 1))
        models, requests = keywords["tiny_model"], as_requests(keywords["svm_model"])
        Asked(models or [], requests, self.video, keywords["viewing"]).check()

    @cached_property
    def video(self) -> VideoOptions:
        """How clips are read. Raises `InvalidArgument`."""
        return VideoOptions(**self._video)

    @property
    def _video(self) -> dict[str, Any]:
        names = {field.name for field in fields(VideoOptions)}
        return {"threads": 1} | {name: value for name, value in self.given if name in names}

    @property
    def keywords(self) -> dict[str, Any]:
        """The keywords of `score`; a pair is measured by one thread unless the row says otherwise."""
        given: dict[str, Any] = {name: value for name, value in self.given if name in (*_OTHERS, *_LISTS)}
        is_predicted = not given.pop("no_prediction", False)
        requests = as_requests(given.get("model"))
        models = fusion_models(given.get("tiny_model", ()), requests, prediction=is_predicted)
        words = {"svm_model": None, "viewing": None, "tiny_model": models, "prediction": is_predicted}
        words |= {_KEYWORDS.get(name, name): value for name, value in given.items() if name != "tiny_model"}
        return self._video | words

    @property
    def may_share(self) -> bool:
        """Whether clips can be measured beside others of one reference: none decides for another.

        A length, a time, a shape or a depth that is found for all of them would.
        """
        video = self.video
        return not (video.shortest or video.is_timed or video.crop or video.deinterlace or video.depth)


def is_empty(cell: object) -> bool:
    """Whether a cell gives nothing; pandas writes NaN for that."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell == [] or (isinstance(cell, float) and math.isnan(cell))


def _read(name: str, cell: Any) -> Value:
    kind = _types().get(name)
    if kind is None:
        raise InvalidArgument(f"there is no option {name!r}; there are {', '.join(option_names())}.")
    if kind is list:
        words = cell.split(_SEPARATOR) if isinstance(cell, str) else cell
        if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
            raise InvalidArgument(f"{name} must be a word or a list of words, got {cell!r}.")
        return tuple(word.strip() for word in words)
    if isinstance(cell, str):
        return _of_text(name, cell.strip(), kind)
    if isinstance(cell, float) and cell.is_integer() and not _takes(kind, float):
        return int(cell)  # a table's column of whole numbers with gaps
    if kind == (str | None) and isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)  # 420
    return cell  # type: ignore[no-any-return]  # `VideoOptions` looks at it


def _of_text(name: str, text: str, kind: object) -> Value:
    if _takes(kind, bool) and text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    for number in (int, float):
        if _takes(kind, number):
            try:
                return number(text)
            except ValueError:
                continue
    if _takes(kind, str):
        return text
    words = {bool: "true or false", int: "a whole number", float: "a number"}
    expected = " or ".join(word for of_type, word in words.items() if _takes(kind, of_type))
    raise InvalidArgument(f"{name} must be {expected}, got {text!r}.")


def _takes(kind: object, of_type: type) -> bool:
    return kind is of_type or of_type in getattr(kind, "__args__", ())


def _located(name: str, value: Value, folder: Path) -> Value:
    """Return the value with its paths made absolute."""
    if name == "registry" and isinstance(value, str):
        return os.path.abspath(folder / value)
    if name == "tiny_model" and isinstance(value, tuple):
        return tuple(
            os.path.abspath(folder / word) if word.endswith(".onnx") or "/" in word else word
            for word in value
        )
    if name == "model" and isinstance(value, tuple):
        return tuple(_located_model(text, folder) for text in value)
    return value


def _located_model(text: str, folder: Path) -> str:
    path = parse_model_flag(text).path
    return text if path is None else text.replace(f"path={path}", f"path={os.path.abspath(folder / path)}")
