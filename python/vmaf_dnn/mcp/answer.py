# SPDX-License-Identifier: BSD-3-Clause
"""What a tool gives back: a result by its schema, words for people, pictures."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Result(BaseModel):
    """A result; what is NaN or infinite is null in JSON."""

    model_config = ConfigDict(ser_json_inf_nan="null")

    warnings: list[str] = Field(default_factory=list, description="what may be wrong with the result")


@dataclass(frozen=True)
class Picture:
    """An image file, what it shows, and its media type."""

    title: str
    data: bytes
    mime: str

    def as_dict(self) -> dict[str, str]:
        """Return it as JSON holds it."""
        return {
            "title": self.title,
            "data": base64.b64encode(self.data).decode(),
            "mime": self.mime,
        }


@dataclass(frozen=True)
class Answer:
    """The result of one call."""

    result: Result
    words: str
    pictures: tuple[Picture, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON holds it; the warnings stand in the words, too."""
        return {
            "result": json.loads(self.result.model_dump_json()),
            "words": "\n".join([self.words, *(f"Warning: {warning}" for warning in self.result.warnings)]),
            "pictures": [picture.as_dict() for picture in self.pictures],
        }
