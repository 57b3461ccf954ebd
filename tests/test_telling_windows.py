"""Administrators say in windows whom outcomes are told, change it, and take it back."""

import pytest

from audited import rows
from calls.audit import WINDOW
from calls.telling import ASKER, End, Telling
from flow import away, database_of
from governed import TEAM, admin, decided, decided_anew, person, rules_of
from house import House
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ADMIN, ANA, BENOIT, BILLING
from switch import sqlite_only
from test_rules import overview, shown

pytestmark = pytest.mark.windows

ONE = Telling(ends=(End.FAILED,), mentions=(ASKER,))
TWO = Telling(channels=(BILLING,), direct=BENOIT)


async def listed(house: House, who: Person, words: str = "Here you say") -> View:
    """Open the list from the rules."""
    await who.press(await overview(house, who), "tellings")
    return await shown(house, who, words)


async def test_one_is_added_changed_and_removed_and_the_windows_below_tell_it(
    house: House,
) -> None:
    chief = admin(house)
    await chief.press(await listed(house, chief), "telling_add")
    form = await shown(house, chief, "Mention these user groups")
    values = {
        "channels": [BILLING],
        "ends": ["not-reached", "failed"],
        "also": ["broadcast", "mention"],
        "groups": "@nurses",
        "person": BENOIT,
    }
    refused = await chief.submit(form, values)
    assert "is not the id of a user group" in str(refused.body)
    assert (await chief.submit(form, {"groups": "S0NURSES"})).body is None
    one = Telling(
        channels=(BILLING,),
        ends=(End.NOT_REACHED, End.FAILED),
        broadcast=True,
        mentions=(ASKER, "S0NURSES"),
        direct=BENOIT,
    )
    assert (await rules_of(house)).tellings == (one,)
    below = await shown(house, chief, f"<#{BILLING}> · ended so: not reached, failed or not placed")
    await chief.press(below, "telling_change")
    again = await shown(house, chief, "Mention these user groups")
    assert (await chief.submit(again, {"also": [], "person": None})).body is None
    assert (await rules_of(house)).tellings == (
        one.having(broadcast=False, mentions=("S0NURSES",), direct=""),
    )
    below = await shown(house, chief, "mentions <!subteam^S0NURSES>")
    await chief.press(below, "telling_remove")
    left = await house.slack.until(
        lambda: chief.modal if chief.modal and "mentions <" not in chief.modal.words else None
    )
    assert (await rules_of(house)).tellings == ()
    await chief.close(left)
    assert chief.modal
    assert "which mentions nobody" in chief.modal.words
    async with database_of(house) as database:
        noticed = {(row.by, row.action, row.place) for row in await rows(database, TEAM)}
    assert noticed == {(ADMIN, "rules_changed", WINDOW)}


@sqlite_only
async def test_what_others_did_meanwhile_is_neither_lost_nor_undone(house: House) -> None:
    await decided(house, tellings=(ONE, TWO))
    chief = admin(house)
    below = await listed(house, chief)
    await decided(house, tellings=(TWO,), at_once=3)
    await chief.press(below, "telling_change", value=TWO.mark)
    form = await shown(house, chief, "Mention these user groups")
    await decided(house, tellings=(ONE, TWO), at_once=4)
    assert (await chief.submit(form, {"groups": "S0NURSES"})).body is None
    rules = await rules_of(house)
    two = TWO.having(mentions=("S0NURSES",))
    assert (rules.tellings, rules.at_once) == ((ONE, two), 4)
    below = await shown(house, chief, "S0NURSES")
    await chief.press(below, "telling_change", value=ONE.mark)
    form = await shown(house, chief, "Mention these user groups")
    await decided(house, tellings=(two,))
    gone = await chief.submit(form, {"groups": "S0NURSES"})
    assert "changed or removed this one meanwhile" in str(gone.body)
    async with away(house):
        late = await chief.submit(form, {"groups": "S0NURSES"})
    assert "could not save this in time" in str(late.body)
    await chief.close(form)
    assert chief.modal
    await chief.press(chief.modal, "telling_change", value=ONE.mark)  # which is gone
    await house.slack.until(lambda: chief.modal and ONE.mark not in str(chief.modal.blocks))
    async with away(house):
        await chief.press(chief.modal, "telling_remove", value=two.mark)
        await shown(house, chief, "could not save this in time")
    assert (await rules_of(house)).tellings == (two,)


@sqlite_only
async def test_who_administers_no_more_changes_nothing_more(house: House) -> None:
    await decided(house, tellings=(ONE,), administrators=(ANA,))
    ana = person(house, ANA)
    below = await listed(house, ana)
    await ana.press(below, "telling_add")
    form = await shown(house, ana, "Mention these user groups")
    await decided_anew(house, administrators=(ADMIN,))
    refused = await ana.submit(form, {"channels": [BILLING]})
    assert refused.body
    assert "Only administrators" in str(refused.body["view"])
    assert ana.modal
    await ana.close(ana.modal)
    await ana.press(below, "telling_remove")
    await shown(house, ana, "Only administrators")
    assert (await rules_of(house)).tellings == (ONE,)
