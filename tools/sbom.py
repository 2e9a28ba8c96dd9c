# SPDX-License-Identifier: BSD-3-Clause
"""Write what the package is made of, as CycloneDX: `sbom.py PINS OUT`.

Named are the packages that `pip install vmaf-dnn` brings, in the versions of PINS, and what is compiled in.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def run(*words: str | Path) -> None:
    """Run a module of this Python."""
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True)


def installed(pins: Path, folder: Path) -> dict[str, Any]:
    """Return the bill of an environment that holds the run-time dependencies and nothing else."""
    names = [sys.executable, str(ROOT / "tools" / "requirements.py"), "project"]
    needs = subprocess.run(names, capture_output=True, text=True, check=True).stdout.split()
    run("venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run("pip", "--quiet", "--python", python, "install", "--constraint", pins, *needs)
    about = ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library"]
    output = ["--output-reproducible", "--output-file", str(folder / "bom.json")]
    run("cyclonedx_py", "environment", *about, *output, folder)
    bill: dict[str, Any] = json.loads((folder / "bom.json").read_text())
    return bill


def compiled_in() -> list[dict[str, Any]]:
    """Return the header libraries inside the wheel; a build takes the newest pybind11."""
    release = re.search(r"nlohmann/json/releases/download/v([\d.]+)/", (ROOT / "CMakeLists.txt").read_text())
    assert release is not None
    json_version = release[1]
    return [
        library("nlohmann_json", "MIT", f"pkg:github/nlohmann/json@v{json_version}", version=json_version),
        library("pybind11", "BSD-3-Clause", "pkg:pypi/pybind11"),
    ]


def library(name: str, licence: str, purl: str, **more: str) -> dict[str, Any]:
    """Return a component of the bill."""
    licences = [{"license": {"id": licence}}]
    return {"type": "library", "bom-ref": purl, "name": name, "purl": purl, "licenses": licences, **more}


def main(pins: Path, out: Path) -> None:
    """Write the bill of both."""
    with tempfile.TemporaryDirectory() as folder:
        bill = installed(pins, Path(folder))
    bill["components"] += compiled_in()
    root = next(entry for entry in bill["dependencies"] if entry["ref"] == "root-component")
    root["dependsOn"] += [component["bom-ref"] for component in compiled_in()]
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(bill, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
