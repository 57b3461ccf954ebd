"""DETAILS: what AlloMia's call log tells completes card and reply, once, and delays nothing."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from calls import tables
from calls.agenda import Kind
from calls.allomia import AlloMia as Client
from calls.call_log import CallLog
from calls.clock import now
from calls.details import AT_ONCE, Details
from calls.jobs import Job
from calls.model import Call
from calls.status import Status
from examples import call as made
from examples import outcome
from flow import database_of, hurried, hurry, noted, quiet, replies, settled
from governed import decided
from house import NUMBER, House, text_of
from records import forget, spoiled
from sandbox.allomia import ORGANIZATION_ID
from sandbox.allomia_calls import OUT
from sandbox.allomia_log import CONFIRMED, VOICEMAIL
from sandbox.workspace import BILLING, BOT, FRONT_DESK, PRIVATE, Message
from switch import opened, sqlite_only

NOBODY = "http://127.0.0.1:9"
JOB = Job(
    id=1,
    call="C-7K3QF",
    kind=Kind.DETAILS,
    wanted_at=now(),
    tries=1,
    failures=0,
    lease="w",
    deadline=time.monotonic() + 600,
)
WITH_LOG = {"ALLOMIA_ORGANIZATION_ID": ORGANIZATION_ID}
with_log = pytest.mark.parametrize("house", [WITH_LOG], indirect=True)
REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
FACTS = "*Outcome:* appointment confirmed · *Mood:* good · *About:* confirm an appointment"
SUMMARY = f"“{CONFIRMED['callSummary']}”"
WHOLE = f"{REACHED}\n{FACTS}\n{SUMMARY}"


@pytest.fixture
async def house(house: House) -> House:
    """Return the house; its front desk, a private channel, is not told what was said."""
    await decided(house, no_transcripts=(FRONT_DESK,))
    return house


async def detailed(house: House, words: str = "appointment confirmed") -> None:
    """Wait until the newest reply tells so, as time would."""
    await hurried(house, lambda: any(words in told for told in replies(house)))


def asked(house: House) -> list[str]:
    """Return what the call log was asked."""
    return [one.what for one in house.allomia.log if "/api/calls" in one.what]


async def ended_long_ago(house: House) -> None:
    """Let two hours have passed since the only call ended."""
    (call,) = await noted(house)
    assert call.outcome
    outcome = call.outcome.having(noted_at=now() - timedelta(hours=2))
    changed = {"outcome": outcome.model_dump(mode="json")}
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(tables.calls.update().values(changed))


async def waits_for(house: House, kind: str) -> bool:
    async with database_of(house) as database, database.read() as connection:
        found = await connection.execute(select(tables.jobs.c.kind))
        return kind in {row.kind for row in found}


@with_log
async def test_a_record_completes_the_same_card_and_the_same_reply(house: House) -> None:
    house.allomia.writes(after=0.5)
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await house.reply(REACHED)
    posted = len(house.slack.said("chat.postMessage"))
    await detailed(house)
    await quiet(house)
    assert replies(house) == [WHOLE]
    (card,) = house.cards()
    assert "Completed, 42 s" in text_of(card)
    assert FACTS in text_of(card)
    assert SUMMARY in text_of(card)
    assert len(house.slack.said("chat.postMessage")) == posted == 2
    (noted_call,) = await noted(house)
    assert noted_call.record
    assert noted_call.record.summaries["fr"] == CONFIRMED["callSummaryFr"]
    links = noted_call.model_dump_json()
    assert "http" not in links.replace(noted_call.response_url or "http", "")


@with_log
async def test_who_reads_french_gets_the_french_summary_and_the_other_one_in_details(
    house: House,
) -> None:
    benoit = house.benoit
    await benoit.command("help", FRONT_DESK)  # his language is learnt
    await house.slack.until(lambda: house.slack.said("users.info"))
    await benoit.command(f"now {NUMBER} Marie", FRONT_DESK)
    await house.allomia.until(house.allomia.dialled)
    await house.card("Appel en cours")
    await house.allomia.end(house.allomia.dialled()[0].outbound_call_id)
    await detailed(house, "rendez-vous confirmé")
    await quiet(house)
    (told,) = replies(house)
    assert f"«\u00a0{CONFIRMED['callSummaryFr']}\u00a0»" in told
    assert str(CONFIRMED["callSummary"]) not in told
    (card,) = house.cards()
    await benoit.press(card, "details")
    await house.slack.until(lambda: benoit.modal and "C-" in str(benoit.modal.blocks))
    assert benoit.modal
    shown = str(benoit.modal.blocks)
    assert shown.index(str(CONFIRMED["callSummaryFr"])) < shown.index(str(CONFIRMED["callSummary"]))


@with_log
async def test_a_voicemail_is_shown_as_such(house: House) -> None:
    house.allomia.writes(fields=VOICEMAIL)
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call, duration=12)
    await detailed(house, "voicemail answered")
    await quiet(house)
    (told,) = replies(house)
    assert told.startswith(
        ":mailbox: Marie was not reached in person: a voicemail answered. The call lasted 12 s."
    )
    (card,) = house.cards()
    assert ":mailbox: Voicemail, 12 s" in text_of(card)
    await house.ana.command("list", FRONT_DESK)
    await house.slack.until(lambda: house.ana.ephemerals)
    assert ":mailbox: Voicemail" in house.ana.ephemerals[-1].words


@with_log
async def test_a_record_that_never_comes_is_given_up_quietly(house: House) -> None:
    house.allomia.writes(after=None)
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await house.reply(REACHED)
    await hurried(house, lambda: len(asked(house)) > 5)
    assert await waits_for(house, "details")
    await ended_long_ago(house)
    await hurry(house)
    await quiet(house)
    assert replies(house) == [REACHED]


@with_log
async def test_of_two_records_neither_is_taken(house: House) -> None:
    house.allomia.writes(times=2)
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await house.reply(REACHED)
    await hurried(house, lambda: len(asked(house)) > 5)
    await ended_long_ago(house)
    await hurry(house)
    await quiet(house)
    assert replies(house) == [REACHED]


def minutes_ago(number: int) -> dict[str, str]:
    """Return what AlloMia says of a call of a minute's length that began so long ago."""
    began = now() - timedelta(minutes=number)
    return {"startedAt": began.isoformat(), "endedAt": (began + timedelta(minutes=1)).isoformat()}


