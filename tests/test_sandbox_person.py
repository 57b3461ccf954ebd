"""People of the stand-in Slack are understood by a real Bolt app, and see what it answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.courier import Parcel, Seal
from sandbox.inputs import GestureError
from sandbox.modals import View
from sandbox.person import Person
from sandbox.slack import Slack
from sandbox.workspace import ANA, ARCHIVE, BENOIT, DIRECT, FRONT_DESK, PRIVATE
from slack_rules.check_slack import check_payload
from slack_rules.judge import complaints

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def option(value: str) -> JSON:
    return {"text": plain(value.title()), "value": value}


def field_of(name: str, element: JSON, **more: object) -> JSON:
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **more}


def button(action_id: str, **more: str) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain(action_id), **more}


def buttons(*those: JSON, name: str = "buttons") -> JSON:
    return {"type": "actions", "block_id": name, "elements": list(those)}


CONVERSATION = {
    "type": "conversations_select",
    "default_to_current_conversation": True,
    "response_url_enabled": True,
}
COLOURS = {"options": [option("red"), option("blue")]}
FORM: JSON = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Call"),
    "submit": plain("Go"),
    "notify_on_close": True,
    "blocks": [
        field_of("phone", {"type": "plain_text_input", "initial_value": "514", "max_length": 20}),
        field_of("where", CONVERSATION),
        field_of("colour", {"type": "static_select", **COLOURS}, optional=True),
        field_of("extras", {"type": "checkboxes", **COLOURS}, optional=True),
        buttons(button("more"), {"type": "static_select", "action_id": "pick", **COLOURS}),
    ],
}
TEXTLESS: JSON = {"type": "modal", "callback_id": "info", "title": plain("Info"), "blocks": []}


@dataclass
class App:
    """A Bolt app that keeps what it hears, and answers what the test tells it to."""

    slack: Slack
    heard: list[JSON] = field(default_factory=list)
    answers: list[JSON | str] = field(default_factory=list)

    @property
    def client(self) -> AsyncWebClient:
        return AsyncWebClient("xoxb-sandbox", base_url=self.slack.url, retry_handlers=[])

    async def hears(self, ack: Any, body: JSON) -> None:  # noqa: ANN401 - Bolt's AsyncAck
        self.heard.append(body)
        answer = self.answers.pop(0) if self.answers else {}
        await (ack(answer) if isinstance(answer, str) else ack(**answer))

    def served(self) -> TestServer:
        secret = self.slack.signing_secret
        bolt = AsyncApp(client=self.client, signing_secret=secret)
        bolt.command("/call")(self.hears)
        for callback_id in ("form", "info"):
            bolt.view(callback_id)(self.hears)
            bolt.view_closed(callback_id)(self.hears)
        for action_id in ("more", "pick", "again", "value"):
            bolt.action(action_id)(self.hears)
        bolt.shortcut("place")(self.hears)
        bolt.event("app_home_opened")(self.hears)
        return TestServer(bolt.web_app("/slack/events"))

    @property
    def trigger(self) -> str:
        return str(self.heard[-1]["trigger_id"])

    async def opens(self, view: JSON = FORM) -> View:
        """Open a view for whoever acted last."""
        await self.client.views_open(trigger_id=self.trigger, view=view)
        (opened,) = self.slack.workspace.modals
        return opened


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[Slack]:
    async with Slack(clock=clock) as slack:
        yield slack
        assert complaints(slack.log) == []


@pytest.fixture
async def app(slack: Slack) -> AsyncIterator[App]:
    app = App(slack)
    async with app.served() as server:
        slack.app_url = str(server.make_url("/"))
        yield app


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.person(ANA)


async def refusal(request: Any) -> str:  # noqa: ANN401 - any request of the SDK's client
    with pytest.raises(SlackApiError) as refused:
        await request
    return str(refused.value.response["error"])


async def test_a_command_arrives_complete(app: App, ana: Person) -> None:
    app.answers = ["Not understood", {"text": "Look", "response_type": "in_channel"}]
    answer = await ana.command("514 555 0199", FRONT_DESK)
    await ana.command("list", FRONT_DESK)
    (heard, _) = app.heard
    assert (answer.status, answer.in_time, answer.body) == (200, True, None)
    assert (heard["text"], heard["channel_name"]) == ("514 555 0199", "privategroup")
    assert [m.text for m in ana.ephemerals] == ["Not understood"]
    assert [m.text for m in app.slack.workspace.messages(FRONT_DESK)] == ["Look"]


@pytest.mark.parametrize(
    "seal",
    [
        Seal(secret="wrong"),
        Seal(timestamp="1531420618"),
        Seal(timestamp="9999999999"),
        Seal(signature="v0=0000"),
        Seal(headers={"X-Slack-Signature": ""}, deliberate=True),
    ],
)
async def test_a_forged_request_is_refused_and_shows_nothing(
    app: App, ana: Person, seal: Seal
) -> None:
    app.answers = ["Never said"]
    answer = await ana.command("", FRONT_DESK, seal=seal)
    assert (answer.status, app.heard, ana.ephemerals) == (401, [], [])


async def test_raw_bytes_are_delivered_as_they_are(app: App, slack: Slack) -> None:
    answer = await slack.deliver(Parcel("nonsense", b"payload=%7B"), Seal(deliberate=True))
    assert answer.status != 200
    assert (slack.log[-1].what, slack.log[-1].request) == ("nonsense", None)
    assert app.heard == []


async def test_an_app_that_is_down_answers_nothing(slack: Slack, ana: Person) -> None:
    slack.app_url = "http://127.0.0.1:1"
    answer = await ana.command("", FRONT_DESK, seal=Seal(deliberate=True))
    assert (answer.status, answer.in_time, slack.log[-1].status) == (0, False, None)


async def test_the_same_payload_arrives_twice(app: App, ana: Person) -> None:
    answer = await ana.command("514 555 0199", FRONT_DESK)
    await ana.repeat(answer)
    assert app.heard[0] == app.heard[1]


async def test_a_trigger_lives_three_seconds_and_works_once(
    app: App, ana: Person, clock: Clock
) -> None:
    await ana.command("", FRONT_DESK)
    await app.opens()
    again = app.client.views_open(trigger_id=app.trigger, view=FORM)
    assert await refusal(again) == "exchanged_trigger_id"
    await ana.command("", FRONT_DESK)
    clock.now += 3.01
    late = app.client.views_open(trigger_id=app.trigger, view=FORM)
    assert await refusal(late) == "expired_trigger_id"
    invented = app.client.views_open(trigger_id="1.2.3", view=FORM)
    assert await refusal(invented) == "invalid_trigger_id"


async def test_a_form_is_sent_as_it_was_filled_in(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    answer = await ana.submit(view, {"colour": "red", "extras": ["blue", "red"]})
    sent = app.heard[-1]["view"]["state"]["values"]
    assert sent["phone"]["value"] == {"type": "plain_text_input", "value": "514"}
    assert sent["where"]["value"]["selected_conversation"] == FRONT_DESK
    assert sent["colour"]["value"]["selected_option"] == option("red")
    assert sent["extras"]["value"]["selected_options"] == [option("blue"), option("red")]
    assert sent["buttons"]["pick"] == {"type": "static_select", "selected_option": None}
    assert app.heard[-1]["response_urls"][0]["channel_id"] == FRONT_DESK
    assert (answer.body, view.is_open, ana.modal) == (None, False, None)


async def test_what_slack_would_not_let_through_is_not_sent(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    with pytest.raises(GestureError, match="phone"):
        await ana.submit(view, {"phone": None})
    with pytest.raises(GestureError, match="0 to 20"):
        await ana.submit(view, {"phone": "5" * 21})
    with pytest.raises(GestureError, match="'green' cannot be chosen"):
        await ana.submit(view, {"colour": "green"})
    with pytest.raises(GestureError, match="no such field"):
        await ana.submit(view, {"fax": "514"})
    with pytest.raises(GestureError, match="benoit does not see this modal"):
        await app.slack.person(BENOIT).submit(view)
    with pytest.raises(GestureError, match="benoit cannot write in private"):
        await app.slack.person(BENOIT).command("", PRIVATE)
    with pytest.raises(GestureError, match="cannot write in archive"):
        await ana.command("", ARCHIVE)
    assert len(app.heard) == 1


async def test_errors_stand_beside_their_fields_until_they_are_mended(
    app: App, ana: Person
) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    app.answers = [{"response_action": "errors", "errors": {"phone": "Too short"}}]
    await ana.submit(view, {"phone": "5", "colour": "blue"})
    assert (view.errors, ana.modal) == ({"phone": "Too short"}, view)
    await ana.submit(view, {"phone": "514 555 0199"})
    sent = app.heard[-1]["view"]["state"]["values"]
    assert sent["colour"]["value"]["selected_option"] == option("blue")
    assert ana.modal is None


async def test_errors_beside_nothing_are_found(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    app.answers = [{"response_action": "errors", "errors": {"fax": "?"}}]
    with pytest.raises(GestureError, match="must stand beside inputs"):
        await ana.submit(view)
    app.answers = [{"response_action": "update", "view": {**FORM, "submit": None}}]
    with pytest.raises(GestureError, match="submit"):
        await ana.submit(view)
    app.slack.log.clear()  # the judge would complain, rightly


async def test_answers_update_push_and_clear(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    app.answers = [
        {"response_action": "update", "view": {**FORM, "title": plain("Once more")}},
        {"response_action": "push", "view": FORM},
        {"response_action": "clear"},
    ]
    await ana.submit(view, {"phone": "1"})
    assert ("Once more" in view.words, view.state["phone"]["value"]["value"]) == (True, "1")
    await ana.submit(view)
    pushed = ana.modal
    assert pushed is not None
    assert (pushed.previous_id, pushed.root_id) == (view.id, view.id)
    await ana.submit(pushed)
    assert app.slack.workspace.modals.top(ANA) is None


async def test_views_are_stacked_three_deep(app: App, ana: Person) -> None:
    async def push() -> None:
        assert ana.modal is not None
        await ana.press(ana.modal, "more")
        await app.client.views_push(trigger_id=app.trigger, view=FORM)

    await ana.command("", FRONT_DESK)
    push_too_early = app.client.views_push(trigger_id=app.trigger, view=FORM)
    assert await refusal(push_too_early) == "not_found"
    await ana.command("", FRONT_DESK)
    root = await app.opens()
    await push()
    await push()
    assert await refusal(push()) == "push_limit_reached"
    top = ana.modal
    assert top is not None
    await ana.close(top)
    assert (app.heard[-1]["type"], app.heard[-1]["is_cleared"]) == ("view_closed", False)
    assert ana.modal is not None
    await ana.close(ana.modal, everything=True)
    assert (root.is_open, app.heard[-1]["is_cleared"]) == (False, True)


async def test_a_view_is_updated_only_by_who_knows_its_state(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens({**FORM, "external_id": "one"})
    first, client = view.hash, app.client
    ana.fill(view, {"phone": "5", "colour": "red"})
    shorter = {**FORM, "blocks": FORM["blocks"][:1]}
    await client.views_update(view_id=view.id, hash=first, view=shorter)
    assert view.state == {"phone": {"value": {"type": "plain_text_input", "value": "5"}}}
    stale = client.views_update(view_id=view.id, hash=first, view=FORM)
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_update(view_id="V0", view=FORM)) == "not_found"
    await client.views_update(external_id="", view_id=view.id, view={**FORM, "external_id": "two"})
    await client.views_update(external_id="two", view=TEXTLESS)
    await ana.close(view)
    assert await refusal(client.views_update(view_id=view.id, view=FORM)) == "not_found"


async def test_an_input_needs_a_button_to_submit_it(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    without = {**FORM, "submit": None}
    refused = app.client.views_open(trigger_id=app.trigger, view=without)
    assert await refusal(refused) == "invalid_arguments"
    view = await app.opens(TEXTLESS)
    with pytest.raises(GestureError, match="no button"):
        await ana.submit(view)
    assert await ana.close(view) is None
    app.slack.log[:] = [e for e in app.slack.log if e.what != "views.open"]


async def test_choosing_in_a_modal_is_told_at_once_and_kept(app: App, ana: Person) -> None:
    await ana.command("", FRONT_DESK)
    view = await app.opens()
    await ana.press(view, "pick", value="red")
    (action,) = app.heard[-1]["actions"]
    assert (action["selected_option"], action["block_id"]) == (option("red"), "buttons")
    assert view.state["buttons"]["pick"]["selected_option"] == option("red")
    assert app.heard[-1]["container"] == {"type": "view", "view_id": view.id}


async def test_a_buttons_response_url_changes_its_message(
    app: App, ana: Person, slack: Slack, clock: Clock
) -> None:
    again = [buttons(button("again", value=v), name=v) for v in ("a", "b")]
    await app.client.chat_postMessage(channel=FRONT_DESK, text="card", blocks=again)
    (card,) = slack.workspace.messages(FRONT_DESK)
    with pytest.raises(GestureError, match="2 elements are 'again'"):
        await ana.press(card, "again")
    await ana.press(card, "again", value="b")
    heard = app.heard[-1]
    assert (heard["actions"][0]["value"], heard["message"]["ts"]) == ("b", card.ts)
    hook = AsyncWebhookClient(heard["response_url"])
    assert (await hook.send(text="only you")).body == "ok"
    await hook.send(text="newer", replace_original=True)
    await hook.send(text="all", response_type="in_channel")
    assert (await hook.send(text="")).status_code == 400
    assert [m.text for m in ana.ephemerals] == ["only you"]
    assert [m.text for m in slack.workspace.messages(FRONT_DESK)] == ["newer", "all"]
    await hook.send(delete_original=True)
    used = await hook.send(text="once more")
    assert (used.status_code, "used_url" in used.body, card.deleted) == (404, True, True)
    clock.now += 1801
    assert "expired_url" in (await hook.send(text="late")).body
    slack.log[:] = [e for e in slack.log if e.request.get("text") != ""]


async def test_an_ephemeral_message_has_buttons_for_its_one_reader(app: App, ana: Person) -> None:
    app.answers = [{"text": "Sure?", "blocks": [buttons(button("again"))]}]
    await ana.command("", FRONT_DESK)
    (question,) = ana.ephemerals
    with pytest.raises(GestureError, match="benoit does not see"):
        await app.slack.person(BENOIT).press(question, "again")
    await ana.press(question, "again")
    heard = app.heard[-1]
    assert (heard["container"]["is_ephemeral"], "message" in heard) == (True, False)
    await AsyncWebhookClient(heard["response_url"]).send(text="Done", replace_original=True)
    assert [m.text for m in ana.ephemerals] == ["Done"]


async def test_the_home_tab_is_opened_and_used(app: App, ana: Person) -> None:
    await ana.open_home()
    home = {"type": "home", "blocks": [buttons(button("again"))]}
    await app.client.views_publish(user_id=app.heard[-1]["event"]["user"], view=home)
    assert ana.home is not None
    await ana.press(ana.home, "again")
    assert app.heard[-1]["view"]["type"] == "home"
    assert check_payload("block_actions", app.heard[-1]) == []
    await ana.open_home()
    assert app.heard[-1]["event"]["view"]["blocks"] == ana.home["blocks"]


async def test_a_shortcut_opens_a_window_wherever_one_is(app: App, ana: Person) -> None:
    await ana.use_shortcut("place", FRONT_DESK)
    (used,) = app.heard
    assert (used["type"], used["callback_id"]) == ("shortcut", "place")
    assert {"channel", "response_url"} & used.keys() == set()
    view = await app.opens()
    assert view.state["where"]["value"]["selected_conversation"] == FRONT_DESK
    await ana.use_shortcut("place")
    view = await app.opens()
    assert view.state["where"]["value"]["selected_conversation"] is None


async def test_a_shortcut_of_a_message_is_told_the_message_and_may_answer(
    app: App, ana: Person
) -> None:
    root = ana.say("1 &lt; 2", FRONT_DESK)
    reply = ana.say("3", FRONT_DESK, root.ts)
    await ana.use_message_shortcut("place", reply)
    await ana.use_message_shortcut("place", root)
    in_thread, outside = app.heard
    assert [check_payload("message_action", one) for one in app.heard] == [[], []]
    assert (in_thread["message_ts"], in_thread["message"]["thread_ts"]) == (reply.ts, root.ts)
    assert outside["channel"] == {"id": FRONT_DESK, "name": "privategroup"}
    (section,) = outside["message"]["blocks"][0]["elements"]
    assert (section["elements"][0]["text"], outside["message"]["text"]) == ("1 < 2", "1 &lt; 2")
    await app.opens()
    await AsyncWebhookClient(outside["response_url"]).send(text="Done")
    assert [m.text for m in ana.ephemerals] == ["Done"]
    with pytest.raises(GestureError, match="no shortcuts"):
        await ana.use_message_shortcut("place", ana.ephemerals[0])
    theirs = ana.say("x", PRIVATE)
    with pytest.raises(GestureError, match="benoit does not see"):
        await app.slack.person(BENOIT).use_message_shortcut("place", theirs)


async def test_only_a_conversation_that_a_menu_offers_is_its_default(app: App, ana: Person) -> None:
    public = {**CONVERSATION, "filter": {"include": ["public"]}}
    await ana.use_shortcut("place", DIRECT)
    view = await app.opens({**FORM, "blocks": [field_of("where", public)]})
    assert view.state["where"]["value"]["selected_conversation"] is None
    await ana.use_shortcut("place", DIRECT)
    view = await app.opens()
    assert view.state["where"]["value"]["selected_conversation"] == DIRECT
