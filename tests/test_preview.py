"""The preview shows what would be sent, and what speaks against it; nothing is placed."""

import json
from datetime import datetime
from typing import Any

import pytest

from calls import allomia
from calls.chain import Again
from calls.directory import Assistant, CallerId, Directory, Label, Variable
from calls.errors import Reason
from calls.order import Order
from calls.review import Review
from examples import ANA, ASSISTANT, BENOIT, CALLER, HOSTILE
from flow import noted
from house import NUMBER, House
from pressed import form_of, pressed
from records import held
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.workspace import FRONT_DESK
from slack_rules.check_slack import check_view
from switch import postgres_only
from test_views import leaks
from views import preview
from views.text import LANGUAGES, Text

pytestmark = pytest.mark.windows

EN = Text("en")
JSON = dict[str, Any]
DIRECTORY = Directory(
    assistants=(
        Assistant(
            uuid=ASSISTANT,
            name="Reminders",
            variables=(
                Variable(key="reason", label=Label(en="Why they come", fr="Motif")),
                Variable(key="slot", label=Label(en="When")),
            ),
        ),
    ),
    caller_ids=(CallerId(uuid=CALLER, name="Front desk", number="+1 514 555 0000"),),
)


def order(**changes: object) -> Order:
    made = Order(
        number=NUMBER,
        name="Marie",
        assistant_id=ASSISTANT,
        phone_number_id=CALLER,
        variables={"reason": "broken wrist", "note": "`a` & <b>"},
        zone="America/Toronto",
    )
    return made.having(**changes)


def review(made: Order | None, *reasons: Reason, **changes: object) -> Review:
    found = Review(order=made, reasons=reasons, directory=DIRECTORY, pause=3)
    return found.having(**changes)


def drawn(found: Review, text: Text = EN, viewer: str = ANA, where: str = "C1") -> JSON:
    seen = found.seen_by(viewer)
    sent = allomia.body(seen, "an address") if seen else {}
    return preview.render(found, seen, sent, where, text)