@with_log
async def test_several_calls_to_one_number_each_have_their_own_record(house: House) -> None:
    for n, name in enumerate(("Marie", "Luc")):
        outcome = {**CONFIRMED, "callSummary": f"This was {name}."}
        house.allomia.writes(fields=outcome, after=1 - n)
        call = await house.placed(f"now {NUMBER} {name}")
        await house.card("Calling")
        await house.allomia.end(call, details=minutes_ago(9 - 8 * n))
        await house.reply(f"{name} was reached")
    await hurried(house, lambda: str(replies(house)).count("This was") == 2)
    await quiet(house)
    assert [told.partition("\n")[2].partition("\n")[2] for told in replies(house)] == [
        "“This was Marie.”",
        "“This was Luc.”",
    ]


async def test_the_search_goes_on_after_a_restart(closed_house: House) -> None:
    house = closed_house
    house.allomia.writes(after=1.0)
    async with house.open(**WITH_LOG):
        await decided(house, no_transcripts=(FRONT_DESK,))
        call = await house.placed()
        await house.card("Calling")
        await house.allomia.end(call)
        await house.reply(REACHED)
    async with house.open():
        await detailed(house)
        await quiet(house)
    assert replies(house) == [WHOLE]
    assert len(house.cards()) == 1


@sqlite_only
@with_log
async def test_what_is_missing_at_first_is_added_later(house: House) -> None:
    house.allomia.writes(fields={"callSummary": "Soon.", "transcriptUrl": OUT})
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await detailed(house, "“Soon.”")
    assert await waits_for(house, "details")
    (record,) = house.allomia.call_log.records
    record.told |= CONFIRMED
    record.told["transcriptUrl"] = "http://127.0.0.1/t.txt"
    await detailed(house)
    await quiet(house)
    assert replies(house) == [WHOLE]


