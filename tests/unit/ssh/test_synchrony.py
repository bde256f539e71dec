"""No output is ever another command's: against a real router's shell, and over a slow line."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from inventory.model.transcript import Ending
from probes.contract import SshLimits
from probes.ssh.read import read
from probes.ssh.reading import reading
from tests.unit.ssh import routers
from tests.unit.ssh.peers import target
from tests.unit.ssh.relay import relay
from tests.unit.ssh.stories import load, told

if TYPE_CHECKING:
    from probes.ssh.parser import Parser
    from tests.unit.ssh.peers import Servers


def test_a_real_router_asked_by_many_at_once(servers: Servers) -> None:
    peer = routers.start(servers)
    stop = threading.Event()
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(read, target(peer), SshLimits(), stop, None, routers.PROFILE) for _ in range(24)]
    for transcript in (one.result() for one in asked):
        assert transcript.ending is Ending.DONE, transcript.reason
        outputs = {output.command: output.raw for output in transcript.outputs if output.command in routers.MARKS}
        assert outputs.keys() == routers.MARKS.keys()
        assert all(routers.right(command, raw) for command, raw in outputs.items())


def test_a_slow_line(servers: Servers, parser: Parser) -> None:
    story = load("comware_aggregation")
    peer = servers.start(
        {"prompt": story.prompt, "outputs": dict(story.outputs), "unknown": "% Unrecognized command\n", **story.peer}
    )
    with relay(peer.port, 0.2) as slow:
        transcript = read(target(slow, platform=story.platform), SshLimits(), threading.Event())
    assert transcript.ending is Ending.DONE, transcript.reason
    assert told(reading(transcript, "public", parser)) == told(reading(story.transcript(), "public", parser))
