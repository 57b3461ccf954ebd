"""What a person can do on the page, each as a request of the browser."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.blocks import JSON
from sandbox.courier import Answer
from sandbox.form_faults import faults_of_form
from sandbox.inputs import GestureError
from sandbox.modals import View
from sandbox.person import Person
from sandbox.slack import Slack
from sandbox.workspace import Message


class Gesture(BaseModel, ABC):
    """One thing that somebody does in Slack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    async def made(self, slack: Slack, person: Person) -> JSON:
        """Do it as this person, and return what the page should know at once."""


class Say(Gesture):
    """Write a message, as Slack would store it."""

    do: Literal["say"]
    text: str
    channel: str
    thread_ts: str | None = None

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Post it."""
        person.say(escape(self.text, quote=False), self.channel, self.thread_ts)
        slack.traffic.notify()
        return {}


class Command(Gesture):
    """Type a slash command."""

    do: Literal["command"]
    command: str
    text: str
    channel: str

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Send it to the app."""
        del slack
        answer = await person.command(self.text, self.channel, command=self.command)
        return _noticed(answer, "command")


class Invite(Gesture):
    """Type Slack's own /invite, which makes the app a member."""

    do: Literal["invite"]
    channel: str

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Let the app in."""
        channel, app = slack.workspace.channels[self.channel], slack.workspace.app.bot_user
        if person.id not in channel.members or channel.kind == "im":
            raise GestureError("nobody can be invited here")
        if app not in channel.members:
            channel.members.append(app)
        slack.traffic.notify()
        return {}


class Submit(Gesture):
    """Send a form; `values` by block_id, of the fields that were touched."""

    do: Literal["submit"]
    view: str
    values: Mapping[str, object]

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Send it to the app, unless Slack itself has something to say beside its fields."""
        view = _view(person, self.view)
        if faults := faults_of_form(view, self.values, person.user.locale):
            view.errors = faults
            slack.traffic.notify()
            return {}
        return _noticed(await person.submit(view, self.values), "form")


class Element(Gesture):
    """Something to press or to choose in; where: a modal, a message, or else the Home tab."""

    block: str
    action: str
    view: str | None = None
    channel: str | None = None
    ts: str | None = None

    def where(self, slack: Slack, person: Person) -> View | Message | JSON:
        """Find what was meant."""
        if self.view:
            return _view(person, self.view)
        if self.channel and self.ts:
            found = slack.workspace.message(self.channel, self.ts)
            if found is None:
                raise GestureError("this message is gone")
            return found
        if person.home is None:
            raise GestureError("there is nothing on the Home tab")
        return person.home


class Press(Element):
    """Press a button or choose in a menu; `values`: what was typed in the modal until now."""

    do: Literal["press"]
    value: object = None
    values: Mapping[str, object] = {}

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Tell the app."""
        where = self.where(slack, person)
        if isinstance(where, View):
            person.fill(where, self.values)
        answer = await person.press(where, self.action, value=self.value, block=self.block)
        slack.traffic.notify()
        return _noticed(answer, "button")


class Suggest(Element):
    """Type into a menu that the app fills; `value` is what was typed."""

    do: Literal["suggest"]
    value: str

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Ask the app for options."""
        where = self.where(slack, person)
        found = await person.suggestions(where, self.action, self.value, block=self.block)
        return {"options": found}


class Close(Gesture):
    """Close a modal, or all of them."""

    do: Literal["close"]
    view: str
    everything: bool = False

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Close it; the app hears of it if it wants to."""
        del slack
        await person.close(_view(person, self.view), everything=self.everything)
        return {}


class Shortcut(Gesture):
    """Choose one of the app's global shortcuts; `channel` is what one looks at meanwhile."""

    do: Literal["shortcut"]
    callback_id: str
    channel: str

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Send it to the app."""
        del slack
        return _noticed(await person.use_shortcut(self.callback_id, self.channel), "shortcut")


class MessageShortcut(Gesture):
    """Choose one of the app's shortcuts in a message's menu."""

    do: Literal["message_shortcut"]
    callback_id: str
    channel: str
    ts: str

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Send it to the app, with the message."""
        found = slack.workspace.message(self.channel, self.ts)
        if found is None:
            raise GestureError("this message is gone")
        answer = await person.use_message_shortcut(self.callback_id, found)
        return _noticed(answer, "shortcut")


class Home(Gesture):
    """Look at the app's Home tab or at its messages."""

    do: Literal["home"]
    tab: Literal["home", "messages"]

    async def made(self, slack: Slack, person: Person) -> JSON:
        """Tell the app."""
        del slack
        await person.open_home(tab=self.tab)
        return {}


Any_ = Annotated[
    Say | Command | Invite | Submit | Press | Suggest | Close | Shortcut | MessageShortcut | Home,
    Field(discriminator="do"),
]
GESTURES: TypeAdapter[Any_] = TypeAdapter(Any_)


def _view(person: Person, view_id: str) -> View:
    if person.modal is None or person.modal.id != view_id:
        raise GestureError("this window is no longer open")
    return person.modal


def _noticed(answer: Answer, what: str) -> JSON:
    """Tell the page what Slack says when an app did not answer as it should."""
    if answer.in_time:
        return {}
    late = answer.status in (0, HTTPStatus.OK)
    return {"notice": f"{what}_late" if late else f"{what}_failed"}
