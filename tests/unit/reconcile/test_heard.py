"""What endpoints announce reaches their evidence: by card, by address, by the name of a Cisco telephone."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from inventory.location.engine import locate
from inventory.model.facts import Identifier, IdentifierKind, LldpNeighbour
from inventory.model.records import DeviceRole
from inventory.model.typehints import Kind, kinds, type_hints
from inventory.reconcile.heard import heard
from inventory.reconcile.identity import observe
from tests.simulator.story import AT, Story, station

PHONE = LldpNeighbour(
    "sw", 5, 5, Identifier(IdentifierKind.LOCAL, "x"), Identifier(IdentifierKind.LOCAL, "1"), None, None, None, AT,
    capabilities="bridge telephone", description="SIP-T46",
)  # fmt: skip


def test_whoever_says_what_it_is_can_be_found() -> None:
    card, ip = station(7), ip_address("10.0.0.7")
    by_card = replace(PHONE, port=Identifier(IdentifierKind.MAC, str(card)))
    by_ip = replace(PHONE, management_address=ip, if_index=6, local_port=6)
    by_name = replace(PHONE, chassis=Identifier(IdentifierKind.LOCAL, f"SEP{card.text.replace(':', '').upper()}"))
    tree = replace(by_card, table="dot1dStpPortTable")
    silent = replace(by_card, capabilities=None, description=None)
    assert heard([by_card, by_ip, tree, silent]) == {card: [by_card], ip: [by_ip]}
    assert heard([by_name]) == {card: [by_name]}
    assert heard([by_card, replace(by_card, at=AT.replace(year=2000))]) == {card: [by_card]}


def test_an_endpoints_announcement_is_among_its_evidence_and_hints_at_its_kind() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    story.learn("sw", 5, station(7))
    story.facts.append(replace(PHONE, port=Identifier(IdentifierKind.MAC, str(station(7)))))
    facts = story.factset()
    (seen,) = (one for one in observe(facts, locate(facts, story.devices), story.devices) if one.mac == station(7))
    assert any(line.row.startswith("port=GE0/0/5 capabilities=bridge,telephone") for line in seen.evidence)
    assert kinds(type_hints(seen, None)) == (Kind.TELEPHONE,)
