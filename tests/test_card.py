"""What a call's message, its reply, its details and the private answers say, word for word."""

from datetime import timedelta
from typing import Any

import pytest

from calls.directory import Assistant, CallerId, Directory
from calls.errors import Reason
from calls.event import Event
from calls.model import Call
from calls.record import Record
from calls.status import Status
from examples import (
    ANA,
    ASSISTANT,
    BENOIT,
    EVERY_CALL,
    EVERY_STATE,
    HARMLESS,
    HOSTILE,
    NOW,
    call,
    history,
    outcome,
)
from views import answer, card, details, record, reply
from views.message import Mark, Message
from views.mrkdwn import Mrkdwn
from views.text import Text

EN, FR = Text("en"), Text("fr")
HEAD = "*Marie Tremblay* · •••• 1234"
WHEN = "<!date^1773500966^{date_short_pretty} {time}|2026-03-14 15:09 UTC>"
TO_THE_SECOND = "<!date^1773500966^{date_short_pretty} {time_secs}|2026-03-14 15:09 UTC>"
BUSY = "AlloMia is taking no more calls at the moment, so nobody was called."
UNSEEN = (
    "AlloMia no longer accepts this app's key, so I cannot see how the call is going. "
    "Tell an administrator."
)
INVALID = (
    "AlloMia does not accept this call as it was asked for. Correct it and call again. "
    "Phone number: “too short” “try again”"
)
IN_DOUBT = (
    "AlloMia was asked to dial and answered with an error of its own (502), so the call may have "
    "gone out. I never dial again by myself: ask the person called, or call again."
)
RULES = (
    "The workspace’s rules do not let it be dialled. Phone number: Numbers of this country "
    "(Canada) may not be called. Allowed: France. An administrator can change that."
)
BY_BENOIT = "<@UBENOIT02> cancelled it before it was dialled."
MISSED = (
    "It could not be dialled at its hour, and I do not dial late by myself. If it is still wanted, "
    "call again."
)
LATE = f"It could not be dialled in time. If it is still wanted, call again. {BUSY}"
UNWRITABLE = (
    "I cannot write in <#C0FRONTDESK> (not_in_channel). If it is a channel, invite me "
    "there with /invite; else pick another conversation. Then call again."
)


