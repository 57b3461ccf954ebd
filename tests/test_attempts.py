"""What is read and said of attempts: how a call is repeated, the message's lines, the reply."""

import re

import pytest

from calls import agenda, chain, next_attempt, policy
from calls.agenda import Kind
from calls.chain import Again, Chain
from calls.directory import Assistant, Directory
from calls.errors import Reason
from calls.model import Call
from calls.order import Draft
from calls.reading import read
from calls.record import Record
from calls.status import Status
from examples import (
    ANA,
    ASSISTANT,
    ATTEMPTS,
    CALLER,
    FIRST,
    NOW,
    THREE,
    attempt,
    call,
    outcome,
)
from test_agenda import SETTINGS
from views import again, card, menus, reply
from views.text import LANGUAGES, Text

EN, FR = Text("en"), Text("fr")
WHY = Reason(key="again.doubt")


def plain(words: str) -> str:
    """Leave the instants out."""
    return re.sub(r"<!date\^[^>]*>", "…", words)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("3x30", (3, 30)),
        (" 2 × 1440 ", (2, 1440)),
        ("5X1", (5, 1)),
        ("never", None),
        ("", None),
        ("1x30", None),
        ("6x30", None),
        ("3x0", None),
        ("3x1441", None),
        ("3x30x2", None),
        ("-3x30", None),
    ],
)
def test_how_a_call_is_repeated_is_read_within_its_limits(
    words: str, found: tuple[int, int] | None
) -> None:
    expected = Again(most=found[0], minutes=found[1]) if found else None
    assert chain.read(words) == expected
    assert chain.read(chain.written(expected)) == expected


@pytest.mark.parametrize(
    ("made", "undecided"),
    [
        (attempt(Status.BUSY), True),
        (attempt(Status.NO_ANSWER, FIRST), True),
        (attempt(Status.NO_ANSWER, FIRST, FIRST), False),  # the last one
        (attempt(Status.BUSY, again=None), False),
        (attempt(Status.BUSY).alone(WHY), False),
        (attempt(Status.BUSY).followed_by("C-2"), False),
        (attempt(Status.NO_ANSWER, outcome=outcome(Status.NO_ANSWER, 9, "voicemail")), False),
        *((attempt(status), False) for status in Status if status not in chain.REPEATED),
    ],
)
def test_only_a_busy_line_or_no_answer_may_be_followed(made: Call, *, undecided: bool) -> None:
    assert made.undecided is undecided
    announced = made.status.live or undecided or made.followed
    assert made.to_announce is not announced


def test_a_call_that_was_unknown_for_a_while_is_never_repeated() -> None:
    unknown = attempt(Status.CALLING, outbound_call_id="x").lost(WHY)
    ended = unknown.ended(outcome(Status.BUSY))
    assert (ended.status, ended.undecided, ended.to_announce) == (Status.BUSY, False, True)
    assert attempt(Status.QUEUED).restored().chain == Chain(over=Reason(key="again.restored"))
    for made in (call(), attempt(Status.CALLING, FIRST, FIRST)):
        assert made.alone(WHY) == made


def test_an_end_that_may_be_followed_is_not_told_before_that_is_decided() -> None:
    before = attempt(Status.CALLING, thread="1.1")
    ended = before.ended(outcome(Status.BUSY))
    jobs = {Kind.AGAIN: NOW, Kind.CARD: NOW}
    assert agenda.following(before, ended, NOW, SETTINGS) == jobs
    told = {Kind.REPLY: NOW, Kind.CARD: NOW}
    assert agenda.following(ended, ended.alone(WHY), NOW, SETTINGS) == told
    assert agenda.following(ended, ended.followed_by("C-2"), NOW, SETTINGS) == {}
    following = attempt(Status.QUEUED, FIRST, thread="1.1")
    begun = {Kind.DIAL: following.due_at, Kind.CARD: NOW}
    assert agenda.following(None, following, NOW, SETTINGS) == begun
    gone = policy.given_up(ended)
    assert gone.chain == Chain(over=Reason(key="again.gave_up"))
    voicemail = ended.detailed(Record(id="r", outcome="voicemail_left"))
    assert Kind.REPLY in agenda.following(ended, voicemail, NOW, SETTINGS)


def test_an_attempt_before_that_was_a_voicemail_is_the_last() -> None:
    made = attempt(Status.QUEUED, FIRST)
    first = call(Status.BUSY, reference="C-22222", outcome=outcome(Status.BUSY))
    assert next_attempt.over(made, [first], NOW) is None
    heard = first.detailed(Record(id="r", outcome="voicemail_left"))
    assert next_attempt.over(made, [heard], NOW) == Reason(key="again.voicemail")


