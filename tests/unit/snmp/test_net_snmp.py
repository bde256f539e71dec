"""The client against net-snmp's own agent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args

import pytest

from inventory.model.coverage import NETWORK_TABLES, Completeness, Table
from inventory.model.facts import AddressFact, DeviceFact, InterfaceFact
from probes.contract import (
    AuthProtocol,
    DeviceReading,
    DeviceTarget,
    Engine,
    PrivacyProtocol,
    ReadLimits,
    SnmpCredential,
    SnmpV2c,
    SnmpV3,
)
from probes.snmp.device import read_device, read_session
from probes.snmp.recording import replay, save
from probes.snmp.tape import Tape, secrets_of
from tests.unit.snmp.conftest import CIPHERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.snmp.agents import Aim


def _read(target: DeviceTarget, limits: ReadLimits) -> DeviceReading:
    return asyncio.run(read_device(target, limits))


def _verdicts(reading: DeviceReading) -> dict[Table, Completeness]:
    return {row.table: row.completeness for row in reading.coverage}


def _credentials(port: int) -> dict[str, SnmpCredential]:
    return {
        "v1": SnmpV2c("public", port=port, version="1"),
        "v2c": SnmpV2c("public", port=port),
        "authPriv": SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1", port=port),
        "MD5": SnmpV3("elder", "md5", "auth-pass-3", "aes128", "privacy-pass-3", port=port),
        "SHA-512": SnmpV3("younger", "sha512", "auth-pass-4", "aes128", "privacy-pass-4", port=port),
        "authNoPriv": SnmpV3("reader", "sha1", "auth-pass-2", port=port),
    }


@pytest.mark.parametrize("which", ["v1", "v2c", "authPriv", "MD5", "SHA-512", "authNoPriv"])
def test_reads_this_machine(which: str, snmpd: int, target: Aim, patient: ReadLimits) -> None:
    reading = _read(target(snmpd, _credentials(snmpd)[which]), patient)

    assert reading.hint is None
    verdicts = _verdicts(reading)
    assert set(verdicts) == set(NETWORK_TABLES)
    assert verdicts[Table.SYSTEM] is Completeness.COMPLETE
    assert verdicts[Table.INTERFACES] is Completeness.COMPLETE
    assert verdicts[Table.ADDRESSES] is Completeness.COMPLETE
    assert verdicts[Table.FDB] is Completeness.UNSUPPORTED
    assert verdicts[Table.LLDP] is Completeness.UNSUPPORTED
    [device] = [fact for fact in reading.facts if isinstance(fact, DeviceFact)]
    assert device.sys_name == "loopback-agent"
    assert device.sys_descr == "an agent of the tests"
    names = {fact.name for fact in reading.facts if isinstance(fact, InterfaceFact)}
    assert "lo" in names
    assert not any(fact.ip.is_loopback for fact in reading.facts if isinstance(fact, AddressFact))


@pytest.mark.parametrize("user", [name for name, _, _ in CIPHERS])
@pytest.mark.parametrize("engine", get_args(Engine))
def test_every_protocol_and_both_key_extensions(
    user: str, engine: Engine, snmpd: int, target: Aim, patient: ReadLimits
) -> None:
    auth, privacy = user.split("-")
    credential = SnmpV3(
        user, cast("AuthProtocol", auth), "auth-pass-5", cast("PrivacyProtocol", privacy), "privacy-pass-5", port=snmpd
    )
    reading = _read(replace(target(snmpd, credential), tables=frozenset()), replace(patient, engine=engine))
    assert {row.completeness for row in reading.coverage} == {Completeness.COMPLETE}


def test_a_user_without_security(snmpd: int, target: Aim, patient: ReadLimits) -> None:
    aimed = replace(target(snmpd, SnmpV3("stranger", port=snmpd)), tables=frozenset())
    assert {row.completeness for row in _read(aimed, patient).coverage} == {Completeness.COMPLETE}


@pytest.mark.parametrize(("user", "other"), [("sha1-aes256", "aes256c"), ("sha1-aes256c", "aes256")])
def test_the_other_key_extension_is_another_key(
    user: str, other: PrivacyProtocol, snmpd: int, target: Aim, limits: ReadLimits
) -> None:
    credential = SnmpV3(user, "sha1", "auth-pass-5", other, "privacy-pass-5", port=snmpd)
    reading = _read(target(snmpd, credential), limits)
    assert {(row.completeness, str(row.reason)) for row in reading.coverage} == {
        (Completeness.TIMED_OUT, "timeout after the engine told its id: probably a wrong privacy password or protocol")
    }


def test_every_version_tells_the_same(snmpd: int, target: Aim, patient: ReadLimits) -> None:
    seen = {
        which: {
            (fact.if_index, fact.name, fact.if_type, str(fact.mac))
            for fact in _read(target(snmpd, credential), patient).facts
            if isinstance(fact, InterfaceFact)
        }
        for which, credential in _credentials(snmpd).items()
    }
    assert seen["v1"] == seen["v2c"] == seen["authPriv"] == seen["authNoPriv"]


@pytest.mark.parametrize(
    ("credential", "verdict", "reason", "hint"),
    [
        (
            SnmpV3("auditor", "sha256", "wrong-pass-1", "aes128", "privacy-pass-1"),
            Completeness.REFUSED,
            "usmStatsWrongDigests",
            "authentication protocol and password",
        ),
        (
            SnmpV3("nobody", "sha256", "auth-pass-1", "aes128", "privacy-pass-1"),
            Completeness.REFUSED,
            "usmStatsUnknownUserNames",
            "does not know the SNMPv3 user nobody",
        ),
        (
            SnmpV3("reader", "sha1", "auth-pass-2", "aes128", "privacy-pass-1"),
            Completeness.REFUSED,
            "usmStatsUnsupportedSecLevels",
            "security level",
        ),
        (
            SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "wrong-pass-1"),
            Completeness.TIMED_OUT,
            "timeout",
            "privacy protocol and password",
        ),
        (SnmpV2c("wrong"), Completeness.TIMED_OUT, "timeout", "community"),
    ],
    ids=["wrong password", "unknown user", "no such level", "wrong privacy password", "wrong community"],
)
def test_credentials_that_do_not_fit(
    credential: SnmpCredential,
    verdict: Completeness,
    reason: str,
    hint: str,
    snmpd: int,
    target: Aim,
    limits: ReadLimits,
) -> None:
    reading = _read(target(snmpd, replace(credential, port=snmpd)), limits)

    assert reading.facts == ()
    assert set(_verdicts(reading)) == set(NETWORK_TABLES)
    assert reading.hint is not None
    assert hint in str(reading.hint)
    assert set(_verdicts(reading).values()) == {verdict}
    assert all(row.reason is not None and reason in str(row.reason) for row in reading.coverage)


def test_nobody_listens(dead_port: int, target: Aim, limits: ReadLimits) -> None:
    reading = _read(target(dead_port), limits)

    assert set(_verdicts(reading).values()) == {Completeness.REFUSED}
    assert {str(row.reason) for row in reading.coverage} == {"ICMP port unreachable"}
    assert str(reading.hint) == f"No SNMP agent listens on 127.0.0.1 port {dead_port}."


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (
            SnmpV3("auditor", privacy_protocol="aes128", privacy_secret="privacy-pass-1"),
            "privacy without authentication",
        ),
        (SnmpV3("auditor", "sha256"), "no authentication password"),
        (SnmpV3("auditor", "sha256", "auth-pass-1", "aes128"), "no privacy password"),
    ],
)
def test_half_a_credential_is_never_sent(
    credential: SnmpV3, reason: str, dead_port: int, target: Aim, limits: ReadLimits
) -> None:
    reading = _read(target(dead_port, replace(credential, port=dead_port)), limits)

    assert {str(row.reason) for row in reading.coverage} == {reason}
    assert reading.hint is not None


@pytest.mark.parametrize("which", ["v2c", "authPriv"])
def test_what_was_read_can_be_read_again_from_the_tape(
    which: str, snmpd: int, target: Aim, patient: ReadLimits, tmp_path: Path
) -> None:
    credential = _credentials(snmpd)[which]
    tape = Tape(secrets_of(credential))
    reading = asyncio.run(read_device(target(snmpd, credential), patient, tape))
    save(tape.recording(), tmp_path / "machine.snmprec")
    again = asyncio.run(read_session(replay(tmp_path / "machine.snmprec"), "sw", "public"))

    def told(one: DeviceReading) -> set[str]:
        kept = (fact for fact in one.facts if not isinstance(fact, DeviceFact))
        return {repr(fact).replace(repr(fact.at), "") for fact in kept}

    assert told(reading) == told(again) != set()
    written = (tmp_path / "machine.snmprec").read_text()
    assert not any(secret in written for secret in ("auth-pass-1", "privacy-pass-1"))
