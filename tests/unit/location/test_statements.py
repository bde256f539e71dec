"""What a person states about a port outranks what the tables suggest, and the answer shows it."""

from __future__ import annotations

from datetime import timedelta

from inventory.location.engine import locate
from inventory.location.links import Candidates
from inventory.location.topology import reduce
from inventory.model.location import Location, Place, Verdict
from inventory.model.records import DeviceRole, Leads, StatementView
from inventory.model.sources import STATED
from tests.simulator.story import AT, Story, later, station
from tests.unit.location.test_topology import shown

X = station(1)


def where(story: Story, *statements: StatementView) -> Location:
    found = locate(story.factset(), story.devices, None, statements).of(X)
    assert found is not None
    return found


def sources(found: Location) -> set[str]:
    return {line.source for line in found.evidence}


def test_a_stated_uplink_makes_a_lone_switch_understood() -> None:
    """No gateway anywhere: without the statement any port may be the uplink."""
    story = Story()
    story.device("sw")
    story.learn("sw", 5, X)
    assert where(story).verdict is Verdict.AMBIGUOUS
    found = where(story, StatementView("sw", "GE0/0/1", Leads.CORE))
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("sw", "GE0/0/5", 5))


def test_nothing_is_attached_to_a_stated_uplink() -> None:
    """``sw`` learned X on a port that looks like an edge; the statement says it leads up."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    story.learn("core", 2, switch, X)
    story.learn("sw", 1, core)
    story.learn("sw", 5, X)
    assert where(story).place == Place("sw", "GE0/0/5", 5)
    found = where(story, StatementView("sw", "GE0/0/5", Leads.CORE), StatementView("sw", "GE0/0/1", Leads.CORE))
    assert (found.place, found.verdict) == (Place("core", "GE0/0/2", 2), Verdict.EXACT)
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("sw", "stated-uplink")]
    assert str(found.removed[0].because) == "GE0/0/5 of sw leads towards the core: somebody stated it"


def test_a_port_to_endpoints_only_is_exact_whatever_was_heard_there() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    story.hear("sw", 5, station(77), "1", name="TL-SG108E")
    story.learn("sw", 5, X)
    assert where(story).verdict is Verdict.BOUNDED
    found = where(story, StatementView("sw", "GE0/0/5", Leads.STATIONS))
    assert (found.verdict, STATED in sources(found)) == (Verdict.EXACT, True)


def test_a_stated_link_says_behind_which_port_a_switch_lies() -> None:
    """Nothing tells where ``leaf`` hangs; the statement does, from either end."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("leaf")
    story.learn("leaf", 1, core)
    story.learn("core", 2, X)
    story.learn("leaf", 4, X, at=later(1))
    assert where(story).verdict is Verdict.AMBIGUOUS
    for said in (
        StatementView("core", "GE0/0/2", Leads.DEVICE, "leaf"),
        StatementView("leaf", "GE0/0/1", Leads.CORE, "core", "GE0/0/2"),
    ):
        assert where(story, said).place == Place("leaf", "GE0/0/4", 4)


def test_a_port_to_an_unnamed_device_is_not_exact() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    story.learn("sw", 5, X)
    assert where(story).verdict is Verdict.EXACT
    found = where(story, StatementView("sw", "GE0/0/5", Leads.DEVICE))
    assert (found.verdict, STATED in sources(found)) == (Verdict.BOUNDED, True)


def test_a_statement_about_a_port_that_was_not_read_changes_nothing() -> None:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.device("sw")
    story.learn("sw", 1, core)
    story.learn("sw", 5, X)
    said = (StatementView("sw", "GE9/9/9", Leads.CORE), StatementView("nobody", "x", Leads.STATIONS))
    assert where(story, *said) == where(story)


def test_a_statement_ends_with_its_last_day() -> None:
    """The facts' day counts, not the reader's: an old sweep comes to the same whenever it is computed again."""
    story = Story()
    story.device("sw")
    story.learn("sw", 5, X)
    day = AT.astimezone().date()
    ended, lasting = (StatementView("sw", "GE0/0/1", Leads.CORE, until=day + timedelta(days=n)) for n in (-1, 0))
    assert where(story, ended).verdict is Verdict.AMBIGUOUS
    assert where(story, lasting).verdict is Verdict.EXACT


def test_a_port_may_be_spelled_as_people_spell_it() -> None:
    story = Story()
    story.device("sw")
    story.interface("sw", 1, name="GigabitEthernet0/0/1")
    story.learn("sw", 5, X)
    assert where(story, StatementView("sw", "GE 0/0/1", Leads.CORE)).verdict is Verdict.EXACT


def links(story: Story, *statements: StatementView) -> list[str]:
    return shown(reduce(Candidates(story.factset(), story.devices, (), statements).standing).links)


def test_the_topology_believes_a_stated_link_and_shows_it_as_stated() -> None:
    """``leaf`` hangs on port 2 by its MAC; the sheet says it is port 3."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    leaf = story.device("leaf")
    story.learn("core", 2, leaf)
    story.learn("leaf", 1, core)
    assert links(story) == ["core:GE0/0/2 leaf:GE0/0/1 identity"]
    said = StatementView("core", "GE0/0/3", Leads.DEVICE, "leaf", "GE0/0/9")
    assert links(story, said) == ["core:GE0/0/3 leaf:GE0/0/9 manual"]


def test_the_topology_forgets_what_was_heard_on_a_port_to_endpoints_only() -> None:
    story = Story()
    story.device("sw")
    story.hear("sw", 5, station(77), "1", name="TL-SG108E")
    assert len(links(story)) == 1
    assert links(story, StatementView("sw", "GE0/0/5", Leads.STATIONS)) == []
