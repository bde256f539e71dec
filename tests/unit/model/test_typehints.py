"""What an endpoint may be: hints, each with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from inventory.model.location import Evidence, Location, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.typehints import Kind, kinds, type_hints
from inventory.model.values import Mac
from probes.oui import vendor

AT = datetime(2026, 11, 24, tzinfo=UTC)
IP = ip_address("10.1.0.9")


def seen(mac: str | None, *rows: str, source: str = "probe:icmp", shared: bool = False) -> Observation:
    return Observation(
        plane="public",
        mac=Mac.parse(mac) if mac else None,
        ips=(IP,),
        location=Location(None, Verdict.PROBE_ONLY, None),
        first_seen=AT,
        last_seen=AT,
        confidence=Confidence.SINGLE,
        evidence=tuple(Evidence(source, None, AT, f"ip={IP} {row}") for row in rows),
        shared_ips=(IP,) if shared else (),
    )


@pytest.mark.parametrize(
    ("mac", "kind"),
    [
        ("44:19:b6:00:00:01", Kind.CAMERA),
        ("3c:ef:8c:00:00:01", Kind.CAMERA),
        ("00:1e:8f:00:00:01", Kind.PRINTER),
        ("00:1b:a9:00:00:01", Kind.PRINTER),
        ("80:5e:c0:00:00:01", Kind.TELEPHONE),
        ("00:11:32:00:00:01", Kind.STORAGE),
        ("00:0c:29:00:00:01", Kind.VIRTUAL_MACHINE),
        ("00:15:5d:00:00:01", Kind.VIRTUAL_MACHINE),
        ("52:54:00:00:00:01", Kind.VIRTUAL_MACHINE),
        ("58:69:6c:00:00:01", Kind.NETWORK),
        ("50:d4:f7:00:00:01", Kind.NETWORK),
    ],
)
def test_a_card_tells_by_the_registered_name_of_its_maker(mac: str, kind: Kind) -> None:
    (hint,) = type_hints(seen(mac), vendor(Mac.parse(mac)))
    assert hint.kind is kind


@pytest.mark.parametrize("mac", ["b0:7b:25:00:00:01", "28:18:78:00:00:01", "da:a1:19:00:00:01", "00:e0:fc:00:00:01"])
def test_makers_of_many_things_tell_nothing(mac: str) -> None:
    """Dell, Microsoft's own hardware, a random card, Huawei."""
    assert type_hints(seen(mac), vendor(Mac.parse(mac))) == ()


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("echo reply ttl=127 rtt=0.4ms", Kind.COMPUTER),
        ("echo reply ttl=128", Kind.COMPUTER),
        ("echo reply ttl=254 rtt=1ms", Kind.NETWORK),
        ("tcp/3389 open ttl=62", Kind.COMPUTER),
        ("tcp/135 open", Kind.COMPUTER),
        ("udp/137 name=PC-17 group=OFFICE", Kind.COMPUTER),
        ("echo reply ttl=64", None),
        ("echo reply", None),
        ("tcp/3389 refused", None),
        ("tcp/445 open", None),
        ("tcp/13 open", None),
        ("udp/5353 name=tcp/135 opened", None),
    ],
)
def test_an_answer_tells(row: str, kind: Kind | None) -> None:
    assert kinds(type_hints(seen(None, row), None)) == ((kind,) if kind else ())


def test_every_source_is_named_and_contradictions_stay() -> None:
    hints = type_hints(
        seen("44:19:b6:00:00:01", "echo reply ttl=127", "tcp/3389 open", "tcp/3389 open"), "Hangzhou Hikvision"
    )
    assert kinds(hints) == (Kind.COMPUTER, Kind.CAMERA)
    assert [str(hint.because) for hint in hints] == [
        "answers with TTL 127, as Windows does",
        "tcp/3389 is open, a service of Windows",
        "card made by Hangzhou Hikvision",
    ]


def test_what_others_may_have_said_tells_nothing() -> None:
    assert type_hints(seen(None, "echo reply ttl=128", shared=True), None) == ()
    assert type_hints(seen(None, "echo reply ttl=128", source="snmp:ipNetToPhysicalTable"), None) == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("port=GE0/0/1 capabilities=bridge,telephone chassis=x remotePort=y", {Kind.TELEPHONE}),
        ("port=GE0/0/1 capabilities=bridge,access_point chassis=x remotePort=y", {Kind.NETWORK}),
        ("port=GE0/0/1 capabilities=station chassis=x remotePort=y", set()),
        ("port=GE0/0/1 chassis=x remotePort=capabilities=telephone chassis=z", set()),
        ("port=Gi1/0/1 chassis=SEP1 remotePort=Port 1 description=Cisco IP Phone 7841", {Kind.TELEPHONE}),
        ("port=Gi1/0/1 chassis=x remotePort=y description=HIKVISION DS-2CD2143", {Kind.CAMERA}),
        ("port=Gi1/0/1 chassis=x remotePort=y description=HP LaserJet Pro M404", {Kind.PRINTER}),
        ("port=Gi1/0/1 chassis=x remotePort=y description=VMware ESX", {Kind.COMPUTER}),
        ("port=Gi1/0/1 chassis=x remotePort=y description=cisco AIR-AP2702I-UXK9", {Kind.NETWORK}),
        ("port=Gi1/0/1 chassis=x remotePort=y description=printers and switches", set()),
        ("port=Gi1/0/1 chassis=x remotePort=y description=something", set()),
    ],
)
def test_what_it_announces_to_its_switch_tells(row: str, expected: set[Kind]) -> None:
    announced = replace(seen(None), evidence=(Evidence("snmp:lldpRemTable", "sw", AT, row),))
    assert set(kinds(type_hints(announced, None))) == expected


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ("_http._tcp,_ipp._tcp,_pdl-datastream._tcp", {Kind.PRINTER}),
        ("_workstation._tcp,_ssh._tcp", {Kind.COMPUTER}),
        ("_http._tcp,_smb._tcp", set()),
    ],
)
def test_what_services_it_offers_tells(services: str, expected: set[Kind]) -> None:
    row = f"udp/5353 name=x.local services={services}"
    assert set(kinds(type_hints(seen(None, row), None))) == expected
    assert type_hints(seen(None, row, shared=True), None) == ()


def test_a_telephone_by_one_source_and_a_computer_by_another_contradict_each_other() -> None:
    said = "port=GE0/0/1 capabilities=telephone chassis=x remotePort=y"
    both = replace(
        seen(None, "tcp/3389 open"), evidence=(
            *seen(None, "tcp/3389 open").evidence, Evidence("snmp:lldpRemTable", "sw", AT, said),
        ),
    )  # fmt: skip
    assert {str(hint.because) for hint in type_hints(both, None)} == {
        "announces itself as telephone", "tcp/3389 is open, a service of Windows",
    }  # fmt: skip
