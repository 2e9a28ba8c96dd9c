# SPDX-License-Identifier: BSD-3-Clause
"""What Python reads, damaged at random: clips, libvmaf's models and plans are read, or refused in words."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.support.small_svr import make_svr
from tests.support.synthetic import synthetic_pair, write_y4m
from vmaf_dnn import VmafDnnError
from vmaf_dnn.plans import Plan, read_plans
from vmaf_dnn.svm.reading import read_svm_model
from vmaf_dnn.video.y4m import open_y4m

WORDS = [
    b"0",
    b"-1",
    b"1e999",
    b"null",
    b"[]",
    b'"',
    b"\0",
    b"\xff",
    b"FRAME\n",
    b"99999999999",
    b" ",
    b"\n",
    b"nan",
    b"VPLN",
    b"\x00\x7e",  # NaN in fp16
]


def damaged(data: bytes, generator: random.Random) -> bytes:
    """A copy with a few bytes changed, cut out, doubled or replaced by words that readers trip over."""
    changed = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        at = generator.randrange(len(changed) + 1)
        end = at + generator.choice([0, 1, 1, 4, 64])
        middle = generator.choice([generator.choice(WORDS), changed[at:end] * 2, generator.randbytes(1), b""])
        changed[at:end] = middle
    return bytes(changed)


def read_or_refuse(read: Callable[[Path], object], path: Path) -> bool:
    """Whether it was read; a refusal is one line that names the file."""
    try:
        read(path)
    except VmafDnnError as error:
        sentence = str(error)
        assert str(path) in sentence, sentence
        assert "\n" not in sentence, sentence
        return False
    return True


def seeds(folder: Path) -> dict[str, tuple[bytes, Callable[[Path], object]]]:
    """A whole file of each kind, and its reader."""
    frames = [synthetic_pair(16, 8, 8, t)[0] for t in range(2)]
    clip = write_y4m(folder / "seed.y4m", frames, 8).read_bytes()
    plan = Plan(np.random.default_rng(0).normal(size=(4, 8)), "5a" * 32)
    return {
        "y4m": (clip, open_y4m),
        "svr.json": (json.dumps(make_svr()).encode(), read_svm_model),
        "plans": (plan.to_bytes() + plan.to_bytes("int8"), read_all_plans),
    }


def read_all_plans(path: Path) -> list[Plan]:
    """Every plan of a file, each finite and the same after another round."""
    with path.open("rb") as stream:
        plans = list(read_plans(stream, str(path)))
    assert all(Plan.from_bytes(plan.to_bytes()) == plan for plan in plans)
    return plans


def fuzz_files(seconds: float, found: Path, seed: int | None = None) -> bool:
    """Damage files of each kind for `seconds`; keeps the first that breaks a reader in `found`."""
    generator = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-fuzz-") as name:
        for kind, (data, read) in seeds(Path(name)).items():
            path, n_done, n_read, end = Path(name) / f"damaged.{kind}", 0, 0, time.monotonic() + seconds
            while time.monotonic() < end:
                path.write_bytes(damaged(data, generator))
                try:
                    n_read += read_or_refuse(read, path)
                except Exception as error:
                    kept = found / f"python-{kind}"
                    kept.write_bytes(path.read_bytes())
                    print(f"{kind} failed; its input is {kept}\n{type(error).__name__}: {error}")
                    return False
                n_done += 1
            print(f"{kind}: {n_done} executions, {n_read} read, {n_done - n_read} refused")
    return True
