"""Who may place calls: as the rules and Slack say, and for an hour as Slack has said."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from calls.rules import Rules
from calls.standing import FREE, Standing
from flow import place, whispered
from governed import decided, decided_anew
from handlers.conversations import Conversations
from handlers.delivery import Delivery
from handlers.standings import Standings
from house import NUMBER, House
from records import statuses
from sandbox.modals import View
from sandbox.person import Person
from sandbox.slack import Slack
from sandbox.slack_faults import How
from sandbox.workspace import ADMIN, ANA, BENOIT, BILLING, FRONT_DESK, PRIVATE
from switch import sqlite_only

pytestmark = pytest.mark.windows

TEAM = "T0CLINIC01"
UNNAMED = (
    "You may not place calls in this workspace. To be let in, ask an administrator of the "
    "workspace."
)
NAMED = (
    "Vous ne pouvez pas passer d’appels dans cet espace de travail. Pour en avoir le droit, "
    f"adressez-vous à <@{ADMIN}>."
)
OUTAGES: list[How] = [
    {"status": 503, "times": None},
    {"retry_after": 30, "times": None},
    {"drop": True, "times": None},
    {"error": "missing_scope", "times": None},
    {"error": "user_not_found", "times": None},
]
OUTAGE = ("users.info", "conversations.members", "conversations.info")


async def shown(house: House, person: Person, words: str) -> View:
    """Wait until somebody's window holds some words."""

    def found() -> View | None:
        return person.modal if person.modal and words in person.modal.words else None

    return await house.slack.until(found)


async def test_who_is_not_let_in_is_told_whom_to_ask_instead_of_a_form(house: House) -> None:
    await decided(house, people=(ANA,), administrators=(ADMIN,))
    await house.benoit.command("", FRONT_DESK)  # nothing is known of him: the form opens first
    window = await shown(house, house.benoit, NAMED)
    await house.benoit.close(window)
    await house.benoit.command("", FRONT_DESK)
    window = await shown(house, house.benoit, NAMED)
    assert window.body.get("submit") is None
    answer = await house.benoit.command(f"now {NUMBER} Marie", FRONT_DESK)
    assert answer.in_time
    assert NAMED in house.benoit.ephemerals[-1].words
    assert await statuses(house.environ["DATABASE_URL"]) == []
    await house.placed()
    await house.slack.person(ADMIN).command("now +15145550000 Paul", FRONT_DESK)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    assert [asked.request["user"] for asked in house.slack.said("users.info")].count(BENOIT) == 2


async def test_who_is_shut_out_while_filling_the_form_in_keeps_what_was_typed(
    house: House,
) -> None:
    await house.ana.command("", FRONT_DESK)
    form = await shown(house, house.ana, "Place a call")
    await decided(house, people=(BENOIT,))
    answer = await house.ana.submit(form, {"number": NUMBER})
    assert answer.in_time
    notice = await shown(house, house.ana, UNNAMED)
    await house.ana.close(notice)
    assert house.ana.modal is form
    house.slack.workspace.users[ANA].is_admin = True
    await decided(house, people=(ANA,))
    await house.ana.submit(form)
    await house.allomia.until(lambda: house.allomia.dialled(NUMBER))


@sqlite_only
async def test_who_is_not_let_in_calls_nobody_again(house: House) -> None:
    await house.allomia.end(await house.placed())
    card = await house.card("Completed")
    await decided_anew(house, people=(ANA,), administrators=(ADMIN,))
    await house.benoit.command("", FRONT_DESK)
    await house.benoit.close(await shown(house, house.benoit, NAMED))
    await house.benoit.press(card, "again")
    assert (await shown(house, house.benoit, NAMED)).body.get("submit") is None
    await house.ana.press(card, "again")
    await shown(house, house.ana, "Phone number")


@sqlite_only
async def test_administrators_are_slack_s_and_those_that_the_rules_name(house: House) -> None:
    await house.ana.command("doctor", FRONT_DESK)
    await house.slack.until(lambda: house.ana.ephemerals)
    assert whispered(house)[-1].startswith("Only administrators of this workspace may see")
    await decided_anew(house, administrators=(ANA,))
    await house.ana.command("doctor", FRONT_DESK)
    await house.slack.until(lambda: len(house.ana.ephemerals) == 2)
    assert "*Nothing is wrong.*" in whispered(house)[-1]


async def test_with_slack_away_nobody_new_is_let_in_and_nobody_locked_out(house: House) -> None:
    await decided(house, channels=(BILLING, FRONT_DESK))
    await house.benoit.command("list", FRONT_DESK)  # by which his language is known
    await house.slack.until(lambda: house.benoit.ephemerals)
    await house.placed()
    for method in OUTAGE:
        house.slack.fail(method, status=503, times=None)
    await place(house, "now +15145550000 Paul")
    refused = await house.benoit.command("now +15145550001 Paul", FRONT_DESK)
    assert refused.in_time
    assert "adressez-vous à l’administration" in house.benoit.ephemerals[-1].words
    house.slack.mend()
    await house.benoit.command("", FRONT_DESK)  # once it is open, Slack is asked
    form = await shown(house, house.benoit, "Numéro de téléphone")
    await house.benoit.submit(form, {"number": "+15145550002"})
    await house.allomia.until(lambda: house.allomia.dialled("+15145550002"))
    assert len(await statuses(house.environ["DATABASE_URL"])) == 3