SHOWN = {
    "first attempt": ([":speaking_head_in_silhouette: Calling", "Attempt 1 of 3."], []),
    "second attempt": (
        [":repeat: Attempt 2 of 3, next at …", "Attempt 1: busy, …"],
        ["stop_again", "dial_now", "move"],
    ),
    "second attempt, tomorrow": (
        [":repeat: Attempt 2 of 3, next: …", "Attempt 1: busy, …"],
        ["stop_again", "dial_now", "move"],
    ),
    "second attempt, no more": (
        [
            ":speaking_head_in_silhouette: Calling",
            "Attempt 2 of 3.",
            "Attempt 1: busy, …",
            "<@UANA00001> stopped the further attempts.",
        ],
        [],
    ),
    "attempts stopped": (
        [
            ":heavy_multiplication_x: No further attempt",
            "<@UBENOIT02> stopped the further attempts.",
            "Attempt 1: busy, …",
        ],
        ["again"],
    ),
    "attempts missed": (
        [
            ":no_entry: Busy, 1 s",
            "Attempt 3 of 3.",
            "Attempt 1: busy, …",
            "Attempt 2: no answer, …",
        ],
        ["again"],
    ),
    "reached at last": (
        [
            ":white_check_mark: Completed, 1 min 42 s",
            "Attempt 1: busy, …",
            "Attempt 2: no answer, …",
        ],
        ["again"],
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_message_shows_which_attempt_it_is_and_those_before(name: str) -> None:
    made = ATTEMPTS[name]
    lines, buttons = SHOWN[name]
    assert [plain(line) for line in card.lines(made, EN)] == [
        line.removesuffix(", 1 s") for line in lines
    ]
    drawn = card.render(made, EN, None).blocks[-1]["elements"]
    assert [one["action_id"] for one in drawn if one["action_id"] not in USUAL] == list(buttons)


USUAL = {"done", "show_number", "details", "handing"}
SAID = {
    "attempts missed": (
        ":no_bell: Marie Tremblay was not reached in 3 attempts: "
        "busy at …, no answer at …, busy at …."
    ),
    "attempts stopped": (
        ":no_bell: Marie Tremblay was not reached in 1 attempt: busy, …. "
        "<@UBENOIT02> stopped the further attempts."
    ),
    "attempts refused": (
        ":no_bell: Marie Tremblay was not reached in 2 attempts: busy at …, no answer at …. "
        "The workspace’s rules do not let it be dialled. Phone number: Numbers of this country "
        "(Canada) may not be called. Allowed: France. An administrator can change that."
    ),
    "its hour missed": (
        f":alarm_clock: <@{ANA}>, the next call to Marie Tremblay (attempt 2 of 3) was to be "
        "dialled …, and I could not. I do not dial late by myself. Is it still wanted? "
        "Before that: busy, …."
    ),
    "attempts over": (
        ":no_entry: Marie Tremblay was not reached: the line was busy. "
        "No further attempt follows: the workspace’s rules do not allow it. "
        "Phone number: Numbers of this country (Canada) may not be called. Allowed: France. "
        "An administrator can change that."
    ),
    "reached at last": (
        ":white_check_mark: Marie Tremblay was reached. The call lasted 1 min 42 s. "
        "Before that: busy at …, no answer at …."
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_the_reply_tells_of_all_attempts_at_once(name: str) -> None:
    assert plain(reply.render(ATTEMPTS[name], EN).text) == SAID[name]


def test_in_french_too() -> None:
    told = reply.render(ATTEMPTS["attempts missed"], FR).text
    assert plain(told) == (
        ":no_bell: Marie Tremblay n’a pas pu être joint après 3 tentatives\u00a0: "
        "occupé à …, sans réponse à …, occupé à …."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_reads_what_it_shows(language: str) -> None:
    text = Text(language)
    for default in (None, THREE, Again(most=4, minutes=90)):
        for chosen in ("", "never", "3x15", "2x45", "5x1440", "4x90"):
            element = again.menu(chosen, text, default, action="again").to_dict()
            assert again.read(element["initial_option"]["value"]) == chosen
            said = [option["text"]["text"] for option in element["options"]]
            assert (len(said), element["initial_option"] in element["options"]) == (
                len(set(said)),
                True,
            )


def test_how_a_call_is_repeated_is_said_in_whole_hours_where_it_can_be() -> None:
    told = [
        again.told(chain.read(one), EN)
        for one in ("never", "3x1", "3x90", "2x60", "2x120", "3x1440")
    ]
    assert told == [
        "Do not call again",
        "Again after a minute, 3 attempts in all",
        "Again after 90 minutes, 3 attempts in all",
        "Again after an hour, 2 attempts in all",
        "Again after 2 hours, 2 attempts in all",
        "Again the next day, 3 attempts in all",
    ]


@pytest.mark.parametrize(
    ("typed", "found"), [("", THREE), ("never", None), ("2x60", Again(most=2, minutes=60))]
)
def test_a_call_is_repeated_as_its_assistants_are_unless_the_form_says_otherwise(
    typed: str, found: Again | None
) -> None:
    assistant = Assistant(uuid=ASSISTANT, name="Reminders", again=THREE)
    draft = Draft(number="+15145551234", assistant_id=ASSISTANT, phone_number_id=CALLER)
    directory = Directory(assistants=(assistant,))
    order = read(draft.having(again=typed), "CA", directory=directory).order
    assert order.again == found
    shown = menus.repetition(draft, directory, EN).to_dict()["element"]
    assert shown["initial_option"]["value"] == "default"
