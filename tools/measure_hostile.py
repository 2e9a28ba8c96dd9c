# SPDX-License-Identifier: BSD-3-Clause
"""Opens hostile files, each in a process of its own, and prints what was said and what it cost.

`python -m tools.measure_hostile FOLDER`, as `tools.make_hostile` wrote it; one JSON line a file.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from tests.support import make_models
from vmaf_dnn import Session, VmafDnnError
from vmaf_dnn.video.y4m import open_y4m
from vmaf_train.files import read_json

TIME_LIMIT_S = 20
MEMORY_LIMIT_BYTES = 256 << 20


def open_file(kind: str, path: Path) -> None:
    """Open it as whoever trusts it would."""
    if kind == "onnx":
        Session(f"{path}.onnx")
    elif kind == "registry":
        Session("m", registry=path)
    elif kind == "sidecar":
        Session(f"{path}.onnx", registry=path.with_name("empty_registry.json"))
    elif kind == "y4m":
        open_y4m(path)
    else:
        read_json(path)


def prepare(folder: Path) -> None:
    """Give the files the names and neighbours that opening them takes."""
    for path in (folder / "onnx").iterdir():
        path.rename(f"{path}.onnx")
    for path in list((folder / "sidecar").iterdir()):
        path.rename(f"{path}.json")
        Path(f"{path}.onnx").write_bytes(make_models.mean_of_six())
    make_models.write_registry(folder / "sidecar", []).rename(folder / "sidecar" / "empty_registry.json")


def memory(field: str) -> int:
    """`VmSize`, `VmRSS` or `VmHWM` of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def measured(kind: str, path: Path) -> dict[str, object]:
    """Return the refusal, and what it cost this process."""
    signal.alarm(TIME_LIMIT_S)
    limit = memory("VmSize") + MEMORY_LIMIT_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    Path("/proc/self/clear_refs").write_text("5")  # proc(5): the peak starts anew
    before, start = memory("VmRSS"), time.process_time()
    said = error = ""
    try:
        open_file(kind, path)
    except VmafDnnError as refusal:
        error, said = type(refusal).__name__, str(refusal)
    seconds = time.process_time() - start
    return {"error": error, "said": said, "seconds": seconds, "n_bytes": memory("VmHWM") - before}


def in_child(kind: str, path: Path) -> dict[str, object]:
    """Return what `measured` gives; a child that dies leaves its wait status."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, json.dumps(measured(kind, path)).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    return json.loads(text) if text else {"died": status}


def main(folder: Path) -> None:
    """Print a line for each file of the folder."""
    prepare(folder)
    for kind in sorted(os.listdir(folder)):
        names = {path.name.split(".")[0] for path in (folder / kind).iterdir()} - {"empty_registry"}
        for name in sorted(names):
            print(
                json.dumps({"kind": kind, "name": name, **in_child(kind, folder / kind / name)}), flush=True
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
