"""Host keys of devices: listed, approved, forgotten. Only these verbs ever make another key believed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.text import N_
from netaudit.app.answer import Report
from reports.kinds import host_keys

if TYPE_CHECKING:
    from inventory.model.hostkeys import HostKeyView
    from inventory.registry.engine import Registry

_LOG = logging.getLogger(__name__)


def list_(registry: Registry) -> Report:
    """List every key that was shown."""
    keys = registry.sessions.host_keys()
    return Report(host_keys.document(keys, datetime.now(UTC)), host_keys.json_array(keys))


def approve(registry: Registry, device: str, fingerprint: str | None) -> HostKeyView:
    """Believe a key, and no other one of this device.

    Raises:
        RegistryError: the device showed none, or several and none was named.
    """
    view = registry.sessions.approve(device, fingerprint)
    _LOG.warning(N_("host key approved"), extra={"device": device, "fingerprint": view.key.fingerprint})
    return view


def forget(registry: Registry, device: str) -> int:
    """Forget the keys of a device: the next one it shows is the first.

    Raises:
        RegistryError: it never showed one.
    """
    gone = registry.sessions.forget(device)
    _LOG.warning(N_("host keys forgotten"), extra={"device": device, "count": gone})
    return gone
