"""The windows in which administrators say whom outcomes are told: Slack takes them, read back."""

from typing import Any

import pytest

from calls import hours
from calls.clock import now
from calls.directory import Assistant, Directory
from calls.errors import NotAllowed
from calls.rules import Rules
from calls.status import Status
from calls.telling import ASKER, MOST, End, Telling, arranged
from calls.workspace import Workspace
from examples import ASSISTANT, FRONT_DESK, HARMLESS, HOSTILE, call, outcome
from slack_rules.check_slack import check_args, check_view
from test_rules_views import submitted
from views import names, reply, rules_told
from views import rules_telling as face
from views.message import Message
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
KNOWN = Directory(assistants=(Assistant(uuid=ASSISTANT, name=HOSTILE, language="en"),))
OTHER = "22222222-2222-4333-8444-555555555555"
ONE = Telling(
    channels=(FRONT_DESK,),
    assistants=(ASSISTANT, OTHER),
    ends=(End.NOT_REACHED, End.FAILED),
    broadcast=True,
    mentions=(ASKER, "U0BEA", "S0NURSES"),
    direct="U0BEA",
)
LONG = Telling(
    channels=tuple(f"C0{n:09}" for n in range(100)),
    assistants=tuple(f"{n:08}{ASSISTANT[8:]}" for n in range(100)),
    ends=tuple(End),
    broadcast=True,
    mentions=(ASKER, *(f"S0{n:028}" for n in range(9))),
    direct=ASKER,
)
ALL = [Telling(), ONE, LONG, *(Telling(channels=(f"C0{n:09}",)) for n in range(MOST - 3))]


@in_both_languages
def test_slack_takes_every_window_of_whom_outcomes_are_told(language: str) -> None:
    text = Text(language)
    for found in ([], [ONE], ALL):
        space = Workspace(directory=KNOWN, rules=Rules(tellings=tuple(found)))
        assert check_view(face.listed(space, text)) == []
    for one in (None, *ALL):
        assert check_view(face.form(one, KNOWN, text)) == []
        assert check_view(face.form(one, Directory(), text)) == []


def test_each_is_told_in_a_sentence() -> None:
    told = face.sentence(ONE, KNOWN, Text("en"))
    calls, how = told.split("\n")
    assert calls == (
        f"*in <#{FRONT_DESK}> · by {HARMLESS}, 22222222… · ended so: not reached, "
        "failed or not placed*"
    )
    assert how == (
        "in the channel too · mentions who asked, <@U0BEA>, <!subteam^S0NURSES> "
        "· direct message to <@U0BEA>"
    )
    assert face.sentence(Telling(), KNOWN, Text("fr")) == (
        "*Tous les appels*\nune réponse dans le fil, personne n’est mentionné"
    )
    for rules, words in ((Rules(), "mentions nobody"), (Rules(tellings=(ONE,)), "thread: 1")):
        assert words in rules_told.lines(rules, hours.read("always"), 3, Text("en"))["telling"][0]


@in_both_languages
@pytest.mark.parametrize("one", [Telling(), ONE, LONG, ONE.having(direct=ASKER)])
def test_a_form_that_is_not_touched_changes_nothing(one: Telling, language: str) -> None:
    view = face.form(one, KNOWN, Text(language))
    assert (face.read(sent(view)), face.seen(view)) == (one, one.mark)


def sent(view: dict[str, Any], **changes: dict[str, Any]) -> dict[str, Any]:
    """Return a form as it comes back, with the one person who was chosen."""
    for block in view["blocks"]:
        element = block["element"]
        if "initial_user" in element and block["block_id"] not in changes:
            changes[block["block_id"]] = {"selected_user": element["initial_user"]}
    return submitted({"private_metadata": ""} | view, **changes)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("S0NURSES", ["S0NURSES"]),
        (" S0NURSES,S0DOCS\n", ["S0NURSES", "S0DOCS"]),
        ("<!subteam^S0NURSES|@nurses>; <!subteam^S0DOCS>", ["S0NURSES", "S0DOCS"]),
        ("@nurses", None),
        ("S0NURSES @docs", None),
    ],
)
def test_groups_are_read_by_their_ids(typed: str, read: list[str] | None) -> None:
    view = sent(face.form(None, KNOWN, Text("en")), groups={"value": typed})
    if read is None:
        with pytest.raises(NotAllowed) as fault:
            face.read(view)
        assert [reason.field for reason in fault.value.reasons] == ["groups"]
    else:
        assert face.read(view).mentions == tuple(read)


def test_too_many_mentions_and_two_direct_messages_are_refused_beside_their_fields() -> None:
    people = {"selected_users": [f"U0{n}" for n in range(11)]}
    person = {"selected_user": "U01"}
    also = {"selected_options": [{"value": "direct"}]}
    view = sent(face.form(None, KNOWN, Text("en")), people=people, person=person, also=also)
    with pytest.raises(NotAllowed) as fault:
        face.read(view)
    told = {reason.field: Text("en").reason(reason)[:12] for reason in fault.value.reasons}
    assert told == {"people": "Mention 10 p", "person": "A call has o"}


NEW = Telling(ends=(End.REACHED,))


@pytest.mark.parametrize(
    ("mark", "typed", "after"),
    [
        ("", NEW, (*ALL[:2], NEW)),
        (ONE.mark, NEW, (Telling(), NEW)),
        (ONE.mark, ONE.having(broadcast=False), (Telling(), ONE.having(broadcast=False))),
        ("", ONE.having(ends=(End.FAILED, End.NOT_REACHED)), "same"),
        (Telling().mark, ONE.having(direct=""), "same"),
        ("gone", NEW, "gone"),
    ],
)
def test_one_takes_its_own_place_and_no_other_s(
    mark: str, typed: Telling, after: tuple[Telling, ...] | str
) -> None:
    if isinstance(after, str):
        with pytest.raises(NotAllowed) as fault:
            arranged(ALL[:2], mark, typed)
        assert fault.value.reasons[0].key == f"refused.telling.{after}"
    else:
        assert arranged(ALL[:2], mark, typed) == after


def test_there_are_twenty_at_most() -> None:
    with pytest.raises(NotAllowed) as fault:
        arranged(ALL, "", NEW)
    assert fault.value.reasons[0].key == "refused.telling.full"


@in_both_languages
def test_slack_takes_the_messages_that_tell_more_people(language: str) -> None:
    text = Text(language)
    ended = call(Status.COMPLETED, outcome=outcome(Status.COMPLETED, 42), placed_at=now())
    shown = names.shown(ended, full=False)
    found = [
        reply.render(shown, text, LONG.mentions[1:]),
        reply.besides(shown, "https://clinic.slack.com/archives/C1/p1", text),
        reply.besides(shown, None, text),
    ]
    for message in found:
        assert check_message(message) == []
        assert "Marie" not in str(message)
    assert found[0].text.startswith("<!subteam^S0")


def check_message(message: Message) -> list[str]:
    """Return what Slack would not take of a message."""
    sent_so = {"channel": "C0123456", "text": message.text, "blocks": message.blocks}
    return [str(one) for one in check_args("chat.postMessage", sent_so)]