ODD: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 404},
    {"status": 429, "headers": {"Retry-After": "0"}},
    {"text": "<html>"},
    {"json": {"calls": 7}},
    {"json": {"calls": [7, {"id": 1}, {}], "pagination": 5}},
    {"drop": True},
]


@sqlite_only
@with_log
async def test_odd_answers_of_the_log_are_asked_for_again(house: House) -> None:
    for answer in ODD:
        house.allomia.answer_log(**answer)
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await detailed(house)
    await quiet(house)
    assert replies(house) == [WHOLE]


@sqlite_only
@with_log
async def test_a_log_that_hangs_delays_no_outcome(house: House) -> None:
    house.allomia.answer_log(hang=True, times=None)
    calls = [await house.placed(f"now +151455500{n:02} Marie") for n in range(8)]
    for call in calls:
        await house.allomia.end(call)
    await house.slack.until(lambda: len(replies(house)) == 8)
    await hurry(house)
    last = await house.placed(f"now {NUMBER} Marie")
    await house.allomia.end(last)
    await house.slack.until(lambda: len(replies(house)) == 9, within=8)


@sqlite_only
async def test_who_finds_the_log_busy_comes_back_soon_and_each_in_turn(database_url: str) -> None:
    one = made(Status.COMPLETED, outcome=outcome(Status.COMPLETED, 42).having(noted_at=now()))
    async with opened(database_url) as board, Client(NOBODY, SecretStr("k"), 1) as client:
        details = Details(board, CallLog(client, ORGANIZATION_ID))
        looking = [asyncio.create_task(details(JOB, one)) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)  # each of them has begun
        turns = [(await details(JOB, one)).again(one) for _ in range(2000)]
        at = now()
        await asyncio.gather(*looking)
    waits = [(turn - at).total_seconds() for turn in turns if turn]
    assert waits == sorted(waits)
    assert [waits[0], waits[-1]] == pytest.approx([2, 42], abs=1)


