# SPDX-License-Identifier: BSD-3-Clause
"""Commands that a message prints, run as a user would who pastes them into a shell."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

_COMMAND = re.compile(r"\((ffmpeg .*?)\)(?=[.,;](?: |$)| or |$)")


def commands(message: str) -> list[str]:
    """The commands of ffmpeg in a message."""
    return _COMMAND.findall(message)


def paste(message: str, folder: Path) -> Path:
    """Run the first command of `message` in `folder` and return the file that it wrote."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "ffmpeg").unlink(missing_ok=True)
    (tools / "ffmpeg").symlink_to(find_ffmpeg().path)
    command = commands(message)[0]
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == 0, f"{command}\n{done.stderr.decode()[-2000:]}"
    return folder / shlex.split(command)[-1].removeprefix("file:")
