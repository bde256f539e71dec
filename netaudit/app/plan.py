"""A sweep before it starts: everything decided, nothing sent. Stored with the sweep, so it is resumed as planned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final

from inventory.model.coverage import NETWORK_TABLES, SENSOR_TABLES
from inventory.model.errors import SettingsError, UsageError
from inventory.model.facts import ProbeKind
from inventory.model.records import DeviceRole
from inventory.model.sweep import Skipped
from inventory.model.text import Text, text
from inventory.model.values import PUBLIC_PLANE
from netaudit.app.scope import Area, Scope, ScopeRequest, plan_scope
from netaudit.credentials import snmp_credential
from probes.contract import FORBIDDEN_TCP_PORTS, DeviceTarget, Pace, ProbePlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.coverage import Table
    from inventory.model.records import DeviceView, Filed
    from inventory.model.values import IPNetwork
    from netaudit.settings import Settings
    from probes.contract import SnmpCredential

SENSING: Final = frozenset({DeviceRole.UPS, DeviceRole.PDU, DeviceRole.SENSOR})
"""Roles that forward nothing: they are asked what they measure, and where an endpoint is they cannot tell."""
PROBES: Final = (ProbeKind.ICMP, ProbeKind.ARP, ProbeKind.TCP, ProbeKind.UDP)
"""What can be asked for; the kernel's neighbour table is always read."""
DEFAULT_RETRIES: Final = 1
"""Where loss cannot be measured, because the kernel sends the packets."""
_EVERYWHERE: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What the user asked for."""

    scope: ScopeRequest
    probes: ProbePlan
    pace: Pace
    scan: bool = True
    collect: bool = True
    devices: tuple[str, ...] = ()
    """Only these devices are read; none named means those that concern the scope."""
    quiet_hours: bool = True
    """Whether quiet hours are kept."""


def request_of(  # noqa: PLR0913 -- one parameter per option that overrides a setting
    settings: Settings,
    scope: ScopeRequest,
    *,
    scan: bool = True,
    collect: bool = True,
    devices: tuple[str, ...] = (),
    rate: float | None = None,
    kinds: tuple[str, ...] | None = None,
    timeout: float | None = None,
    retries: int | None = None,
    trusted_port: bool = False,
    ignore_quiet_hours: bool = False,
) -> SweepRequest:
    """Join the settings with what the user asked for this time.

    Raises:
        UsageError: a probe kind or TCP port that cannot be used.
    """
    given = settings.sweep
    wanted = given.probes if kinds is None else kinds
    patience = given.retries if retries is None else retries
    unknown = [kind for kind in wanted if kind not in PROBES]
    if unknown or not wanted:
        raise UsageError(
            text("There is no probe {kind!r}.", kind=", ".join(unknown)), text("Use: {known}", known=", ".join(PROBES))
        )
    forbidden = sorted(FORBIDDEN_TCP_PORTS.intersection(given.tcp_ports))
    if forbidden:
        raise UsageError(
            text("TCP ports {ports} are never probed: printers print what arrives there.", ports=forbidden),
            text("Take them out of sweep.tcp_ports in the settings."),
        )
    return SweepRequest(
        scope=replace(scope, exclude=(*scope.exclude, *given.exclude)),
        probes=ProbePlan(
            kinds=frozenset(ProbeKind(kind) for kind in wanted),
            tcp_ports=given.tcp_ports,
            timeout_s=given.timeout if timeout is None else timeout,
            retries=DEFAULT_RETRIES if patience is None else patience,
            adaptive=patience is None,
        ),
        pace=Pace(
            rate_pps=given.rate if rate is None else rate,
            new_addresses_per_gateway_s=given.new_addresses_per_gateway,
            arp_pps=(given.rate if rate is None else rate) if trusted_port or given.trusted_port else given.arp_rate,
        ),
        quiet_hours=not ignore_quiet_hours,
        scan=scan,
        collect=collect,
        devices=devices,
    )


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What will be done."""

    scope: Scope
    probes: ProbePlan
    pace: Pace
    scan: bool
    devices: tuple[str, ...]
    """Names of the devices to read; empty when nothing is to be read."""
    quiet_hours: bool = True

    @property
    def stored_scope(self) -> dict[str, object]:
        """The part that says where, as JSON."""
        return {
            "areas": [
                [area.plane, str(area.network), _written(area.within), _written(area.gateway)]
                for area in self.scope.areas
            ],
            "excluded": [str(network) for network in self.scope.excluded],
            "skipped": [[entry.what, entry.why.plain()] for entry in self.scope.skipped],
            "named": self.scope.named,
            "devices": list(self.devices),
        }

    @property
    def stored_options(self) -> dict[str, object]:
        """The part that says how, as JSON."""
        return {
            "scan": self.scan,
            "probes": sorted(self.probes.kinds),
            "tcp_ports": list(self.probes.tcp_ports),
            "timeout": self.probes.timeout_s,
            "retries": self.probes.retries,
            "adaptive": self.probes.adaptive,
            "rate": self.pace.rate_pps,
            "new_addresses_per_gateway": self.pace.new_addresses_per_gateway_s,
            "arp_rate": self.pace.arp_pps,
            "quiet_hours": self.quiet_hours,
        }

    @classmethod
    def stored(cls, scope: Mapping[str, Any], options: Mapping[str, Any]) -> SweepPlan:
        """Rebuild a plan from what an interrupted sweep stored."""
        areas = tuple(
            Area(
                plane,
                ip_network(network),
                ip_network(within) if within else None,
                ip_address(gateway) if gateway else None,
            )
            for plane, network, within, gateway in scope["areas"]
        )
        excluded = tuple(ip_network(network) for network in scope["excluded"])
        skipped = tuple(Skipped(what, Text.of_plain(why)) for what, why in scope["skipped"])
        return cls(
            scope=Scope(areas, excluded, skipped, scope.get("named", True)),
            probes=ProbePlan(
                kinds=frozenset(ProbeKind(kind) for kind in options["probes"]),
                tcp_ports=tuple(options["tcp_ports"]),
                timeout_s=options["timeout"],
                retries=options["retries"],
                adaptive=options.get("adaptive", False),
            ),
            pace=Pace(options["rate"], options["new_addresses_per_gateway"], options["arp_rate"]),
            scan=options["scan"],
            devices=tuple(scope["devices"]),
            quiet_hours=options.get("quiet_hours", True),
        )