@sqlite_only
@with_log
async def test_the_outcome_that_was_told_elsewhere_is_completed_there(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    house.slack.fail("chat.postMessage", error="not_in_channel", channel=FRONT_DESK)
    await house.allomia.end(call)
    direct = house.ana.direct.id
    workspace = house.slack.workspace
    await hurried(house, lambda: any(FACTS in m.text for m in workspace.messages(direct)))
    await quiet(house)
    (told,) = workspace.messages(direct)
    assert told.text.startswith(f"{REACHED} I could not write in <#{FRONT_DESK}>")
    assert replies(house) == []


@sqlite_only
@with_log
async def test_a_job_that_comes_twice_changes_nothing(house: House) -> None:
    call = await house.placed()
    await house.card("Calling")
    await house.allomia.end(call)
    await detailed(house)
    await quiet(house)
    before = (await noted(house))[0]
    async with database_of(house) as database, database.write() as connection:
        for kind in ("details", "amend"):
            await connection.execute(tables.jobs.insert().values(_job(before, kind)))
    await quiet(house)
    assert await noted(house) == [before]
    assert replies(house) == [WHOLE]


def _job(call: Call, kind: str) -> dict[str, Any]:
    due = {"wanted_at": now(), "due": now()}
    return {"call": call.reference, "kind": kind, "tries": 0, "failures": 0, **due}


async def told_in(house: House, channel: str, number: str = NUMBER) -> Message:
    """Place a call in a conversation, and return its card once its record is there."""
    call = await house.placed(f"now {number} Marie", channel)
    await house.card("Calling", channel)
    await house.allomia.end(call)
    await hurried(house, lambda: "Outcome" in str(house.cards(channel)[-1].blocks))
    return house.cards(channel)[-1]


async def left(house: House) -> None:
    """Let Ana close every window."""
    while house.ana.modal:
        await house.ana.close(house.ana.modal)


async def turned_to(house: House, words: str) -> None:
    """Wait until Ana's window shows some words."""
    await house.slack.until(lambda: house.ana.modal and words in str(house.ana.modal.blocks))


async def looked_into(house: House, card: Message, button: str, words: str) -> str:
    """Let Ana press a button in a call's details, and return what the window shows then."""
    await house.ana.press(card, "details")
    await house.slack.until(
        lambda: house.ana.modal and "*Time line*" in str(house.ana.modal.blocks)
    )
    assert house.ana.modal
    await house.ana.press(house.ana.modal, button)
    await turned_to(house, words)
    return str(house.ana.modal.blocks)


@sqlite_only
@with_log
async def test_in_a_private_channel_the_transcript_is_shown_to_who_asks(house: House) -> None:
    card = await told_in(house, PRIVATE)
    shown = await looked_into(house, card, "show", "Thank you")
    assert "*Assistant* Hello, this is the clinic." in shown
    assert "*Marie* Yes, I will be there." in shown


@sqlite_only
@with_log
async def test_a_long_transcript_is_turned_page_by_page(house: House) -> None:
    words = "".join(f"User: this is turn {n} {'x' * 1900}\n" for n in range(50))
    house.allomia.writes(transcript=words)
    card = await told_in(house, PRIVATE)
    assert "turn 49" not in await looked_into(house, card, "show", "turn 0")
    for button, words in (("on", "turn 20 "), ("on", "turn 49 "), ("back", "turn 20 ")):
        assert house.ana.modal
        await house.ana.press(house.ana.modal, button)
        await turned_to(house, words)


@sqlite_only
@with_log
async def test_a_recording_is_a_fresh_link_each_time_for_who_presses(house: House) -> None:
    card = await told_in(house, PRIVATE)
    first = await looked_into(house, card, "listen", "recording.wav")
    assert house.ana.modal
    await house.ana.press(house.ana.modal, "play")
    await left(house)
    second = await looked_into(house, card, "listen", "recording.wav")
    assert first != second
    assert "recording.wav" not in str([m.blocks for m in house.slack.workspace.messages(PRIVATE)])


@sqlite_only
@with_log
@pytest.mark.parametrize(
    ("channel", "rules", "words"),
    [
        (BILLING, {}, "not shown in this conversation"),
        (BILLING, {"transcripts": (BILLING,)}, "Thank you"),
        (PRIVATE, {"no_transcripts": (PRIVATE,)}, "not shown in this conversation"),
    ],
)
async def test_the_rules_say_by_channel_where_transcripts_are_shown(
    house: House, channel: str, rules: dict[str, Any], words: str
) -> None:
    if channel == BILLING:  # a public one
        house.slack.workspace.channels[BILLING].members.append(BOT)
    await decided(house, **rules)
    card = await told_in(house, channel)
    for button in ("show", "listen"):
        expected = words if "not shown" in words or button == "show" else "recording.wav"
        await looked_into(house, card, button, expected)
        await left(house)


@sqlite_only
@with_log
async def test_what_allomia_does_not_give_out_is_said(house: House) -> None:
    card = await told_in(house, PRIVATE)
    (record,) = house.allomia.call_log.records
    for link in ("http://10.0.0.1/t.txt", "https://files.invalid/t.txt", None):
        record.told |= {"transcriptUrl": link, "recordingUrl": None}
        await looked_into(house, card, "show", "does not give it out")
        await left(house)
    await looked_into(house, card, "listen", "does not give it out")


@with_log
async def test_a_short_transcript_is_quoted_once_where_the_rules_show_it(house: House) -> None:
    await told_in(house, PRIVATE)
    await told_in(house, FRONT_DESK, "+15145550000")
    await house.slack.until(lambda: len(replies(house, PRIVATE)) == 2)
    await settled(house)
    outcome, quote = replies(house, PRIVATE)
    assert outcome.startswith(REACHED)
    assert quote == ":speech_balloon: What was said in the call to Marie:"
    (card,) = house.cards(PRIVATE)
    shown = house.slack.workspace.replies(PRIVATE, card.ts)[-1].words
    assert shown.endswith(
        "*Assistant* Hello, this is the clinic. Can you confirm your appointment?\n"
        "*Marie* Yes, I will be there.\n*Assistant* Thank you. Good-bye!"
    )
    assert len(replies(house)) == 1
    assert "Hello, this is the clinic" not in str(await noted(house))


@sqlite_only
@with_log
async def test_a_quote_whose_receipt_was_lost_is_found_and_not_posted_again(house: House) -> None:
    call = await house.placed(f"now {NUMBER} Marie", PRIVATE)
    await house.card("Calling", PRIVATE)
    await house.allomia.end(call)
    await house.reply(REACHED, PRIVATE)
    house.slack.fail("chat.postMessage", lose_reply=True)
    await hurried(house, lambda: len(replies(house, PRIVATE)) == 2)
    await settled(house)
    assert len(replies(house, PRIVATE)) == 2
    (noted_call,) = await noted(house)
    assert noted_call.quoted


LONG = "User: a\n" * 900


@sqlite_only
@with_log
async def test_an_empty_transcript_is_not_quoted(house: House) -> None:
    house.allomia.writes(transcript="")
    await told_in(house, PRIVATE)
    await settled(house)
    assert len(replies(house, PRIVATE)) == 1


@with_log
async def test_a_long_transcript_is_a_file_in_the_thread(house: House) -> None:
    house.allomia.writes(transcript=LONG)
    await told_in(house, PRIVATE)
    await settled(house)
    assert replies(house, PRIVATE)[1] == ":speech_balloon: What was said in the call:"
    (file,) = house.slack.workspace.files.values()
    (call,) = await noted(house)
    assert call.quoted
    assert (call.quoted.file, file.name) == (file.id, f"{call.reference}.txt")
    assert file.content.decode() == "Marie: a\n" * 900


@sqlite_only
@with_log
async def test_where_files_may_not_be_posted_details_has_the_long_transcript(
    house: House,
) -> None:
    house.slack.workspace.app.scopes.discard("files:write")
    house.allomia.writes(transcript=LONG)
    card = await told_in(house, PRIVATE)
    await settled(house)
    assert len(replies(house, PRIVATE)) == 1
    await looked_into(house, card, "show", "*Marie* a")


@sqlite_only
@with_log
async def test_a_file_is_never_posted_twice(house: House) -> None:
    house.allomia.writes(transcript=LONG)
    house.slack.fail("files.completeUploadExternal", lose_reply=True)
    await told_in(house, PRIVATE)
    await settled(house)
    assert len(replies(house, PRIVATE)) == 2
    house.slack.fail("files.getUploadURLExternal", status=503)
    await told_in(house, PRIVATE, "+15145550000")
    await settled(house)
    assert len(replies(house, PRIVATE)) == 4


@sqlite_only
@with_log
async def test_a_thread_that_cannot_be_written_in_has_no_quote(house: House) -> None:
    call = await house.placed(f"now {NUMBER} Marie", PRIVATE)
    await house.card("Calling", PRIVATE)
    await house.allomia.end(call)
    await house.reply(REACHED, PRIVATE)
    house.slack.fail("chat.postMessage", error="is_archived", times=None)
    await hurried(house, lambda: FACTS in str(replies(house, PRIVATE)))
    await settled(house)
    assert len(replies(house, PRIVATE)) == 1


@sqlite_only
@with_log
async def test_a_transcript_that_is_not_there_yet_is_quoted_later(house: House) -> None:
    house.allomia.writes(fields={**CONFIRMED, "transcriptUrl": "http://10.0.0.1/t.txt"})
    await told_in(house, PRIVATE)
    (record,) = house.allomia.call_log.records
    await hurry(house)
    assert await waits_for(house, "quote")
    del record.told["transcriptUrl"]
    await hurried(house, lambda: len(replies(house, PRIVATE)) == 2)
    await settled(house)


@sqlite_only
@with_log
async def test_who_asks_while_the_records_are_away_or_lost_is_told_so(house: House) -> None:
    card = await told_in(house, PRIVATE)
    await looked_into(house, card, "show", "Thank you")
    await left(house)
    await house.ana.press(card, "details")
    await turned_to(house, "*Time line*")
    window = house.ana.modal
    assert window
    async with spoiled(house.environ["DATABASE_URL"]):
        await house.ana.press(window, "show")
        await turned_to(house, "I cannot reach my records")
    assert house.ana.modal
    await house.ana.close(house.ana.modal)
    await forget(house.environ["DATABASE_URL"])
    await house.ana.press(window, "listen")
    await turned_to(house, "I find no call")
