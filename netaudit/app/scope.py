"""What a sweep may touch: named targets or registered prefixes, minus exclusions, cut into blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network, summarize_address_range
from typing import TYPE_CHECKING, Final, cast

from inventory.model.addresses import Addresses
from inventory.model.errors import ScopeError
from inventory.model.records import Purpose
from inventory.model.sweep import Skipped
from inventory.model.text import text
from inventory.model.values import PUBLIC_PLANE, narrow
from probes.contract import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from inventory.model.records import ExclusionView, Filed, PrefixView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, IPNetwork

MOST_ADDRESSES: Final = 1 << 20
"""A sweep of more is a mistake: at 1,000 packets per second one pass over this many takes 17 minutes."""
BLOCK_ADDRESSES: Final = 256
_WALKABLE: Final = 1 << 16
_SHARED: Final = ip_network("100.64.0.0/10")  # RFC 6598


@dataclass(frozen=True, slots=True)
class ScopeRequest:
    """What the user asked for."""

    targets: tuple[str, ...] = ()
    """CIDRs, ranges ``a-b`` or addresses; none means every registered prefix except retired ones."""
    unit: str | None = None
    point: str | None = None
    plane: str | None = None
    """The plane named targets are in; None is the one whose prefixes hold them. Registered prefixes know theirs."""
    exclude: tuple[str, ...] = ()
    allow_public: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A network to probe."""

    plane: str
    network: IPNetwork
    within: IPNetwork | None
    """The network whose first and last address are its own and its broadcast address, and are left out."""
    gateway: IPAddress | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What will be probed."""

    areas: tuple[Area, ...]
    excluded: tuple[IPNetwork, ...]
    """Nothing is sent there, neither probes nor requests to a device."""
    skipped: tuple[Skipped, ...]
    named: bool = False
    """Whether the user named the areas; otherwise they are registered prefixes."""

    @property
    def addresses(self) -> int:
        """How many addresses the areas hold; exclusions are not yet taken out."""
        return sum(area.network.num_addresses for area in self.areas)


def plan_scope(request: ScopeRequest, filed: Filed, *, must_hold: bool = True, day: date | None = None) -> Scope:
    """Decide what to probe.

    Args:
        request: what the user asked for.
        filed: the records.
        must_hold: whether a scope without addresses is an error; it is none where only devices are read.
        day: on which registered exclusions must apply; today by default.

    Raises:
        ScopeError: a target is no address, is public space outside every registered prefix and not allowed, cannot be
            probed at all, or nothing is left.
    """
    if request.targets and (request.unit or request.point):
        raise ScopeError(text("Name either targets or --unit/--point, not both."))
    excluded, reasons = exclusions(request.exclude, filed, day)
    skipped: list[Skipped] = []
    if request.targets:
        areas = [area for written in request.targets for area in _named(written, request, filed)]
        excluded += tuple(end for area in areas for end in _inner_ends(area, filed.prefixes))
    else:
        areas, skipped = _registered(request, filed, must_hold=must_hold)
    areas = _without_repeats(areas)
    if sum(area.network.num_addresses for area in areas if not vast(area.network)) > MOST_ADDRESSES:
        raise ScopeError(
            text("That is more than {most:,} addresses.", most=MOST_ADDRESSES),
            text("Name smaller targets."),
        )
    skipped += _touching(reasons, areas)
    return Scope(tuple(areas), excluded, tuple(skipped), named=bool(request.targets))


def exclusions(
    exclude: Sequence[str], filed: Filed, day: date | None = None
) -> tuple[tuple[IPNetwork, ...], dict[IPNetwork, Text]]:
    """Return the networks nothing is sent to, and why: those named, and those registered that apply on a day.

    Raises:
        ScopeError: a named one is no address, range or CIDR.
    """
    today = day or datetime.now(UTC).astimezone().date()
    reasons = {
        network: text("Excluded by the settings or by --exclude.")
        for written in exclude
        for network in parse_target(written)
    }
    for exclusion in filed.exclusions:
        if exclusion.applies(today):
            reasons[exclusion.target] = _reason(exclusion)
    return tuple(reasons), reasons


def _reason(exclusion: ExclusionView) -> Text:
    if exclusion.until is None:
        return text("Excluded: {reason}", reason=exclusion.reason)
    return text("Excluded until {until}: {reason}", until=exclusion.until.isoformat(), reason=exclusion.reason)


def _touching(reasons: Mapping[IPNetwork, Text], areas: Sequence[Area]) -> list[Skipped]:
    """Say what of the areas is excluded."""
    return [
        Skipped(str(network.network_address) if network.num_addresses == 1 else str(network), why)
        for network, why in reasons.items()
        if any(area.network.version == network.version and area.network.overlaps(network) for area in areas)
    ]


def still_allowed(scope: Scope, exclude: Sequence[str], filed: Filed, day: date | None = None) -> Scope:
    """Return what of an earlier scope may be probed now: not what was excluded or taken out of the records since."""
    excluded, reasons = exclusions(exclude, filed, day)
    told = {entry.what for entry in scope.skipped}
    live = [prefix for prefix in filed.prefixes if prefix.purpose is not Purpose.RETIRED]
    gone = [
        area
        for area in scope.areas
        if not scope.named and not any(p.plane == area.plane and _contains(p.cidr, area.network) for p in live)
    ]
    return Scope(
        tuple(area for area in scope.areas if area not in gone),
        tuple(dict.fromkeys(scope.excluded + excluded)),
        (
            *scope.skipped,
            *(Skipped(str(area.network), text("It is no longer registered.")) for area in gone),
            *(entry for entry in _touching(reasons, scope.areas) if entry.what not in told),
        ),
        scope.named,
    )


def parse_target(written: str) -> list[IPNetwork]:
    """Read a CIDR, an address or a range ``first-last`` (``10.0.0.5-10.0.0.20`` or ``10.0.0.5-20``).

    Raises:
        ScopeError: it is none of these.
    """
    target = narrow(written).strip()
    try:
        if "/" in target:
            return [ip_network(target, strict=False)]
        first_text, dash, last_text = (part.strip() for part in target.partition("-"))
        first = ip_address(first_text)
        if not dash:
            return [ip_network(first)]
        if last_text.isdigit() and isinstance(first, IPv4Address):
            last_text = f"{first_text.rpartition('.')[0]}.{last_text}"
        last = ip_address(last_text)
        return list(summarize_address_range(first, last))
    except (ValueError, TypeError):
        raise ScopeError(
            text("{target!r} is not an address, a range or a CIDR.", target=written),
            text("Write 192.0.2.0/24, 192.0.2.10-192.0.2.20 or 192.0.2.7."),
        ) from None


def _named(written: str, request: ScopeRequest, filed: Filed) -> Iterator[Area]:
    for network in parse_target(written):
        plane = request.plane or _plane(network, filed.prefixes)
        home = _home(network, plane, filed.prefixes)
        if home is None:
            _refuse_unsuitable(written, network, allow_public=request.allow_public)
            whole = network if "/" in written else None
        else:
            whole = home.cidr
        yield Area(plane, network, whole, home.gateway if home else None)


def _plane(network: IPNetwork, prefixes: Sequence[PrefixView]) -> str:
    """Return the only plane whose prefixes hold a network; the public one where several do or none does."""
    holders = {prefix.plane for prefix in prefixes if _contains(prefix.cidr, network)}
    return holders.pop() if len(holders) == 1 else PUBLIC_PLANE


def _inner_ends(area: Area, prefixes: Sequence[PrefixView]) -> Iterator[IPNetwork]:
    """Yield network and broadcast addresses of the registered prefixes within a wider target."""
    inside = [p.cidr for p in prefixes if p.plane == area.plane and _contains(area.network, p.cidr)]
    for network in inside:
        if not any(other != network and _contains(other, network) for other in inside):
            yield from (ip_network(end) for end in _ends(network))


def _home(network: IPNetwork, plane: str, prefixes: Sequence[PrefixView]) -> PrefixView | None:
    inside = [p for p in prefixes if p.plane == plane and _contains(p.cidr, network)]
    return max(inside, key=lambda p: p.cidr.prefixlen, default=None)


def _contains(outer: IPNetwork, inner: IPNetwork) -> bool:
    return outer.version == inner.version and inner.subnet_of(cast("IPv4Network", outer))  # type: ignore[arg-type] # same version


def _refuse_unsuitable(written: str, network: IPNetwork, *, allow_public: bool) -> None:
    first = network.network_address
    if first.is_multicast or (network.num_addresses == 1 and first.is_unspecified):
        raise ScopeError(text("{target} names no host: it cannot be probed.", target=written))
    shared = network.version == 4 and _contains(_SHARED, network)  # noqa: PLR2004 -- IPv4
    if not (network.is_private or network.is_link_local or shared or allow_public):
        raise ScopeError(
            text("{target} is public address space outside every registered prefix.", target=written),
            text("Register the prefix first, or add --allow-public if you may probe it."),
        )


def _registered(request: ScopeRequest, filed: Filed, *, must_hold: bool) -> tuple[list[Area], list[Skipped]]:
    live = [p for p in filed.prefixes if p.purpose is not Purpose.RETIRED]
    chosen = _of_unit_or_point(live, request, filed)
    if not chosen and must_hold:
        raise ScopeError(
            text("There is nothing to sweep: no prefix is registered here."),
            text("Name a target, for example: netaudit sweep 192.0.2.0/24. Or import prefixes: netaudit import FILE."),
        )
    areas, skipped = [], []
    for prefix in chosen:
        if prefix.cidr.num_addresses > _WALKABLE and not vast(prefix.cidr):
            why = text("Too many addresses to ask one by one; the gateways' neighbour tables tell who is there.")
            skipped.append(Skipped(f"{prefix.cidr}", why))
        elif prefix.plane != PUBLIC_PLANE and (other := _also_in(prefix, live)) is not None:
            why = text(
                "Plane {other} uses these addresses, too, and an answer does not tell who sent it. Sweep it from inside"
                " plane {plane}: netaudit sweep --plane {plane} {network}",
                other=other.plane,
                plane=prefix.plane,
                network=prefix.cidr,
            )
            skipped.append(Skipped(f"{prefix.plane} {prefix.cidr}", why))
        else:
            areas.append(Area(prefix.plane, prefix.cidr, prefix.cidr, prefix.gateway))
    return areas, skipped


def _also_in(prefix: PrefixView, prefixes: Sequence[PrefixView]) -> PrefixView | None:
    """Return a prefix of another plane that shares addresses with this one."""
    return next(
        (
            p
            for p in prefixes
            if p.plane != prefix.plane and (_contains(p.cidr, prefix.cidr) or _contains(prefix.cidr, p.cidr))
        ),
        None,
    )


def _of_unit_or_point(prefixes: list[PrefixView], request: ScopeRequest, filed: Filed) -> list[PrefixView]:
    if request.unit is not None:
        if all(unit.code != request.unit for unit in filed.units):
            raise ScopeError(text("There is no unit {code!r}.", code=request.unit), text("See: netaudit unit list"))
        prefixes = [p for p in prefixes if p.unit == request.unit]
    if request.point is not None:
        if all(point.code != request.point for point in filed.points):
            raise ScopeError(text("There is no point {code!r}.", code=request.point), text("See: netaudit point list"))
        prefixes = [p for p in prefixes if p.point == request.point]
    return prefixes


def _without_repeats(areas: list[Area]) -> list[Area]:
    """Drop areas that lie within another one of the same plane, so that no address is asked twice."""
    kept: list[Area] = []
    for area in sorted(
        areas, key=lambda a: (a.network.version, a.network.prefixlen, a.plane, a.network.network_address)
    ):
        if not any(other.plane == area.plane and _contains(other.network, area.network) for other in kept):
            kept.append(area)
    return sorted(kept, key=lambda a: (a.plane, a.network.version, a.network.network_address))


def cut_blocks(
    scope: Scope, gateway_devices: Mapping[IPAddress, str], known: Sequence[tuple[str, IPAddress]] = ()
) -> Iterator[Block]:
    """Cut the areas into blocks of at most 256 addresses.

    Args:
        scope: what to probe.
        gateway_devices: which device answers for a gateway address, as far as earlier reads know: gateways of one
            device share one allowance.
        known: IPv6 addresses somebody filed or saw before, with their plane: all that is asked of a network too big to
            be asked address by address.
    """
    banned = [(network.version, int(network[0]), int(network[-1])) for network in scope.excluded]
    for area in scope.areas:
        ends = [(int(end), int(end)) for end in _ends(area.within)]
        out = [(low, high) for version, low, high in banned if version == area.network.version] + ends
        gateway = gateway_devices.get(area.gateway) if area.gateway is not None else None
        if vast(area.network):
            here = {ip for plane, ip in known if plane == area.plane and ip in area.network}
            asked = tuple(sorted(ip for ip in here if not any(ip in banned for banned in scope.excluded)))
            # A call to all nodes reaches the excluded ones, too.
            free = not any(_overlap(banned, area.network) for banned in scope.excluded)
            yield Block(_key(area, area.network), area.plane, area.network, asked, gateway, vast=True, all_nodes=free)
            continue
        for part in _parts(area.network):
            low, high = int(part[0]), int(part[-1])
            addresses = Addresses.within(part).without(run for run in out if run[0] <= high and run[1] >= low)
            if addresses:
                yield Block(_key(area, part), area.plane, part, addresses, gateway)


def registered_gateways(scope: Scope) -> dict[str, IPAddress]:
    """Return the registered gateway of each block, by the block's key."""
    return {
        _key(area, part): area.gateway
        for area in scope.areas
        if area.gateway is not None
        for part in _parts(area.network)
    }


def vast(network: IPNetwork) -> bool:
    """Whether a network is too big to be asked address by address, and IPv6, where that is usual."""
    return network.version == 6 and network.num_addresses > _WALKABLE  # noqa: PLR2004 -- IPv6


def _overlap(one: IPNetwork, other: IPNetwork) -> bool:
    return one.version == other.version and one.overlaps(other)


def _parts(network: IPNetwork) -> Iterator[IPNetwork]:
    if vast(network):
        yield network
        return
    widest = network.max_prefixlen - BLOCK_ADDRESSES.bit_length() + 1
    yield from network.subnets(new_prefix=widest) if network.prefixlen < widest else (network,)


def _key(area: Area, part: IPNetwork) -> str:
    return f"scan:{area.plane}:{part}"


def _ends(network: IPNetwork | None) -> frozenset[IPAddress]:
    if network is None or network.num_addresses <= 2:  # noqa: PLR2004 -- RFC 3021: a /31 has no such addresses
        return frozenset()
    return frozenset({network[0], network[-1]})
