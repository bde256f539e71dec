"""Rows of earlier versions, which held English sentences where there are texts now, are still read."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.location.removal import removed
from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.location import Evidence, Location, Place, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.text import remarks, text, verbatim
from inventory.model.transcript import Ending, Output, Transcript
from inventory.model.values import Mac
from inventory.registry.engine import open_registry

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
WHY = remarks(text("timeout, {junk} malformed datagrams", junk=3), verbatim("noSuchObject"))


def test_sentences_of_earlier_versions_are_read_as_they_are(tmp_path: Path, sqlite_url: str) -> None:
    with open_registry(sqlite_url) as registry:
        registry.store_checks([DeviceCheck("sw-1", Check.CLOCK, CheckResult.NOT_ASSESSED, text("timeout"), NOON)])
        sweep = registry.start_sweep({}, {}, NOON)
        coverage = TableCoverage("sw-1", Table.ARP, Completeness.TIMED_OUT, 0, NOON, WHY)
        registry.store_reading(sweep, "read:sw-1", "sw-1", (), (coverage,), NOON)
        output = Output("display arp", b"", Ending.COMMAND_TIMEOUT, NOON, NOON, text("told to stop"))
        session = Transcript("sw-1", "huawei_vrp", NOON, NOON, Ending.STOPPED, text("told to stop"), "", (output,))
        registry.sessions.store(sweep, "public", "10.0.0.1 port 22", session, trusting=True)
        assert registry.facts([sweep]).coverage == (coverage,)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as old:
        old.execute("UPDATE check_rows SET evidence = 'it does not tell its model'")
        old.execute("UPDATE coverage_rows SET reason = '[\"timeout\" 3}]'")
        [packed] = old.execute("SELECT packed FROM transcripts").fetchone()
        document = json.loads(zlib.decompress(packed))
        document["reason"] = document["outputs"][0]["reason"] = "told to stop"
        old.execute("UPDATE transcripts SET packed = ?", (zlib.compress(json.dumps(document).encode()),))
        old.commit()
    with open_registry(sqlite_url) as registry:
        assert [check.evidence for check in registry.last_checks()] == [verbatim("it does not tell its model")]
        [found] = registry.facts([sweep]).coverage
        assert found.reason == verbatim('["timeout" 3}]')
        [(_plane, again)] = registry.sessions.transcripts(sweep)
        assert (again.reason, again.outputs[0].reason) == (verbatim("told to stop"),) * 2


def test_places_and_lines_written_out_by_earlier_versions_are_read_as_they_are(tmp_path: Path, sqlite_url: str) -> None:
    line = Evidence("snmp:dot1qTpFdbTable", "sw-1", NOON, "mac=02:00:00:00:00:01 port=GE0/0/5 vlan=10 status=learned")
    gone = removed(Place("core", "GE0/0/2", 2), "transit", "sw-1")
    mac = Mac.parse("02:00:00:00:00:01")
    place = Place("sw-1", "GE0/0/5", 5)
    location = Location(mac, Verdict.EXACT, place, evidence=(line,), removed=(gone,))
    seen = Observation("public", mac, (), location, NOON, NOON, Confidence.SINGLE, (line,))
    with open_registry(sqlite_url) as registry:
        sweep = registry.start_sweep({}, {}, NOON)
        registry.replace_observations(sweep, [seen])
    because = [gone.because.message, gone.because.params]
    with closing(sqlite3.connect(tmp_path / "registry.db")) as old:
        written = json.dumps([[["core", "GE0/0/2", 2], "transit", because]])
        old.execute("UPDATE observations SET location_evidence = evidence, removed = ?", (written,))
        old.commit()
    with open_registry(sqlite_url) as registry:
        assert registry.observations(sweep) == (seen,)
