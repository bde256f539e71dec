"""A device that shows one VLAN at a time, over real UDP: as whom it is asked, and what follows from silence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pysnmp.proto import rfc1902

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import FdbRow
from probes.contract import ReadLimits, SnmpV2c, SnmpV3
from probes.snmp.client import Session
from probes.snmp.device import read_device, read_session
from probes.snmp.recording import Recording, load
from probes.snmp.wire import of_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.unit.snmp.agents import Aim, Objects, Question, Reply, Rogues

CASE = Path(__file__).parents[2] / "cases" / "snmp" / "cisco_vlan_views.snmprec"
SYS_UP_TIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
PATIENT = ReadLimits(timeout_s=5.0)


def test_the_credential_of_a_vlan_comes_from_the_devices_own() -> None:
    assert of_view(SnmpV2c("geheim"), 20) == SnmpV2c("geheim@20")
    assert of_view(SnmpV3("auditor", "sha256", "a", "aes128", "b"), 20) == SnmpV3(
        "auditor", "sha256", "a", "aes128", "b", "vlan-20"
    )
    assert "geheim" not in repr(of_view(SnmpV2c("geheim"), 20))


def test_the_context_of_a_vrf_needs_version_3() -> None:
    assert of_view(SnmpV2c("geheim"), "red") is None
    assert of_view(SnmpV3("auditor", "sha256", "a"), "red") == SnmpV3("auditor", "sha256", "a", context="red")


def _objects(recording: Recording) -> Objects:
    found: Objects = dict(recording.objects())
    for oid, value in found.items():
        if isinstance(value, tuple):
            found[oid] = b"1.3.6.1.4.1.9.1.1208"
    if SYS_UP_TIME in found:
        found[SYS_UP_TIME] = rfc1902.TimeTicks(found[SYS_UP_TIME])
    return found


class _Switch:
    """Answers each community with that VLAN's objects, and nobody else."""

    def __init__(self, shown: Mapping[bytes, Objects]) -> None:
        self.shown = shown
        self.asked: set[bytes] = set()

    def __call__(self, question: Question) -> Reply:
        self.asked.add(question.community)
        shown = self.shown.get(question.community)
        return None if shown is None else replace(question, objects=shown).answer()


def _switch(*vlans: int) -> _Switch:
    recording = load(CASE)
    shown = {b"public@%d" % vlan: _objects(recording.views[vlan]) for vlan in vlans}
    return _Switch({b"public": _objects(recording), **shown})


def test_every_vlan_is_asked_as_itself(rogue: Rogues, target: Aim) -> None:
    switch = _switch(1, 10, 20)
    aimed = replace(target(rogue(switch, {}).port), platform="cisco_ios")
    reading = asyncio.run(read_device(aimed, PATIENT))

    assert switch.asked == {b"public", b"public@1", b"public@10", b"public@20"}
    found = {(str(row.mac)[-2:], row.vlan, row.if_index) for row in reading.facts if isinstance(row, FdbRow)}
    assert found == {("01", 1, 10102), ("02", 10, 10101), ("02", 20, 10101), ("03", 10, 5001), ("04", 20, 5001)}


def test_a_vlan_that_does_not_answer_ends_the_asking(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    switch = _switch(1)
    aimed = replace(target(rogue(switch, {}).port), platform="cisco_ios")
    reading = asyncio.run(read_device(aimed, replace(limits, timeout_s=1.0)))

    assert b"public@20" not in switch.asked
    [fdb] = [row for row in reading.coverage if row.table is Table.FDB]
    assert (fdb.completeness, str(fdb.reason)) == (Completeness.TRUNCATED, "VLAN 10, 20 not read: timeout")


def test_no_other_platform_is_ever_asked_so(rogue: Rogues, target: Aim) -> None:
    for platform in ("h3c_comware", None):
        switch = _switch(1, 10, 20)
        asyncio.run(read_device(replace(target(rogue(switch, {}).port), platform=platform), PATIENT))
        assert switch.asked == ({b"public"} if platform else {b"public", b"public@1", b"public@10", b"public@20"})


def test_a_default_view_without_a_table_hides_no_vlan() -> None:
    whole = load(CASE)
    plain = (1, 3, 6, 1, 2, 1, 17, 4, 3)
    kept = [(oid, value) for oid, value in whole.objects() if oid[: len(plain)] != plain]
    session = Session(Recording(kept, views=whole.views), PATIENT)
    reading = asyncio.run(read_session(session, "sw1", "public"))
    [fdb] = [row for row in reading.coverage if row.table is Table.FDB]
    assert (fdb.completeness, fdb.reason, fdb.rows) == (Completeness.COMPLETE, None, 5)