def _written(value: object | None) -> str | None:
    return None if value is None else str(value)


def make_plan(request: SweepRequest, filed: Filed) -> SweepPlan:
    """Decide what to probe and which devices to read.

    Raises:
        ScopeError: nothing may be probed; see :func:`netaudit.app.scope.plan_scope`.
        UsageError: a named device is not registered.
    """
    scope = plan_scope(request.scope, filed, must_hold=request.scan)
    devices = _devices(request, scope, filed) if request.collect else ()
    if not request.scan:
        scope = replace(scope, areas=(), skipped=())
    names = tuple(device.name for device in devices)
    return SweepPlan(scope, request.probes, request.pace, request.scan, names, request.quiet_hours)


def _devices(request: SweepRequest, scope: Scope, filed: Filed) -> tuple[DeviceView, ...]:
    if request.devices:
        return named_devices(request.devices, filed.devices)
    wanted = request.scope
    if not (wanted.targets or wanted.unit or wanted.point):
        return filed.devices
    units = {point.code: point.unit for point in filed.points}
    touched = {
        prefix.point
        for prefix in filed.prefixes
        if any(
            area.plane == prefix.plane
            and area.network.version == prefix.cidr.version
            and area.network.overlaps(prefix.cidr)
            for area in scope.areas
        )
    }
    return tuple(
        device
        for device in filed.devices
        if device.role not in SENSING
        and (
            device.role in _EVERYWHERE
            or device.point is None
            or device.point in touched
            or device.point == wanted.point
            or (wanted.unit is not None and units.get(device.point) == wanted.unit)
        )
    )


def named_devices(names: Sequence[str], devices: Sequence[DeviceView]) -> tuple[DeviceView, ...]:
    """Return the devices of these names, in the order they are registered in.

    Raises:
        UsageError: one of them is not registered.
    """
    for name in names:
        if all(device.name != name for device in devices):
            raise UsageError(text("There is no device {name!r}.", name=name), text("See: netaudit device list"))
    return tuple(device for device in devices if device.name in names)


def readable(
    names: Sequence[str], devices: Sequence[DeviceView], settings: Settings, excluded: Sequence[IPNetwork]
) -> tuple[list[DeviceTarget], list[Skipped]]:
    """Join devices with their credentials; one that cannot or must not be asked is skipped with the reason."""
    targets, skipped = [], []
    known = {device.name: device for device in devices}
    for name in names:
        device = known.get(name)
        if device is None:
            skipped.append(Skipped(name, text("It is no longer registered.")))
        elif any(device.address in network for network in excluded):
            skipped.append(Skipped(name, text("Its address is excluded.")))
        elif device.snmp_profile is None:
            if device.ssh_profile is None:
                skipped.append(Skipped(name, text("It has neither an SNMP nor an SSH profile.")))
        else:
            try:
                credential = snmp_credential(settings, device.snmp_profile)
            except SettingsError as error:
                skipped.append(Skipped(name, error.message))
            else:
                targets.append(target_of(device, credential))
    return targets, skipped


def target_of(device: DeviceView, credential: SnmpCredential) -> DeviceTarget:
    """Join a device with its credential and with what a device of its role is asked for."""
    return DeviceTarget(device.name, device.address, PUBLIC_PLANE, credential, device.platform, tables_of(device))


def tables_of(device: DeviceView) -> frozenset[Table]:
    """Return what a device of its role is asked for."""
    return SENSOR_TABLES if device.role in SENSING else NETWORK_TABLES
