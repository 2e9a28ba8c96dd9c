# SPDX-License-Identifier: BSD-3-Clause
"""libsvm's text form of a trained nu-SVR with an RBF kernel."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.svm.faults import Malformed, NotComputed, refuse, shown
from vmaf_dnn.svm.svr import SupportVectors

_COMPUTED = {"svm_type": "nu_svr", "kernel_type": "rbf"}
_HEADER = ["svm_type", "kernel_type", "gamma", "nr_class", "total_sv", "rho"]
_START = "\nSV\n"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INDEX = re.compile(r"[1-9][0-9]{0,8}")


def parse_libsvm(text: object, n_features: int) -> SupportVectors:
    """Read the text that ``svm-train -s 4 -t 2`` writes."""
    if not isinstance(text, str):
        refuse("its model", text, "the text of libsvm")
    head, start, body = text.partition(_START)
    if not start:
        raise Malformed("its libsvm text has no line SV")
    header = _header(head)
    lines = body.removesuffix("\n").split("\n")
    if str(len(lines)) != header["total_sv"]:
        raise Malformed(
            f"its libsvm text says total_sv {shown(header['total_sv'])} and has {len(lines)} support vectors"
        )
    gamma = _number("gamma", header["gamma"])
    if not gamma > 0:
        refuse("its libsvm text's gamma", gamma, "more than 0")
    rows = np.zeros((len(lines), n_features + 1))
    for number, line in enumerate(lines, 1):
        _fill(rows[number - 1], f"support vector {number}", line)
    return SupportVectors(rows[:, 0], rows[:, 1:], gamma, _number("rho", header["rho"]))


def _header(head: str) -> dict[str, str]:
    pairs = [line.strip(" ").partition(" ")[::2] for line in head.split("\n")]
    if sorted(name for name, _ in pairs) != sorted(_HEADER):
        raise Malformed(
            f"its libsvm text starts with {shown(', '.join(name for name, _ in pairs))}, expected"
            f" {', '.join(_HEADER)}"
        )
    header = {name: value.strip(" ") for name, value in pairs}
    for name, computed in _COMPUTED.items():
        if header[name] != computed:
            raise NotComputed(f"its {name} is {shown(header[name])}, and only {computed} is computed")
    if header["nr_class"] != "2":
        refuse("its libsvm text's nr_class", header["nr_class"], "'2'")
    return header


def _fill(row: NDArray[np.float64], where: str, line: str) -> None:
    """Write the coefficient, then the vector, over zeros: an index that the line leaves out is 0."""
    words = line.split()
    row[0] = _number(where, words[0] if words else "")
    last = 0
    for word in words[1:]:
        index, _, value = word.partition(":")
        if not (_INDEX.fullmatch(index) and last < int(index) < len(row)):
            raise Malformed(
                f"its libsvm text has {shown(word)} in {where}, expected index:value,"
                f" with indices that rise from 1 to at most {len(row) - 1}"
            )
        last = int(index)
        row[last] = _number(where, value)


def _number(where: str, word: str) -> float:
    value = float(word) if _NUMBER.fullmatch(word) else math.nan
    if not math.isfinite(value):
        raise Malformed(f"its libsvm text has {shown(word)} in {where}, expected a finite number")
    return value
