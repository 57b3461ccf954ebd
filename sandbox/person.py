"""Somebody at work in Slack: types commands, fills forms, presses buttons, reads."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sandbox import payloads
from sandbox.blocks import JSON
from sandbox.courier import AS_JSON, HONEST, Answer, Courier, Parcel, Seal
from sandbox.inputs import GestureError, missing, reported
from sandbox.modals import View
from sandbox.shapes import home_shape
from sandbox.slack_chat import respond
from sandbox.slack_views import checked
from sandbox.tickets import Refused, ResponseUrl
from sandbox.workspace import Channel, Face, Message, Workspace


class Person:
    """One person, with the gestures that Slack offers and what it shows only to them."""

    def __init__(self, workspace: Workspace, courier: Courier, user_id: str) -> None:
        self._workspace = workspace
        self._courier = courier
        self.user = workspace.users[user_id]

    @property
    def id(self) -> str:
        """Return Slack's id of this person."""
        return self.user.id

    @property
    def modal(self) -> View | None:
        """Return the modal this person looks at."""
        return self._workspace.modals.top(self.id)

    @property
    def home(self) -> JSON | None:
        """Return what the app shows on this person's Home tab."""
        return self._workspace.homes.get(self.id)

    @property
    def ephemerals(self) -> list[Message]:
        """Return what only this person was shown, the oldest first."""
        return self._workspace.ephemerals(self.id)

    @property
    def direct(self) -> Channel:
        """Return the app's own direct messages with this person."""
        return self._workspace.direct([self.id, self._workspace.app.bot_user])

    def say(self, text: str, channel: str, thread_ts: str | None = None) -> Message:
        """Write a message; the app does not hear it."""
        self._present_in(channel)
        face = Face(text, [], None)
        return self._workspace.post(channel, face, user=self.id, thread_ts=thread_ts)

    async def command(
        self, text: str, channel: str, *, command: str = "/call", seal: Seal = HONEST
    ) -> Answer:
        """Send a slash command, and show what the app answers to it."""
        where = self._present_in(channel)
        fields = payloads.slash_command(self._workspace, self.user, where, command, text)
        parcel = Parcel("slash_command", urlencode(fields).encode())
        answer = await self._courier.deliver(parcel, seal)
        if answer.in_time and answer.text:
            ticket = ResponseUrl(0, self.id, channel, None)
            said = answer.body if answer.body is not None else {"text": answer.text}
            self._show(ticket, said)
        return answer

    def fill(self, view: View, values: Mapping[str, object]) -> None:
        """Type or choose values, by block_id, without submitting; None empties a field."""
        self._looking_at(view)
        view.fill(values)

    async def submit(
        self, view: View, values: Mapping[str, object] = {}, *, seal: Seal = HONEST
    ) -> Answer:
        """Fill a form in, submit it, and show what the app makes of it."""
        self.fill(view, values)
        if not view.body.get("submit"):
            raise GestureError("this modal has no button to submit it")
        if empty := missing(view.blocks, view.state):
            raise GestureError(f"Slack wants these filled in first: {empty}")
        payload = payloads.view_submission(self._workspace, self.user, view)
        answer = await self._courier.deliver(_interaction(payload), seal)
        if answer.in_time and view.is_open:
            self._apply(view, answer.body or {})
        return answer

    async def press(
        self,
        where: Message | View | JSON,
        action_id: str,
        *,
        value: object = None,
        block: str | None = None,
        seal: Seal = HONEST,
    ) -> Answer:
        """Press a button, or choose `value` in a menu, of a message, a modal or a Home view.

        Among buttons of one action_id, `value` (the button's own) or `block` says which.
        """
        self._reaches(where)
        blocks = where["blocks"] if isinstance(where, dict) else where.blocks
        action = reported(blocks, action_id, value, block)
        if isinstance(where, View):
            where.note(action)
        return await self._courier.deliver(_interaction(self._acted(where, action)), seal)

    async def suggestions(
        self, where: Message | View | JSON, action_id: str, value: str, *, block: str
    ) -> list[JSON]:
        """Type into a menu that the app fills, and return the options it offers."""
        self._reaches(where)
        acted = self._acted(where, {"block_id": block, "action_id": action_id})
        answer = await self._courier.deliver(_interaction(payloads.suggestion(acted, value)))
        said = answer.body if answer.in_time and answer.body else {}
        groups = [group["options"] for group in said.get("option_groups") or []]
        return [option for options in [said.get("options") or [], *groups] for option in options]

    async def close(
        self, view: View, *, everything: bool = False, seal: Seal = HONEST
    ) -> Answer | None:
        """Close a modal, or all of them; the app hears of it if the view says so."""
        self._looking_at(view)
        if everything:
            self._workspace.modals.clear(self.id)
        else:
            self._workspace.modals.close(view)
        self._courier.traffic.notify()
        if not view.body.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self._workspace, self.user, view, is_cleared=everything)
        return await self._courier.deliver(_interaction(payload), seal)

    async def open_home(self, *, tab: str = "home", seal: Seal = HONEST) -> Answer:
        """Look at the app's Home tab, or at its messages."""
        where = {"user": self.id, "channel": self.direct.id, "tab": tab}
        event: JSON = {"type": "app_home_opened", **where}
        if tab == "home" and self.home:  # what was published before comes with it
            event["view"] = home_shape(self._workspace.app, self.id, self.home)
        envelope = payloads.event(self._workspace, event)
        parcel = Parcel("app_home_opened", json.dumps(envelope).encode(), AS_JSON)
        return await self._courier.deliver(parcel, seal)

    async def use_shortcut(
        self, callback_id: str, channel: str | None = None, *, seal: Seal = HONEST
    ) -> Answer:
        """Use one of the app's global shortcuts; the app is not told of the `channel` in sight."""
        payload = payloads.shortcut(self._workspace, self.user, callback_id, channel)
        return await self._courier.deliver(_interaction(payload), seal)

    async def use_message_shortcut(
        self, callback_id: str, message: Message, *, seal: Seal = HONEST
    ) -> Answer:
        """Use one of the app's shortcuts in a message's menu; threads have them too."""
        self._sees(message)
        if message.only_for:
            raise GestureError("a message that only one person sees has no shortcuts")
        payload = payloads.message_shortcut(self._workspace, self.user, callback_id, message)
        return await self._courier.deliver(_interaction(payload), seal)

    async def repeat(self, answer: Answer, *, seal: Seal = HONEST) -> Answer:
        """Send the same payload once more; the person sees nothing of this answer."""
        return await self._courier.deliver(answer.sent, seal)

    def _acted(self, where: Message | View | JSON, action: JSON) -> JSON:
        """Return what is sent when something is pressed or chosen there."""
        if isinstance(where, View):
            return payloads.actions_in_view(self._workspace, self.user, where, action)
        if isinstance(where, Message):
            return payloads.actions_in_message(self._workspace, self.user, where, action)
        return payloads.actions_at_home(self._workspace, self.user, where, action)

    def _show(self, ticket: ResponseUrl, said: JSON) -> None:
        try:
            respond(self._workspace, ticket, said)
        except Refused as refusal:
            raise GestureError(f"Slack cannot show this answer: {refusal.error}") from refusal
        self._courier.traffic.notify()

    def _apply(self, view: View, said: JSON) -> None:
        """Do with a submitted modal what the app's answer says."""
        modals = self._workspace.modals
        try:
            match said.get("response_action"):
                case "errors":
                    view.errors = _errors(view, said["errors"])
                case "update":
                    view.show(checked(said.get("view")))
                case "push":
                    modals.push(self.id, checked(said.get("view")))
                case "clear":
                    modals.clear(self.id)
                case _:
                    modals.close(view)
        except Refused as refusal:
            raise GestureError(f"Slack cannot show this view: {refusal.more}") from refusal
        self._courier.traffic.notify()

    def _present_in(self, channel: str) -> Channel:
        found = self._workspace.channels[channel]
        if self.id not in found.members or found.archived:
            raise GestureError(f"{self.user.name} cannot write in {found.name or channel}")
        return found

    def _reaches(self, where: Message | View | JSON) -> None:
        if isinstance(where, View):
            self._looking_at(where)
        elif isinstance(where, Message):
            self._sees(where)

    def _looking_at(self, view: View) -> None:
        if self.modal is not view:
            raise GestureError(f"{self.user.name} does not see this modal: {view.words[:60]!r}")

    def _sees(self, message: Message) -> None:
        channel = self._workspace.channels[message.channel]
        for_others = message.only_for not in (None, self.id)
        hidden = self.id not in channel.members and channel.kind != "channel"
        if message.deleted or for_others or hidden:
            raise GestureError(f"{self.user.name} does not see this message: {message.words!r}")


def _interaction(payload: JSON) -> Parcel:
    return Parcel(payload["type"], urlencode({"payload": json.dumps(payload)}).encode())


def _errors(view: View, errors: Any) -> dict[str, str]:  # noqa: ANN401 - as the app gave them
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise GestureError(f"errors must stand beside inputs {sorted(inputs)}, not {errors!r}")
    return errors
