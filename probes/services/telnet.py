"""Whether telnet is open: a TCP connection to port 23 that is closed at once. Nothing is sent, nothing is read."""

from __future__ import annotations

import asyncio
import errno
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.systemerrors import system_words
from inventory.model.text import text

if TYPE_CHECKING:
    from inventory.model.text import Text
    from inventory.model.values import IPAddress

PORT: Final = 23


async def telnet_check(device: str, address: IPAddress, timeout_s: float, port: int = PORT) -> DeviceCheck:
    """Return whether a device takes telnet connections. Silence is no open port, but may be a filter on the way."""
    try:
        async with asyncio.timeout(timeout_s):
            _reader, writer = await asyncio.open_connection(str(address), port)
    except TimeoutError:
        return _said(device, CheckResult.GOOD, text("tcp/{port}: no answer", port=port))
    except OSError as error:
        if error.errno == errno.ECONNREFUSED:
            return _said(device, CheckResult.GOOD, text("tcp/{port}: refused", port=port))
        return _said(
            device, CheckResult.NOT_ASSESSED, text("tcp/{port}: {reason}", port=port, reason=system_words(error))
        )
    writer.transport.abort()
    return _said(device, CheckResult.ATTENTION, text("tcp/{port}: open", port=port))


def _said(device: str, result: CheckResult, evidence: Text) -> DeviceCheck:
    return DeviceCheck(device, Check.TELNET, result, evidence, datetime.now(UTC))
