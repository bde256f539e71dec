"""What is checked before the portal listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.model.errors import NetauditError, UsageError
from netaudit.web.server import Place, listen
from tests.unit.web.certificates import certificate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_that_is_taken_is_told() -> None:
    with listen(Place("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NetauditError, match="port") as told:
            listen(Place("127.0.0.1", port))
    assert told.value.exit_code == 4


def test_certificate_and_key_have_to_belong_together(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _other, foreign = certificate(tmp_path / "other")
    text = tmp_path / "text.pem"
    text.write_text("no certificate", encoding="ascii")
    text.chmod(0o600)
    for one, two in ((chain, foreign), (chain, text), (text, key), (key, chain)):
        two.chmod(0o600)
        with pytest.raises(UsageError, match="do not belong together"):
            listen(Place("127.0.0.1", 0, one, two))
    with listen(Place("127.0.0.1", 0, chain, key)) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    key.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        listen(Place("127.0.0.1", 0, chain, key))


@pytest.mark.parametrize(("host", "url"), [("127.0.0.1", "http://127.0.0.1:81/"), ("::1", "http://[::1]:81/")])
def test_people_are_told_what_to_type(host: str, url: str) -> None:
    assert Place(host, 81).url == url
