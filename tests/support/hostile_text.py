# SPDX-License-Identifier: BSD-3-Clause
"""Hostile registries, sidecars, other JSON and y4m files."""

from __future__ import annotations

import json

from tests.support.hostile import Hostile

DEPTH = 400_000
NESTED = "[" * DEPTH + "]" * DEPTH
DEEP = "nests lists and objects deeper than 16 levels"
NO_JSON = "is not the JSON object it should be: "


def registry(**changes: object) -> bytes:
    """A registry whose one entry, of the id "m", is changed."""
    entry: dict[str, object] = {"id": "m", "kind": "fr", "onnx": "m.onnx", "sha256": "0" * 64}
    return json.dumps({"schema_version": 1, "models": [entry | changes]}).encode()


def registry_of(n: int) -> bytes:
    entries = [{"id": f"m{i}", "kind": "fr", "onnx": "m.onnx", "sha256": "0" * 64} for i in range(n)]
    return json.dumps({"schema_version": 1, "models": entries}).encode()


def sidecar(**changes: object) -> bytes:
    fields = {"schema_version": 1, "id": "m", "features": ["a"] * 6, "output_range": [0, 100]}
    return json.dumps(fields | changes).encode()


def raw(text: str) -> Hostile:
    return Hostile("what is no JSON", text.encode, NO_JSON)


REGISTRIES = {
    "deep_list": Hostile("the parser's stack", NESTED.encode, DEEP),
    "deep_objects": Hostile("the parser's stack", lambda: b'{"a":' * 150_000, DEEP),
    "deep_value": Hostile(
        "the stack of who prints the value",
        lambda: registry(id=0).replace(b'"id": 0', b'"id": ' + NESTED.encode()),
        DEEP,
    ),
    "quoted_brackets": Hostile(
        "hides depth in a string", lambda: b'{"\\"[": ' + b"[" * 40 + b"]" * 40 + b"}", DEEP
    ),
    "over_1_mib": Hostile(
        "memory", lambda: b" " * (1 << 20) + b"{}", "has 1048578 bytes; at most 1048576 are"
    ),
    "long_id": Hostile(
        "a megabyte of error",
        lambda: registry(kind="x" * 1_000_000),
        r'"kind": "x{80}\.\.\. \(1000000 bytes\)", where one',
    ),
    "long_number": Hostile("a megabyte of number", lambda: b'{"a": ' + b"9" * 1_000_000 + b"}", NO_JSON),
    "many_models": Hostile(
        "n^2 comparisons", lambda: registry_of(5_000), "lists 5000 models, at most 1000 are read"
    ),
    "key_twice": Hostile(
        "one digest is shown, the other used",
        lambda: registry().replace(b'"kind"', b'"sha256": "' + b"1" * 64 + b'", "kind"'),
        'the key "sha256" stands twice in one object',
    ),
    "not_utf8": Hostile("text that is none", lambda: b'{"\xff\xfe": 1}', NO_JSON),
    "lone_surrogate": raw('{"\\ud800": 1}'),
    "nan": raw('{"schema_version": NaN}'),
    "comment": raw('{"schema_version": 1 /* one */}'),
    "trailing": raw("{} {}"),
    "nul": Hostile("more than the parser reads", lambda: registry() + b"\0{", "has a NUL byte"),
    "newline": Hostile("a line of its own in the log", lambda: registry(kind="fr\nok"), r'"kind": "fr\?ok"'),
    "overflow": raw('{"schema_version": 1e999}'),
    "version": Hostile(
        "a version that wraps to -1",
        lambda: registry().replace(b'"schema_version": 1', b'"schema_version": 18446744073709551615'),
        '"schema_version": 1.8446744073709552e.19, where an integer is expected',
    ),
    "climbing_path": Hostile(
        "leaves the folder", lambda: registry(onnx="a/../../m.onnx"), "leaves the registry's folder"
    ),
    "absolute_path": Hostile("leaves the folder", lambda: registry(onnx="/etc/m.onnx"), "a-z or 0-9 first"),
    "nul_in_path": Hostile(
        "a path that C cuts", lambda: registry(onnx="m\0.onnx"), r'"onnx": "m\?.onnx", where 1 to'
    ),
    "short_digest": Hostile(
        "a digest that matches all", lambda: registry(sha256=""), "64 lower-case hex digits"
    ),
    "unpinned_int8": Hostile(
        "a file without digest", lambda: registry(quant_mode="dynamic"), 'but no "int8_sha256"'
    ),
    "wrong_type": Hostile("a list for a word", lambda: registry(kind=["fr"]), "where a string is expected"),
    "contract_of_text": Hostile(
        "text for a contract",
        lambda: registry(contract="any"),
        '"contract": "any", where an object is expected',
    ),
    "reversed_range": Hostile(
        "clips all scores to one",
        lambda: registry(contract={"features": ["a"], "output_range": [100, 0]}),
        r"contract, has an \"output_range\" that is not \[lowest, highest\]",
    ),
    "unclipped": Hostile(
        "a contract that says half",
        lambda: registry(contract={"features": ["a"]}),
        'contract, lacks the required "output_range"',
    ),
    "unknown_field": Hostile("a field of tomorrow", lambda: registry(url="x"), 'has the unknown field "url"'),
}

