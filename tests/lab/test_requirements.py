"""What a user reads when the machine cannot run the lab; nothing is started here."""

from __future__ import annotations

import pytest

from tests.lab import LabError, LabUnavailableError, requirements


def test_missing_programs_are_named_with_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "search_path", lambda: "/nowhere")
    with pytest.raises(LabUnavailableError) as caught:
        requirements.check()
    assert "snmpd" in caught.value.message
    assert caught.value.hint == (
        "apt-get install --no-install-recommends "
        "coreutils iproute2 lldpd nftables openssh-client openssh-server snmp snmpd util-linux"
    )
    assert "\n" not in str(caught.value)


def test_a_refused_namespace_is_a_property_of_the_machine() -> None:
    error = requirements.explain_refusal("unshare: unshare failed: Operation not permitted")
    assert isinstance(error, LabUnavailableError)
    assert error.hint


def test_a_chroot_is_named_as_such() -> None:
    error = requirements.explain_refusal("unshare: cannot change root filesystem propagation: Invalid argument")
    assert isinstance(error, LabUnavailableError)
    assert "chroot" in error.message
    assert "mount --bind" in error.hint


def test_anything_else_is_a_defect() -> None:
    assert isinstance(requirements.explain_refusal("Traceback (most recent call last): …"), LabError)
