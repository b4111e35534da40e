"""A mitmproxy script that stands in for DNS in regular mode.

STAGE_NAMES holds the names (comma-separated) and STAGE_PORT the loopback port that answers for all of them.
"""

import asyncio
import os
import socket
from typing import Any

NAMES = frozenset(os.environ["STAGE_NAMES"].split(","))
PORT = int(os.environ["STAGE_PORT"])
ADDRESS = "127.0.0.77"
"""What the names resolve to; connections to it are led to PORT on 127.0.0.1, so that nobody has to listen on 443."""

_getaddrinfo = socket.getaddrinfo
_create_connection = asyncio.BaseEventLoop.create_connection


def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    """The system's answer, but ADDRESS for the stage's names."""
    name = host.decode() if isinstance(host, bytes) else host
    return _getaddrinfo(ADDRESS if name in NAMES else host, *rest, **named)


async def create_connection(self: Any, factory: Any, host: Any = None, port: Any = None, **named: Any) -> Any:
    """A connection to PORT where the stage is meant."""
    if host in NAMES or host == ADDRESS:
        host, port = "127.0.0.1", PORT
    return await _create_connection(self, factory, host, port, **named)


socket.getaddrinfo = getaddrinfo
asyncio.BaseEventLoop.create_connection = create_connection  # type: ignore[method-assign, assignment]
