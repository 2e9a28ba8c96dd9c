# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's models from C: Python's scores to the bit, and every refusal by its sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.c_programs import build_program, run
from tests.support.paths import C_SOURCES
from tests.support.small_svr import make_collection, make_svr
from vmaf_dnn.svm import read_svm_model

ROWS = np.random.default_rng(6).uniform(0, 1.2, (40, 6)) * [1, 18, 1, 1, 1, 1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(make_svr()))
    return path


@pytest.mark.parametrize("n_members", [0, 5])
@pytest.mark.parametrize(
    ("clip", "transform", "overloads"),
    [
        ("clip", 0, {}),
        ("no_clip", 1, {"adm.adm_enhn_gain_limit": "1"}),
        ("no_clip", 2, {"vif.vif_enhn_gain_limit": "2", "motion.motion_max_val": "18"}),
    ],
)
def test_c_program_scores_as_python_does(
    tmp_path: Path, n_members: int, clip: str, transform: int, overloads: dict[str, str]
) -> None:
    content = make_collection(n_members)
    for entry in content.values():
        entry["model_dict"]["score_transform"] = {"p0": 3, "p1": 0.9, "enabled": True}
    model, rows = tmp_path / "m.json", tmp_path / "rows"
    if not n_members:
        content = content["0"]
        content["model_dict"]["model_type"] = "LIBSVMNUSVR"
    model.write_text(json.dumps(content))
    rows.write_bytes(ROWS.tobytes())
    words = [f"{key}={value}" for key, value in overloads.items()]
    program = build_program(C_SOURCES / "svm.c", tmp_path)
    said = run(program, model, rows, clip, transform, "b", *words).splitlines()
    python = read_svm_model(
        model, name="b", clip=clip == "clip", transform=[None, True, False][transform], overloads=overloads
    )
    expected = python.predict_all(ROWS)
    assert said[:6] == [feature.request for feature in python.features]
    assert said[6 : -len(ROWS)] == list(expected)
    numbers = [[float(word) for word in line.split()] for line in said[-len(ROWS) :]]
    np.testing.assert_array_equal(numbers, np.stack(list(expected.values()), axis=1))
    assert np.ptp(numbers) > 1


def test_c_program_hears_why_it_is_refused(tmp_path: Path, file: Path) -> None:
    none, broken, other = (tmp_path / name for name in ("none.json", "broken.json", "other.json"))
    broken.write_text("{}")
    content = make_svr()
    content["model_dict"]["feature_names"] = ["VMAF_feature_adm2_score"]
    other.write_text(json.dumps(content))
    program = build_program(C_SOURCES / "svm_refused.c", tmp_path)
    said = run(program, file, none, broken, other, tmp_path).splitlines()
    digest = read_svm_model(file).sha256
    invalid, rejected, absent = "Invalid argument", "Bad message", "No such file or directory"
    malformed = "is no model as libvmaf writes them"
    assert said == [
        f"{invalid} struct_size of the VmafDnnSvmOptions is 0; set it to sizeof(VmafDnnSvmOptions).",
        f"{invalid} name must be a word of ASCII letters, digits and _.- that starts with a letter or _, got"
        " 'a b'.",
        f"{rejected} {file} is not the model that libvmaf has under this name: its sha256 is {digest},"
        f" expected 00; give it without a digest (path={file}) if it is meant.",
        f"{invalid} transform is 3; use a name of VmafDnnSvmTransform.",
        f"{rejected} {file} {malformed}: it has no score_transform that could be enabled; correct the file,"
        " or give another.",
        f"{invalid} n_overloads is set, but overloads is NULL.",
        f"{invalid} an entry of overloads is NULL.",
        f"{invalid} the overload adm.adm_enhn_gain_limit can't be read; write EXTRACTOR.OPTION=VALUE.",
        f"{invalid} cambi.enc_bitdepth is set, but the model has no feature of that kind; leave it out.",
        f"{invalid} n_overloads is 1025; it must be 0 to 1024.",
        f"{invalid} path is NULL; give the path of libvmaf's .json of a model.",
        f"{invalid} svm is NULL; give a place for the new model.",
        f"{invalid} svm or n_features is NULL.",
        f"{invalid} svm or n_scores is NULL.",
        f"{invalid} feature is 6; it must be 0 to 5.",
        f"{invalid} score is -1; it must be 0 to 0.",
        f"{invalid} svm or text is NULL.",
        f"{invalid} svm or name is NULL.",
        f"{invalid} svm is NULL.",
        f"{invalid} rows or scores is NULL.",
        f"{invalid} n_rows is {2**64 - 1}, but memory holds at most {(2**63 - 1) // 48} rows of this model;"
        " give the number of rows.",
        f"{invalid} motion2 of row 0 is nan, expected a finite number; leave the row out.",
        f"{absent} There is no model file {none}; restore it or name another.",
        f"{rejected} {broken} {malformed}: its model_dict is None, expected an object;"
        " correct the file, or give another.",
        f"Operation not supported {other} can't be scored natively: it is over 'VMAF_feature_adm2_score', a"
        " floating-point feature, and only libvmaf's integer features (as VMAF_integer_feature_adm2_score)"
        " are computed; score it with libvmaf itself.",
        f"{absent} The model file {tmp_path} is not a regular file; give the path of a file.",
    ]
