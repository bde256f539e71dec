"""What bears on a few endpoints, compared as everything together would be: no need to look at the whole district."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inventory.model.records import Filed
from inventory.reconcile.result import findings
from inventory.reconcile.standing import standing
from netaudit.app.current import beginning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.observation import Finding
    from inventory.model.records import RegistrationView, SweepView
    from inventory.registry.engine import Registry


class Around(NamedTuple):
    """The endpoints near some cards and addresses, and the filings near them."""

    findings: tuple[Finding, ...]
    registrations: tuple[RegistrationView, ...]


def around(registry: Registry, sweeps: Sequence[SweepView], names: Sequence[str]) -> Around | None:
    """Compare what shares a card, an address or a filing with some cards and addresses; None when that is too much.

    The sweeps are those of the window, each of them resolved.
    """
    near = registry.archive.circle(names, [view.id for view in sweeps])
    if near is None:
        return None
    observations, registrations = near
    if not observations:
        return Around((), registrations)
    going = [one for one in registry.archive.of_endpoints([seen.key for seen in observations]) if one.ended is None]
    filed = Filed(
        units=registry.units(),
        points=registry.points(),
        prefixes=registry.prefixes(),
        devices=registry.devices(),
        registrations=registrations,
    )
    compared = findings(filed, standing(observations, going, beginning(sweeps)))
    return Around(tuple(compared), registrations)