def code(view: JSON) -> str:
    """Return the JSON that a preview shows, put together again."""
    parts = [
        block["text"]["text"].removeprefix("```\n").removesuffix("\n```")
        for block in view["blocks"]
        if block["type"] == "section" and block.get("text", {}).get("text", "").startswith("```")
    ]
    return "\n".join(parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def told(view: JSON) -> str:
    """Return all the text of a view."""
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(view["blocks"])
    return "\n".join(found)


def test_the_json_is_what_would_be_sent() -> None:
    made = order(variables={"a": HOSTILE, "b": "\\ ``` \\u0060 é 明\u2028"})
    view = drawn(review(made))
    assert json.loads(code(view)) == allomia.body(made, "an address")
    assert "`" not in code(view)


def test_the_words_name_all_that_the_form_names() -> None:
    words = told(drawn(review(order()))).partition("```")[0]
    assert (
        words.splitlines()
        == [
            "Preview",
            *("*Who is called*", "Marie, +1 514-555-1234"),
            *("*From*", "Front desk (+1 514-555-0000)"),
            *("*By*", "Reminders"),
            *("*Where it reports*", "<#C1>"),
            *("*When*", "3 s after you place it; until then it can be cancelled"),
            "*What the assistant is told*",
            "Why they come: broken wrist",
            "note: ˋaˋ &amp; &lt;b&gt;",
            "*What is sent to AlloMia*",
        ][1:]
    )


def test_an_hour_is_told_in_both_zones() -> None:
    hour = datetime.fromisoformat("2026-03-14T19:30:00+00:00")
    zoned = review(order(hour=hour, zone="America/Vancouver"))
    mine = "<!date^1773516600^{date_long_pretty} {time}|2026-03-14 19:30 UTC>"
    assert f"{mine}. That is Saturday 14 March at 12:30 pm where" in told(drawn(zoned))
    assert "C’est samedi 14 mars à 12 h 30 là où" in told(drawn(zoned, Text("fr")))
    unzoned = review(order(hour=hour, zone=None))
    assert f"*When*\n{mine}\n" in told(drawn(unzoned))
    assert "as soon as you place it" in told(drawn(review(order(), pause=0)))


def test_how_a_call_is_repeated_is_told_where_it_is() -> None:
    again = order(again=Again(most=3, minutes=30))
    assert "Again after 30 minutes, 3 attempts in all" in told(drawn(review(again)))
    assert "If nobody answers" not in told(drawn(review(order())))


def test_what_the_workspace_has_not_named_goes_by_its_id() -> None:
    unnamed = Directory(
        assistants=(Assistant(uuid=ASSISTANT, name=""),),
        caller_ids=(CallerId(uuid=CALLER, name="", number=""),),
    )
    words = told(drawn(review(order(name=""), directory=unnamed), where=""))
    assert "the workspace's assistant" in words
    assert "the workspace's number" in words
    assert "*Who is called*\n+1 514-555-1234" in words
    assert "your direct message with me" in words
    words = told(drawn(review(order(variables={}), directory=Directory())))
    assert "What the assistant is told" not in words
    assert "assistant 11111111…" in words
    assert "number 99999999…" in words


def test_what_speaks_against_a_call_stands_first() -> None:
    missing = Reason(key="refused.number.missing", field="number")
    closed = Reason(key="refused.hour.closed", values={"zone": "America/Toronto"}, field="hour")
    stopped = Reason(key="waiting.stopped", values={"person": "UBOSS"})
    view = drawn(review(order(), closed, waits=stopped))
    first, second, *rest = told(view).split("\n*")
    assert first.startswith(":warning: *It cannot be placed as it is:")
    assert "• It is outside calling hours" in first
    assert "<@UBOSS> has stopped all dialling." in first + second
    assert rest
    words = told(drawn(review(None, missing)))
    assert "• Type the number to call." in words
    assert "```" not in words


def test_what_another_had_hidden_stays_hidden() -> None:
    view = drawn(review(order(told_by=BENOIT)))
    assert leaks(view, NUMBER.removeprefix("+1"), "broken wrist") == []
    assert "Only who asked for the call" in told(view)
    assert leaks(drawn(review(order(told_by=ANA))), "broken wrist") == ["broken wrist"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", ["<" * 3000, "\\" * 3000, "é`&\n" * 750, HOSTILE * 50])
def test_slack_takes_the_longest_preview(value: str, language: str) -> None:
    many = {f"{n} {HOSTILE}": value for n in range(30)}
    wrong = [
        Reason(key="refused.variables.equals", values={"line": "1", "words": HOSTILE * 60})
        for _ in range(20)
    ]
    hour = datetime.fromisoformat("2026-03-14T19:30:00+00:00")
    longest = order(name="&<" * 50, variables=many, hour=hour)
    waits = Reason(key="waiting.in_line", values={"most": "3"})
    label = Label(en=value[:2000], fr=value[:1900])
    reminders, desk = DIRECTORY.assistants[0], DIRECTORY.caller_ids[0]
    variables = tuple(Variable(key=key, label=label) for key in many)
    assistant = reminders.having(name=value, variables=variables)
    directory = Directory(assistants=(assistant,), caller_ids=(desk.having(name=value),))
    for where in ("C1", ""):
        found = review(longest, *wrong, waits=waits, directory=directory)
        view = drawn(found, Text(language), where=where)
        assert check_view(view) == []
        assert len(view["blocks"]) <= 100


def test_what_is_left_out_is_counted() -> None:
    view = drawn(review(order(variables={f"{n}": "<" * 3000 for n in range(25)})))
    assert "Left out here, and sent all the same:" in told(view)


VALUES = {
    "number": "514 555 1234",
    "name": "Marie",
    "variables": "slot = Tuesday\nnote = `x`",
}


async def test_a_form_is_shown_as_it_would_be_sent_and_nothing_is_placed(house: House) -> None:
    form = await form_of(house, house.ana)
    window = await pressed(house, house.ana, form, "preview", "What is sent", **VALUES)
    sent = json.loads(code(window.body))
    assert sent == {
        "phoneNumber": NUMBER,
        "customerName": "Marie",
        "assistantId": ASSISTANT_ID,
        "phoneNumberId": PHONE_NUMBER_ID,
        "dynamicVariables": {"slot": "Tuesday", "note": "`x`"},
        "callbackUrl": "an address of mine, new for each call",
    }
    assert f"<#{FRONT_DESK}>" in window.words
    assert await noted(house) == []
    await house.ana.close(window)
    await house.ana.submit(form)
    await house.allomia.until(house.allomia.dialled)
    dialled = house.allomia.dialled()[0].body
    assert dialled.pop("callbackUrl").startswith(house.url)
    del sent["callbackUrl"]
    assert dialled == sent


async def test_what_is_wrong_and_what_will_be_asked_is_told_in_french(house: House) -> None:
    await house.placed()
    form = await form_of(house, house.benoit)
    window = await pressed(house, house.benoit, form, "preview", "tel quel", **VALUES)
    assert "• Un appel à ce numéro est en cours" in window.words
    assert json.loads(code(window.body))["phoneNumber"] == NUMBER
    await house.benoit.close(window)
    window = await pressed(
        house, house.benoit, form, "preview", "corrigez-le", number="5", variables="x"
    )
    assert "• Ce n’est pas un numéro de téléphone." in window.words
    assert "• La ligne 1 n’a pas de signe" in window.words


async def test_a_colleague_s_call_is_previewed_without_what_is_hidden(house: House) -> None:
    call = await house.placed(f"now {NUMBER} Marie slot=Tuesday")
    await house.allomia.end(call)
    card = await house.card("Completed")
    await house.benoit.press(card, "again")
    form = await house.slack.until(
        lambda: house.benoit.modal if house.benoit.modal and house.benoit.modal.state else None
    )
    window = await pressed(house, house.benoit, form, "preview", "Ce qui est envoyé")
    assert leaks(window.body, NUMBER.removeprefix("+1"), "Tuesday") == []
    assert json.loads(code(window.body))["dynamicVariables"] == {"slot": "••••"}


@postgres_only  # on SQLite who only reads waits for nobody
async def test_a_database_that_does_not_answer_is_told_in_the_preview(house: House) -> None:
    form = await form_of(house, house.ana)
    async with held(house.environ["DATABASE_URL"]):
        await pressed(house, house.ana, form, "preview", "cannot reach my records", **VALUES)