SIDECARS = {
    "deep": Hostile("the parser's stack", lambda: b'{"notes": ' + NESTED.encode() + b"}", DEEP),
    "list": Hostile("no object", lambda: b"[]", "it holds a JSON array"),
    "key_twice": Hostile("two ids", lambda: b'{"id": "a", "id": "b"}', 'the key "id" stands twice'),
    "version": Hostile(
        "a version of tomorrow", lambda: sidecar(schema_version=2), '"schema_version" other than 1'
    ),
    "reversed_range": Hostile(
        "clips all scores to one", lambda: sidecar(output_range=[100, 0]), r"is not \[lowest, highest\]"
    ),
    "infinite_range": Hostile("clips nothing", lambda: sidecar(output_range=[0, float("inf")]), NO_JSON),
    "ranges_of_text": Hostile(
        "text for numbers", lambda: sidecar(feature_range=["0", "1"]), "where a list of"
    ),
    "many_features": Hostile(
        "names that no row has",
        lambda: sidecar(features=["a"] * 50_000),
        "names 50000 features, but the graph takes",
    ),
    "features_of_lists": Hostile(
        "lists for names", lambda: sidecar(features=[[]] * 6), "a list of strings is expected"
    ),
    "other_input": Hostile(
        "another input", lambda: sidecar(input_name="rows"), 'names the input "rows", but the graph has'
    ),
    "short_digest": Hostile(
        "a digest that matches all", lambda: sidecar(sha256="0"), "64 lower-case hex digits"
    ),
    "few_options": Hostile(
        "features without options", lambda: sidecar(feature_options=["", ""]), "feature_options of 2 features"
    ),
    "other_options": Hostile(
        "a megabyte of options",
        lambda: sidecar(features=["adm2"] * 6, feature_options=["x" * 100_000] * 6),
        "feature_options of adm2 that make 100005 bytes, where at most 1024 are read",
    ),
    "other_guide": Hostile(
        "a guide outside the row",
        lambda: sidecar(chroma_correction={"parameter": 120, "guided": "a", "guide": "b" * 100_000}),
        r'over "b{80}\.\.\. \(100000 bytes\)", which is no feature of its own',
    ),
    "correction_of_text": Hostile(
        "text for a number",
        lambda: sidecar(chroma_correction={"parameter": "120", "guided": "a", "guide": "a"}),
        '"parameter": "120", where a number is expected',
    ),
    "constant_transform": Hostile(
        "one score for all", lambda: sidecar(score_transform={"p0": 100}), 'has neither "p1" nor "p2"'
    ),
}

FRAME = b"FRAME\n" + b"\0" * 6  # of 2x2 4:2:0


def y4m(header: bytes, frames: bytes = FRAME) -> bytes:
    return b"YUV4MPEG2 " + header + b"\n" + frames


Y4M = {
    "empty": Hostile("nothing", lambda: b"", "is not a y4m file"),
    "magic": Hostile("another format", lambda: b"RIFF" * 100, "must start with YUV4MPEG2"),
    "joined_magic": Hostile("almost the format", lambda: b"YUV4MPEG2W2 H2\n" + FRAME, "is not a y4m file"),
    "endless_line": Hostile(
        "memory for the header",
        lambda: b"YUV4MPEG2 " + b"W" * 50_000_000,
        "has more than 1048576 bytes, and no end",
    ),
    "no_height": Hostile("half a size", lambda: y4m(b"W2"), "must state H as a number of pixels, got ''"),
    "zero_width": Hostile(
        "an empty frame", lambda: y4m(b"W0 H2"), "must state W as a number of pixels, got '0'"
    ),
    "negative_width": Hostile("a size below 0", lambda: y4m(b"W-2 H2"), "must state W as a number"),
    "wide": Hostile("a size that overflows", lambda: y4m(b"W4294967298 H2"), "must state W as a number"),
    "many_digits": Hostile(
        "a number of a thousand digits", lambda: y4m(b"W" + b"9" * 1000 + b" H2"), "must state W as"
    ),
    "large": Hostile(
        "4 GiB a frame", lambda: y4m(b"W65536 H65536 Cmono"), "frames of 65536x65536 are too large; at most"
    ),
    "width_twice": Hostile(
        "we read one, ffmpeg the other", lambda: y4m(b"W2 H2 W64"), "must state W once, got 'W64' too"
    ),
    "not_ascii": Hostile(
        "spaces that others read as text", lambda: y4m(b"W2\xa0H2 H2"), "must be plain text"
    ),
    "nul": Hostile("a header that C cuts", lambda: y4m(b"W2 H2\0"), "must be plain text"),
    "chroma": Hostile(
        "samples of no known size", lambda: y4m(b"W2 H2 C999"), "chroma tag C999 is not supported"
    ),
    "depth": Hostile(
        "samples of no known size", lambda: y4m(b"W2 H2 C420p99"), "chroma tag C420p99 is not supported"
    ),
    "depth_digits": Hostile(
        "a depth of 900 digits", lambda: y4m(b"W2 H2 C420p" + b"9" * 900), "is not supported"
    ),
    "no_frame": Hostile("no picture", lambda: y4m(b"W2 H2", b""), "holds no frame"),
    "frame_mark": Hostile(
        "bytes out of step", lambda: y4m(b"W2 H2", b"FRAMES\n" + b"\0" * 6), "must start with a FRAME line"
    ),
    "cut_frame": Hostile(
        "a read past the end", lambda: y4m(b"W2 H2", FRAME + FRAME[:-1]), "frame 1 has 5 of its 6 bytes"
    ),
    "endless_frame_line": Hostile(
        "memory for a line",
        lambda: y4m(b"W2 H2", b"FRAME " + b"x" * 50_000_000),
        "must start with a FRAME line",
    ),
}

JSON = {
    "deep_list": Hostile("Python's recursion limit", NESTED.encode, "nests lists and objects too deep"),
    "long_number": Hostile("time that grows with n^2", lambda: b"9" * 100_000, "is not JSON"),
    "not_utf8": Hostile("text that is none", lambda: b'{"\xff": 1}', "is not JSON"),
    "list": Hostile("no object", lambda: b"[1]", "holds a JSON list, expected an object"),
}
