# SPDX-License-Identifier: BSD-3-Clause
"""Damaged texts of libsvm, each refused with one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.make_svrs import train_svr
from tests.support.svr_refusals import assert_malformed

SVR = train_svr()
N_VECTORS = len(SVR.regression.support_vectors_)
Edit = Callable[[str], str]


def in_vector(edit: Edit) -> Edit:
    """An edit of the first support vector's line."""

    def edited(text: str) -> str:
        head, body = text.split("\nSV\n")
        first, rest = body.split("\n", 1)
        return f"{head}\nSV\n{edit(first)}\n{rest}"

    return edited


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: "", "its libsvm text has no line SV"),
        (lambda text: text.replace("\nSV\n", "\nSV \n"), "its libsvm text has no line SV"),
        (
            lambda text: re.sub("gamma.*\n", "", text),
            "its libsvm text starts with 'svm_type, .*', expected svm_t",
        ),
        (
            lambda text: text.replace("rho", "gamma"),
            "its libsvm text starts with 'svm_type, .*', expected svm_t",
        ),
        (lambda text: "probA 1\n" + text, "its libsvm text starts with 'probA, .*', expected svm_type"),
        (
            lambda text: text.replace("nr_class 2", "nr_class 3"),
            "its libsvm text's nr_class is '3', expected '2'",
        ),
        (
            lambda text: re.sub("gamma .*", "gamma 0", text),
            "its libsvm text's gamma is 0.0, expected more than 0",
        ),
        (lambda text: re.sub("gamma .*", "gamma -1", text), "its libsvm text's gamma is -1.0, expected more"),
        (
            lambda text: re.sub("gamma .*", "gamma", text),
            "its libsvm text has '' in gamma, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho inf", text),
            "its libsvm text has 'inf' in rho, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho 1_0", text),
            "its libsvm text has '1_0' in rho, expected a finite",
        ),
        (
            lambda text: re.sub("rho .*", "rho \u0661", text),
            r"its libsvm text has '\\u0661' in rho, expected",
        ),
        (
            lambda text: text + "1 1:0\n",
            f"its libsvm text says total_sv '{N_VECTORS}' and has {N_VECTORS + 1} sup",
        ),
        (
            lambda text: text.rpartition(" \n")[0].rpartition("\n")[0],
            f"its .* and has {N_VECTORS - 1} support v",
        ),
        (
            lambda text: re.sub("total_sv .*", "total_sv 1e2", text),
            f"its .* total_sv '1e2' and has {N_VECTORS} ",
        ),
        (
            lambda text: text.partition("SV\n")[0] + "SV\n",
            "its libsvm text says total_sv .* and has 1 support v",
        ),
        (in_vector(lambda line: ""), "its libsvm text has '' in support vector 1, expected a finite number"),
        (
            in_vector(lambda line: "x" + line),
            "its libsvm text has 'x.*' in support vector 1, expected a finite",
        ),
        (
            in_vector(lambda line: line + "7:1"),
            "its libsvm text has '7:1' in support vector 1, expected index:va",
        ),
        (
            in_vector(lambda line: line + "6:1"),
            "its .* '6:1' in .* 1, expected .* that rise from 1 to at most 6",
        ),
        (
            in_vector(lambda line: "1 0:1"),
            "its libsvm text has '0:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: "1 -1:1"),
            "its libsvm text has '-1:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: "1 2:1 1:1"),
            "its libsvm text has '1:1' in support vector 1, expected index:val",
        ),
        (
            in_vector(lambda line: "1 1"),
            "its libsvm text has '' in support vector 1, expected a finite number",
        ),
        (
            in_vector(lambda line: "1 x:1"),
            "its libsvm text has 'x:1' in support vector 1, expected index:value",
        ),
        (
            in_vector(lambda line: f"1 {'9' * 5000}:1"),
            r"its libsvm text has '9*\.\.\. in support vector 1, expect",
        ),
        (
            in_vector(lambda line: "1 1:nan"),
            "its libsvm text has 'nan' in support vector 1, expected a finite",
        ),
        (
            in_vector(lambda line: "1e999 1:1"),
            "its libsvm text has '1e999' in support vector 1, expected a finite",
        ),
    ],
)
def test_a_damaged_libsvm_text(tmp_path: Path, edit: Edit, words: str) -> None:
    assert_malformed(SVR.write(tmp_path / "m.json", model=edit(SVR.model["model"])), words)


def test_more_support_vectors_than_any_model_has(tmp_path: Path) -> None:
    n_vectors = 2**19 + 1
    head = re.sub("total_sv .*", f"total_sv {n_vectors}", SVR.model["model"]).partition("SV\n")[0]
    path = SVR.write(tmp_path / "m.json", model=f"{head}SV\n" + "1\n" * n_vectors)
    assert_malformed(path, f"its libsvm text has {n_vectors} support vectors, expected at most 524288")
