"""What an endpoint calls itself, read from its evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from inventory.location.proof import of_sighting
from inventory.model.location import Location, Verdict
from inventory.model.names import name_of
from inventory.model.observation import Confidence, Observation
from inventory.model.sightings import ProbeKind, Sighting

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def seen(*details: str) -> Observation:
    """Return an endpoint that gave these answers, a second after each other."""
    ip, when = ip_address("10.0.0.7"), [NOON + timedelta(seconds=number) for number in range(len(details))]
    answers = [
        Sighting("public", ip, None, ProbeKind.UDP, detail, at, 128, 0.4)
        for detail, at in zip(details, when, strict=True)
    ]
    rows = tuple(of_sighting(answer) for answer in answers)
    return Observation(
        "public", None, (ip,), Location(None, Verdict.PROBE_ONLY, None), NOON, NOON, Confidence.SINGLE, rows
    )


@pytest.mark.parametrize(
    ("details", "name", "source"),
    [
        (["udp/137 name=PC-17 group=OFFICE mac=00:e0:fc:12:34:56"], "PC-17", "udp/137"),
        (["udp/137 name=财务 二 group=OFFICE"], "财务 二", "udp/137"),
        (["udp/137 name=PC-17"], "PC-17", "udp/137"),
        (["udp/5353 name=printer.local services=_ipp._tcp,_http._tcp"], "printer.local", "udp/5353"),
        (["udp/137 name=OLD", "udp/137 name=NEW"], "NEW", "udp/137"),
        (["udp/137 name=PC-17", "tcp/445 open"], "PC-17", "udp/137"),
    ],
)
def test_the_newest_name_counts(details: list[str], name: str, source: str) -> None:
    found = name_of(seen(*details))
    assert found is not None
    assert (found.name, found.source) == (name, source)


@pytest.mark.parametrize("detail", ["udp/137 group=OFFICE", "udp/161 answers", "tcp/445 open", "echo reply"])
def test_who_says_no_name_has_none(detail: str) -> None:
    assert name_of(seen(detail)) is None


def test_a_name_of_an_address_two_cards_use_is_nobodys() -> None:
    known = seen("udp/137 name=PC-17")
    assert name_of(replace(known, shared_ips=known.ips)) is None
