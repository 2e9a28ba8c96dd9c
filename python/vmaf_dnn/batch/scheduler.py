# SPDX-License-Identifier: BSD-3-Clause
"""A connection to the scheduler of a Dask cluster."""

from __future__ import annotations

import asyncio
from typing import Any

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.extras import imported

CONNECT_TIMEOUT_S = 10


def connected(scheduler: str, install: str) -> Any:
    """Return a client of the scheduler at an address, for the caller to close.

    Raises:
        ToolMissing: `distributed` is not installed, which pip does by `install`.
        InvalidArgument: no scheduler answers.
    """
    imported("distributed", "a cluster", install)
    from distributed import Client
    from distributed.comm import connect

    async def knock() -> None:  # a client that can't connect would not go away quietly
        await (await connect(scheduler, timeout=CONNECT_TIMEOUT_S)).close()

    try:
        asyncio.run(knock())
        return Client(scheduler, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InvalidArgument(
            f"no Dask scheduler answers at {scheduler} ({reason}); correct --scheduler (scheduler=)."
        ) from error
