# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-train` command, which says so where the packages for training are missing."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; without the extra `training`, one sentence and exit 1."""
    try:
        from vmaf_train.cli import main as run
    except ModuleNotFoundError as missing:
        print(
            f'vmaf-train: error: {missing.name} is not installed; pip install "vmaf-dnn[training]"',
            file=sys.stderr,
        )
        return 1
    return run()


if __name__ == "__main__":
    sys.exit(main())