def paragraphs(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the text of every section."""
    return [block["text"]["text"] for block in blocks if "text" in block]


def buttons(message: Message) -> list[str]:
    """Return the actions that a message offers."""
    elements = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button["action_id"] for row in elements for button in row]


TOMORROW = (
    ":calendar: Scheduled for <!date^1773587366^{date_short_pretty} {time}|2026-03-15 15:09 UTC>"
)
NUMBERED = "show_number details handing"
CARDS = {
    "queued": ([":hourglass_flowing_sand: Queued"], "cancel show_number details"),
    "scheduled": (
        [TOMORROW, "In Toronto, where the person called is: Sunday 15 March at 11:09 am."],
        "cancel move show_number details",
    ),
    "scheduled, nobody knows where": ([TOMORROW], "cancel move show_number details"),
    "postponed": (
        [
            ":hourglass_flowing_sand: Queued, not dialled yet",
            BUSY,
            "Trying again until <!date^9>.",
        ],
        "cancel show_number details",
    ),
    "stopped": (
        [
            ":octagonal_sign: Waiting, all dialling is stopped",
            "<@UBENOIT02> has stopped all dialling.",
            "If dialling is resumed by <!date^9>, the call goes out; otherwise it is cancelled.",
        ],
        "cancel show_number details",
    ),
    "in line": (
        [
            ":hourglass_flowing_sand: Waiting in line",
            "Calls that may be on the line at once: 2.",
            "The call goes out in turn, once another one has ended.",
        ],
        "cancel show_number details",
    ),
    "dialling": ([":telephone_receiver: Dialling"], "show_number details"),
    "calling": ([":speaking_head_in_silhouette: Calling"], "show_number details"),
    "calling, unseen": (
        [":speaking_head_in_silhouette: Calling", UNSEEN, "I keep asking."],
        "show_number details",
    ),
    "completed": (
        [":white_check_mark: Completed, 1 min 42 s", "The person called hung up."],
        "again show_number details",
    ),
    "detailed": (
        [":white_check_mark: Completed, 1 min 42 s", "The person called hung up."],
        "again show_number details",
    ),
    "voicemail": ([":mailbox: Voicemail, 12 s"], f"done again {NUMBERED}"),
    "busy": ([":no_entry: Busy"], f"done again {NUMBERED}"),
    "no-answer": ([":no_bell: No answer"], f"done again {NUMBERED}"),
    "failed": ([":x: Failed"], f"done again {NUMBERED}"),
    "ended": ([":grey_question: Ended (voicemail)"], f"done again {NUMBERED}"),
    "refused": ([":no_entry_sign: Not placed", INVALID], f"done again {NUMBERED}"),
    "refused by the rules": ([":no_entry_sign: Not placed", RULES], f"done again {NUMBERED}"),
    "unknown": ([":warning: Unknown", IN_DOUBT], f"done again {NUMBERED}"),
    "unknown, looked": (
        [":warning: Unknown", IN_DOUBT, f"Looked again, {WHEN}: nothing new."],
        f"look done again {NUMBERED}",
    ),
    "cancelled by hand": (
        [":heavy_multiplication_x: Cancelled", BY_BENOIT],
        "again show_number details",
    ),
    "cancelled, late": ([":heavy_multiplication_x: Cancelled", LATE], f"done again {NUMBERED}"),
    "cancelled, its hour missed": (
        [
            f":alarm_clock: Not dialled at its hour, {WHEN}",
            MISSED,
        ],
        f"done again {NUMBERED}",
    ),
    "cancelled, unwritable": (
        [":heavy_multiplication_x: Cancelled", UNWRITABLE],
        "again show_number details",
    ),
    "opted out": (
        [":white_check_mark: Completed, 9 s"],
        f"never done again {NUMBERED}",
    ),
    "opted out, confirmed": ([":no_bell: No answer"], "reopen again show_number details"),
    "done": ([":no_entry: Busy"], "reopen again show_number details"),
}


LOGGED = {  # what the call log tells
    "detailed": [
        "*Outcome:* appointment confirmed · *Mood:* good · *About:* confirm &lt;!here&gt;",
        "“She will come.”",
    ],
    "voicemail": ["*Outcome:* message left on the voicemail", "“Personne.”"],
    "opted out": [
        "*Outcome:* asked not to be called",
        (
            ":mute: The outcome says that Marie Tremblay does not want to be called. "
            "Shall nobody here call this number any more?\n"
            ":bust_in_silhouette: <@UBENOIT02> sees to it.\n"
            f":memo: <@UBENOIT02>, {WHEN}: “Wrote letter 1.”\n"
            f":memo: <@UBENOIT02>, {WHEN}: “Wrote letter 2.”"
        ),
    ],
    "opted out, confirmed": [
        ":mute: The number is on the do-not-call list, as <@UANA00001> has confirmed."
    ],
    "done": [f":ballot_box_with_check: Done: <@UANA00001>, {WHEN}"],
}


@pytest.mark.parametrize("state", EVERY_STATE)
def test_a_calls_message_tells_how_the_call_stands(state: str) -> None:
    drawn = card.render(EVERY_STATE[state], EN, ASSISTANT, Mrkdwn("<!date^9>"))
    said, offered = CARDS[state]
    assert (paragraphs(drawn.blocks), buttons(drawn)) == (
        ["\n".join([HEAD, *said]), *LOGGED.get(state, ())],
        offered.split(),
    )


def test_the_red_button_tells_what_was_read_before_it_bars_a_number() -> None:
    summed = Record(id="1", summaries={"fr": "Elle ne souhaite plus être appelée."})
    heard = {
        "outcome": EVERY_STATE["opted out"].record,
        "summary": summed,
        "transcript": Record(id="1", outcome="confirmed"),
        "known": summed.discreet(),
    }
    for word, known in heard.items():
        drawn = card.render(EVERY_STATE["opted out"].having(record=known), EN, ASSISTANT)
        (button,) = (one for one in drawn.blocks[-1]["elements"] if one["action_id"] == "never")
        assert button["style"] == "danger"
        assert word in button["confirm"]["text"]["text"]
        assert "Marie Tremblay does not want" in button["confirm"]["text"]["text"]


def test_every_button_names_its_call_and_only_cancel_is_red() -> None:
    drawn = card.render(call(), EN, ASSISTANT)
    found = [
        (button["text"]["text"], button["value"], button.get("style"))
        for button in drawn.blocks[-1]["elements"]
    ]
    assert found == [
        ("Cancel", "C-7K3QF", "danger"),
        ("Show number", "C-7K3QF", None),
        ("Details", "C-7K3QF", None),
    ]


@pytest.mark.parametrize(
    ("text", "assistant", "small_print"),
    [
        (EN, ASSISTANT, "Asked by <@UANA00001> · the workspace's assistant · C-7K3QF"),
        (EN, None, "Asked by <@UANA00001> · assistant 11111111… · C-7K3QF"),
        (
            FR,
            ASSISTANT,
            "Demandé par <@UANA00001> · l’assistant de l’espace de travail · C-7K3QF",
        ),
    ],
)
def test_a_calls_message_mentions_who_asked_for_it(
    text: Text, assistant: str | None, small_print: str
) -> None:
    drawn = card.render(call(), text, assistant)
    assert drawn.blocks[1]["elements"][0]["text"] == small_print


def test_an_assistant_of_the_directory_goes_by_its_name() -> None:
    drawn = card.render(call(assistant_name="R&D's *best*"), EN, ASSISTANT)
    told = "Asked by <@UANA00001> · R&amp;D's ∗best∗ · C-7K3QF"
    assert drawn.blocks[1]["elements"][0]["text"] == told


def test_a_calls_message_is_marked_and_has_a_text_for_notifications() -> None:
    drawn = card.render(EVERY_STATE["completed"].having(name="R&D"), EN, ASSISTANT)
    assert (drawn.text, drawn.mark) == (
        "Call to R&amp;D: completed, 1 min 42 s",
        Mark(reference="C-7K3QF", part="card"),
    )


def test_a_name_never_comes_alive_in_any_message() -> None:
    made = EVERY_CALL["completed, hostile"]
    ended = f":white_check_mark: {HARMLESS} was reached."
    assert [
        paragraphs(card.render(made, EN, ASSISTANT).blocks)[0].splitlines()[0],
        card.render(made, EN, ASSISTANT).text,
        reply.render(made, EN).text,
        paragraphs(answer.listed([made], EN).blocks)[1],
        paragraphs(answer.help_(EN, HOSTILE).blocks)[0],
        paragraphs(details.render(made, [], BENOIT, EN)["blocks"])[0].splitlines()[0],
    ] == [
        f"*{HARMLESS}* · •••• 1234",
        f"Call to {HARMLESS}: completed, 1 min 42 s",
        f"{ended} The call lasted 1 min 42 s. The person called hung up.",
        (
            f"C-7K3QF · *{HARMLESS}* · :white_check_mark: Completed, 1 min 42 s · {WHEN}"
            " · <#C0FRONTDESK>"
        ),
        f"I do not know what to do with “{HARMLESS}”.",
        f"*{HARMLESS}* · •••• 1234",
    ]


CANCELLED = ":heavy_multiplication_x: The call to Marie Tremblay was cancelled. Nobody was called."
UNKNOWN = ":warning: What became of the call to Marie Tremblay is not known."
REPLIES = {
    "completed": ":white_check_mark: Marie Tremblay was reached. The call lasted 1 min 42 s. "
    "The person called hung up.",
    "detailed": ":white_check_mark: Marie Tremblay was reached. The call lasted 1 min 42 s. "
    "The person called hung up.\n" + "\n".join(LOGGED["detailed"]),
    "voicemail": ":mailbox: Marie Tremblay was not reached in person: a voicemail answered. "
    "The call lasted 12 s.\n" + "\n".join(LOGGED["voicemail"]),
    "busy": ":no_entry: Marie Tremblay was not reached: the line was busy.",
    "no-answer": ":no_bell: Marie Tremblay was not reached: nobody answered.",
    "failed": ":x: Marie Tremblay was not reached: the call failed.",
    "ended": ":grey_question: The call to Marie Tremblay ended, in AlloMia's word: voicemail.",
    "refused": ":no_entry_sign: The call to Marie Tremblay was not placed. Nobody was called. "
    + INVALID,
    "refused by the rules": ":no_entry_sign: The call to Marie Tremblay was not placed. "
    f"Nobody was called. {RULES}",
    "unknown": f"{UNKNOWN} {IN_DOUBT}",
    "unknown, looked": f"{UNKNOWN} {IN_DOUBT}",
    "cancelled by hand": f"{CANCELLED} {BY_BENOIT}",
    "cancelled, late": f"{CANCELLED} {LATE}",
    "cancelled, its hour missed": (
        f":alarm_clock: <@{ANA}>, the call to Marie Tremblay was to be dialled {WHEN}, and I "
        "could not. Nobody was called, and I do not dial late by myself. Is it still wanted?"
    ),
    "cancelled, unwritable": f"{CANCELLED} {UNWRITABLE}",
    "opted out": (
        ":white_check_mark: Marie Tremblay was reached. The call lasted 9 s.\n"
        "*Outcome:* asked not to be called"
    ),
    "opted out, confirmed": ":no_bell: Marie Tremblay was not reached: nobody answered.",
    "done": ":no_entry: Marie Tremblay was not reached: the line was busy.",
}


@pytest.mark.parametrize("state", [n for n, made in EVERY_STATE.items() if not made.status.live])
def test_the_outcome_is_told_in_the_thread(state: str) -> None:
    made = EVERY_STATE[state]
    told = reply.render(made, EN)
    mark = Mark(reference="C-7K3QF", part=made.status.value)
    assert (told.text, paragraphs(told.blocks), told.mark) == (
        REPLIES[state],
        REPLIES[state].split("\n"),
        mark,
    )


def test_a_wrong_number_is_not_told_as_somebody_reached() -> None:
    answered = call(Status.COMPLETED, outcome=outcome(Status.COMPLETED))
    wrong = answered.detailed(Record(id="r", outcome="wrong_number"))
    assert reply.render(answered, EN).text.startswith(
        ":white_check_mark: Marie Tremblay was reached"
    )
    assert reply.render(wrong, EN).text.startswith(
        ":mag: Marie Tremblay was not reached: the number is somebody else's."
    )


def test_a_nameless_person_is_called_by_the_masked_number() -> None:
    made = EVERY_CALL["busy, nameless"]
    assert (card.head(made, EN), reply.render(made, FR).text) == (
        "*•••• 1234*",
        ":no_entry: L’appel à •••• 1234 n’a pas abouti\u00a0: la ligne était occupée.",
    )


def test_an_outcome_told_elsewhere_says_where_it_belongs() -> None:
    told = reply.elsewhere(EVERY_STATE["busy"], EN)
    assert told.text == (
        ":no_entry: Marie Tremblay was not reached: the line was busy. "
        "I could not write in <#C0FRONTDESK>, so I am telling you here (C-7K3QF)."
    )


def fields(made: dict[str, Any]) -> list[str]:
    """Return what the small table of a window says."""
    (table,) = (block["fields"] for block in made["blocks"] if "fields" in block)
    return [cell["text"] for cell in table]


def test_details_show_ids_and_to_everybody_the_masked_number() -> None:
    made = EVERY_STATE["calling"]
    assert [fields(details.render(made, [], viewer, EN)) for viewer in (ANA, BENOIT)] == [
        [
            "*Reference*\nC-7K3QF",
            "*Number*\n•••• 1234",
            "*AlloMia's call*\nout-1",
            "*AlloMia's contact*\ncon-1",
            f"*Assistant*\n{ASSISTANT}",
            "*Caller ID*\n99999999-8888-4777-8666-555555555555",
        ]
    ] * 2


def test_details_tell_that_no_record_is_surely_the_call_s() -> None:
    ended = outcome(Status.COMPLETED, 9).having(noted_at=NOW)
    talked = call(Status.COMPLETED, outcome=ended)
    found = talked.having(record=Record(id="rec-1"))
    unanswered = call(Status.BUSY, outcome=outcome(Status.BUSY).having(noted_at=NOW))
    later = NOW + timedelta(hours=2)
    shown = [
        [key for key in ("sought", "unmatched") if EN(f"record.{key}") in paragraphs(made)]
        for made in (
            details.render(one, [], ANA, EN, seen=at)["blocks"]
            for one, at in [
                (talked, NOW),
                (talked, later),
                (talked, None),
                (found, later),
                (unanswered, later),
                (call(), later),
            ]
        )
    ]
    assert shown == [["sought"], ["unmatched"], [], [], [], []]


def test_details_name_the_assistant_and_the_number_that_the_workspace_knows() -> None:
    made = EVERY_STATE["calling"]
    known = Directory(
        assistants=(Assistant(uuid=ASSISTANT, name="Reminders"),),
        caller_ids=(CallerId(uuid=made.phone_number_id, name="Desk", number="+15145550100"),),
    )
    named = ["*Assistant*\nReminders", "*Caller ID*\nDesk (+1 514-555-0100)"]
    assert fields(details.render(made, [], ANA, EN, known))[-2:] == named
    archived = made.having(assistant_name="Old one")
    assert fields(details.render(archived, [], ANA, EN))[-2] == "*Assistant*\nOld one"


def test_details_show_values_to_who_asked_and_hide_them_from_others() -> None:
    made = call(variables={"*slot*": "<!channel> 3 pm"})
    top = f"{HEAD}\n:hourglass_flowing_sand: Queued"
    line = f"{TO_THE_SECOND} · :hourglass_flowing_sand: Queued"
    shown = [
        paragraphs(details.render(made, history(made, 1), viewer, EN)["blocks"])
        for viewer in (ANA, BENOIT)
    ]
    told, times = "*What the assistant was told*", "*Time line*"
    hidden = "Only who asked for the call sees its values in full."
    assert shown == [
        [top, told, "∗slot∗ = &lt;!channel&gt; 3 pm", times, line],
        [top, told, "∗slot∗ = ••••", hidden, times, line],
    ]


def test_details_of_a_call_without_variables_leave_them_out() -> None:
    shown = paragraphs(details.render(call(variables={}), [], ANA, EN)["blocks"])
    assert shown == [f"{HEAD}\n:hourglass_flowing_sand: Queued", "*Time line*"]


def test_the_time_line_tells_each_state_as_it_was() -> None:
    made = EVERY_STATE["completed"]
    events = [
        Event(at=NOW, status=Status.QUEUED),
        Event(at=NOW, status=Status.QUEUED, reason=Reason(key="allomia.busy")),
        Event(at=NOW, status=Status.DIALLING),
        Event(at=NOW, status=Status.COMPLETED, by=BENOIT),
    ]
    assert paragraphs(details.render(made, events, ANA, EN)["blocks"])[-1].splitlines() == [
        f"{TO_THE_SECOND} · {state}"
        for state in (
            ":hourglass_flowing_sand: Queued",
            ":hourglass_flowing_sand: Queued, not dialled yet",
            ":telephone_receiver: Dialling",
            ":white_check_mark: Completed, 1 min 42 s · <@UBENOIT02>",
        )
    ]


def test_the_newest_of_a_long_time_line_is_kept() -> None:
    made = EVERY_STATE["busy"]
    shown = paragraphs(details.render(made, history(made, 99), ANA, EN)["blocks"])
    lines = "\n".join(shown[shown.index("*Time line*") + 1 :]).splitlines()
    assert (len(lines), lines[-1]) == (40, f"{TO_THE_SECOND} · :no_entry: Busy")


def test_a_list_names_the_conversation_of_each_call() -> None:
    calls = [
        call(),
        call(channel="D1", reference="C-22222"),
        call(channel=ANA, reference="C-33333", outcome=outcome(Status.BUSY, 61)),
    ]
    marie = "*Marie Tremblay* · :hourglass_flowing_sand: Queued"
    assert paragraphs(answer.listed(calls, EN).blocks) == [
        "*Your last calls*",
        f"C-7K3QF · {marie} · {WHEN} · <#C0FRONTDESK>",
        f"C-22222 · {marie} · {WHEN} · direct message",
        f"C-33333 · {marie}, 1 min 01 s · {WHEN} · direct message",
    ]


def test_one_call_is_shown_as_its_message_without_buttons() -> None:
    made = EVERY_STATE["completed"]
    whole, shown = card.render(made, EN, ASSISTANT), answer.status(made, EN, ASSISTANT)
    assert shown == Message(text=whole.text, blocks=whole.blocks[:2])


def test_a_refused_command_is_told_all_that_is_wrong() -> None:
    reasons = [
        Reason(key="refused.number.missing", field="number"),
        Reason(key="answer.stray", values={"words": "<!here>"}),
    ]
    assert answer.refused(reasons, EN).text == (
        "Nobody was called. Please correct this and type it again:\n"
        "• Type the number to call.\n"
        "• “&lt;!here&gt;” belongs to no variable. "
        'Put values of several words in quotes: slot="Tuesday 3 pm".'
    )


def test_a_call_placed_from_elsewhere_is_looked_for_in_the_direct_message() -> None:
    assert answer.placed(call(), EN).text == (
        "C-7K3QF is noted. Its message will appear in my own direct message with you."
    )


def test_help_repeats_what_was_typed_only_where_something_was() -> None:
    asked, lost = answer.help_(FR), answer.help_(FR, "aide")
    assert (asked.text, lost.text) == (
        FR("help.text"),
        "Je ne sais pas quoi faire de «\u00a0aide\u00a0».\n" + FR("help.text"),
    )


def ended(status: Status, why: str) -> Call:
    return call(status, outcome=outcome(status, None, why))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (ended(Status.COMPLETED, "assistant_ended_call"), "The assistant hung up."),
        (ended(Status.COMPLETED, "Customer-Ended-Call"), "The person called hung up."),
        (
            ended(Status.COMPLETED, "customer-ended-call").detailed(
                Record(id="r", outcome="voicemail_left")
            ),
            None,
        ),
        (ended(Status.COMPLETED, "<!here> *x"), "AlloMia's reason: &lt;!here&gt; ∗x"),
        (ended(Status.BUSY, "customer-busy"), None),
        (ended(Status.FAILED, "customer-busy"), "The line was busy."),
        (ended(Status.FAILED, "voicemail"), "A voicemail answered."),
        (ended(Status.NO_ANSWER, "customer-did-not-answer"), None),
        (ended(Status.COMPLETED, "voicemail"), None),
        (call(Status.COMPLETED, outcome=outcome(Status.COMPLETED)), None),
        (EVERY_STATE["detailed"], "The person called hung up."),
    ],
)
def test_why_a_call_ended_is_told_in_human_words_and_not_twice(
    made: Call, told: str | None
) -> None:
    assert record.ended_reason(made, EN) == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({}, None),
        ({"outcome": "odd_x<b>"}, "*Outcome:* odd_x&lt;b&gt;"),
        ({"outcome": "Voicemail Left"}, "*Outcome:* message left on the voicemail"),
        ({"sentiment": "NEGATIVE"}, "*Mood:* bad"),
        ({"sentiment": "so so"}, "*Mood:* so so"),
        ({"intent": "confirm_appointment"}, "*About:* confirm appointment"),
    ],
)
def test_what_the_call_log_says_is_told_in_our_words_or_in_its_own(
    found: dict[str, str], told: str | None
) -> None:
    assert record.facts(Record(id="r", **found), EN) == told


def test_the_window_shows_the_summary_in_both_languages_the_reader_s_first() -> None:
    shown = [
        paragraphs(details.render(EVERY_STATE["detailed"], [], BENOIT, text)["blocks"])[1:6]
        for text in (EN, FR)
    ]
    facts = "*Outcome:* appointment confirmed · *Mood:* good · *About:* confirm &lt;!here&gt;"
    assert shown[0] == [
        facts,
        "*Summary in English*",
        "“She will come.”",
        "*Summary in French*",
        "“Elle viendra.”",
    ]
    assert shown[1][1:3] == ["*Résumé en français*", "«\u00a0Elle viendra.\u00a0»"]
