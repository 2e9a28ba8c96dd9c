# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-train` command, which says so where the packages for training are missing."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; a command without the extra `training` says so in one sentence, with exit 1."""
    try:
        from vmaf_train.cli import main as run

        return run()
    except ModuleNotFoundError as missing:
        print(
            f'vmaf-train: error: {missing.name} is not installed; pip install "vmaf-dnn[training]"',
            file=sys.stderr,
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