async def test_a_slack_that_says_nothing_at_all_keeps_nobody_waiting(house: House) -> None:
    await decided(house, channels=(FRONT_DESK,))
    for method in OUTAGE:
        house.slack.fail(method, hang=True, times=None)
    answer = await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)
    assert answer.in_time
    assert UNNAMED in whispered(house)[-1]
    await house.ana.command("", FRONT_DESK)
    form = await shown(house, house.ana, "Place a call")
    assert (await house.ana.submit(form, {"number": NUMBER})).in_time
    await shown(house, house.ana, UNNAMED)


@sqlite_only
async def test_where_everybody_may_nothing_is_asked_about_anybody(house: House) -> None:
    await house.placed()
    await place(house, "now +15145550000 Paul")
    asked = [one.request for one in house.slack.said("users.info")]
    assert [("include_locale" in one) for one in asked] == [True]
    assert house.slack.said("conversations.members") == []


class Desk:
    """Standings of a stand-in Slack, by a clock that is set by hand."""

    def __init__(self, slack: Slack, client: AsyncWebClient) -> None:
        self.slack = slack
        self.at = 0.0
        delivery = Delivery()
        self.conversations = Conversations(client, delivery, self.clock)
        self.standings = Standings(client, delivery, self.conversations, self.clock)

    def clock(self) -> float:
        return self.at

    async def let_in(self, person: str, **rules: tuple[str, ...]) -> bool:
        now = Rules.model_validate(rules)
        return (await self.standings.of(TEAM, person, now)).let_in(now)

    async def administers(self, person: str) -> bool | None:
        return await self.standings.administers(TEAM, person, Rules())


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Slack() as slack:
        client = AsyncWebClient(slack.bot_token, slack.url, retry_handlers=[])
        found = Desk(slack, client)
        yield found
        await found.standings.close()
        await found.conversations.close()


def asked(desk: Desk) -> int:
    return len(desk.slack.said("conversations.members"))


async def test_a_member_is_asked_about_once_in_five_minutes(desk: Desk) -> None:
    for desk.at in (0, 10, 300):
        assert await desk.let_in(ANA, channels=(FRONT_DESK,))
    assert asked(desk) == 1
    desk.slack.workspace.channels[FRONT_DESK].members.remove(ANA)
    desk.at = 301
    assert not await desk.let_in(ANA, channels=(FRONT_DESK,))
    assert asked(desk) == 2


@pytest.mark.parametrize("fault", OUTAGES, ids=str)
async def test_who_was_let_in_stays_for_an_hour_of_outage(desk: Desk, fault: How) -> None:
    assert await desk.let_in(ANA, channels=(FRONT_DESK,))
    assert await desk.administers(ADMIN)
    desk.slack.fail("*", **fault)
    desk.at = 3600
    assert await desk.let_in(ANA, channels=(FRONT_DESK,))
    assert await desk.administers(ADMIN)
    assert not await desk.let_in(BENOIT, channels=(FRONT_DESK,))
    desk.at = 3601
    assert not await desk.let_in(ANA, channels=(FRONT_DESK,))
    assert await desk.administers(ADMIN) is None


async def test_who_is_no_administrator_any_more_changes_nothing_from_then_on(desk: Desk) -> None:
    assert await desk.administers(ADMIN)
    desk.slack.workspace.users[ADMIN].is_admin = False
    assert await desk.standings.administers(TEAM, ADMIN, Rules(), fresh=300)  # enough for Home
    assert await desk.administers(ADMIN) is False


async def test_what_the_rules_say_now_counts_and_not_what_they_said(desk: Desk) -> None:
    assert await desk.let_in(ANA, channels=(FRONT_DESK,))
    desk.slack.workspace.channels[PRIVATE].members.remove(ANA)
    assert not await desk.let_in(ANA, channels=(PRIVATE,))
    assert await desk.let_in(ANA, people=(ANA,))
    assert await desk.let_in(ANA, administrators=(ANA,), people=(BENOIT,))
    assert await desk.let_in(ANA)
    assert await desk.let_in(ADMIN, people=(BENOIT,))


def test_the_rules_judge_who_is_known_though_they_have_changed_since() -> None:
    standing = Standing(person=ANA, administers=False, member_of=frozenset({FRONT_DESK}))
    judged = {
        Rules(): True,
        Rules(people=(BENOIT,)): False,
        Rules(people=(BENOIT,), channels=(FRONT_DESK,)): True,
        Rules(channels=(BILLING,)): False,
        Rules(channels=(BILLING,), people=(ANA,)): True,
        Rules(channels=(BILLING,), administrators=(ANA,)): True,
    }
    assert {rules: standing.let_in(rules) for rules in judged} == judged
    assert FREE.let_in(Rules(people=(BENOIT,)))


async def test_two_questions_at_once_are_one(desk: Desk) -> None:
    many = (desk.let_in(ANA, channels=(FRONT_DESK,)) for _ in range(9))
    assert all(await asyncio.gather(*many))
    assert asked(desk) == 1
