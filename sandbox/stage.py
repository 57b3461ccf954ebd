"""What one person sees of a rehearsal at this moment, and what goes on behind it, as JSON."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from sandbox.allomia import DOCUMENTED_ERRORS, AlloMia, PlacedCall
from sandbox.blocks import JSON
from sandbox.masks import masked
from sandbox.modals import View
from sandbox.panel import Panel
from sandbox.slack import Slack
from sandbox.traffic import Exchange
from sandbox.workspace import Channel, Message, User, Workspace

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
MOST_MESSAGES, MOST_EXCHANGES, MOST_CALLS = 500, 300, 50


def seen(panel: Panel, user_id: str) -> JSON:
    """Return everything that the page draws for this person."""
    slack, allomia = panel.stage.slack, panel.stage.allomia
    workspace, person = slack.workspace, slack.person(user_id)
    mine = [c for c in workspace.channels.values() if user_id in c.members]
    channels = {channel.id for channel in mine}
    return {
        "version": slack.traffic.changes,
        "team": workspace.app.team_name,
        "app": {"user": workspace.app.bot_user, "direct": person.direct.id, **tabs()},
        "commands": commands(),
        "shortcuts": shortcuts("global"),
        "messageShortcuts": shortcuts("message"),
        "me": _user(person.user),
        "people": [_user(user) for user in workspace.users.values()],
        "conversations": [_conversation(channel, workspace, user_id) for channel in mine],
        "messages": [
            _message(message, workspace)
            for message in workspace.posted[-MOST_MESSAGES:]
            if message.channel in channels
            and message.only_for in (None, user_id)
            and not message.deleted
        ],
        "home": person.home,
        "views": [_view(view) for view in workspace.modals.stacks.get(user_id, [])],
        "allomia": _allomia(allomia),
        "weather": panel.weather,
        "records": panel.records,
        "runs": panel.runs,
        "log": _log(slack.log),
    }


def exchange(slack: Slack, allomia: AlloMia, number: int) -> JSON:
    """Return what was asked and answered, without secrets."""
    found = slack.log[number]
    secrets = (slack.bot_token, slack.signing_secret, allomia.api_key)
    return {
        "request": masked(found.request, secrets),
        "answer": masked(found.answer, secrets),
    }


@cache
def manifest() -> Any:  # noqa: ANN401 - as the file has it
    """Return what the app tells Slack about itself."""
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def commands() -> list[JSON]:
    """Return the slash commands with what Slack shows while they are typed."""
    return [
        {"name": c["command"], "about": c["description"], "usage": c.get("usage_hint", "")}
        for c in manifest()["features"].get("slash_commands", [])
    ]


def shortcuts(kind: Literal["global", "message"]) -> list[JSON]:
    """Return the shortcuts that Slack offers beside the message box, or in a message's menu."""
    return [
        {"id": s["callback_id"], "name": s["name"], "about": s["description"]}
        for s in manifest()["features"].get("shortcuts", [])
        if s["type"] == kind
    ]


def tabs() -> JSON:
    """Return which tabs the app has, and whether people may write in its messages."""
    home = manifest()["features"].get("app_home", {})
    return {
        "home": home.get("home_tab_enabled", False),
        "messages": home.get("messages_tab_enabled", True),
        "writable": not home.get("messages_tab_read_only_enabled", False),
    }


def hears_of(event: str) -> bool:
    """Tell whether the app wants to be told of an event."""
    events = manifest()["settings"].get("event_subscriptions", {}).get("bot_events", [])
    return event in events


def _user(user: User) -> JSON:
    return {
        "id": user.id,
        "name": user.name,
        "realName": user.real_name,
        "locale": user.locale,
        "tz": user.tz,
        "isAdmin": user.is_admin,
        "isBot": user.is_bot,
    }


def _conversation(channel: Channel, workspace: Workspace, viewer: str) -> JSON:
    names = [workspace.users[m].real_name for m in channel.members if m != viewer]
    direct = channel.kind in ("im", "mpim")
    return {
        "id": channel.id,
        "name": ", ".join(names) if direct else channel.name,
        "kind": channel.kind,
        "archived": channel.archived,
        "external": channel.external,
        "members": channel.members,
        "hasApp": workspace.app.bot_user in channel.members,
    }


def _message(message: Message, workspace: Workspace) -> JSON:
    in_thread = message.thread_ts not in (None, message.ts)
    replies = [] if in_thread else workspace.replies(message.channel, message.ts)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "text": "\n".join([message.text, *(f":paperclip: {one.name}" for one in message.files)]),
        "blocks": message.blocks,
        "thread": message.thread_ts if in_thread else None,
        "broadcast": message.broadcast,
        "ephemeral": message.only_for is not None,
        "edited": message.edited_ts is not None,
        "replies": len(replies),
        "repliers": list(dict.fromkeys(reply.user for reply in replies)),
        "latestReply": replies[-1].ts if replies else None,
    }


def _view(view: View) -> JSON:
    shown = {key: view.body.get(key) for key in ("title", "submit", "close")}
    return {
        "id": view.id,
        "hash": view.hash,
        "blocks": view.blocks,
        "state": view.state,
        "errors": view.errors,
        **shown,
    }


def _allomia(allomia: AlloMia) -> JSON:
    newest = map(_call, reversed(allomia.calls.values()))
    calls = sorted(newest, key=lambda call: call["status"] != "calling")  # those in flight on top
    faults = [{"name": name, "says": _says(answer)} for name, answer in DOCUMENTED_ERRORS.items()]
    upcoming = allomia.next_creates
    return {
        "calls": calls[:MOST_CALLS],
        "faults": faults,
        "next": upcoming[0] if upcoming else None,
    }


def _says(answer: Mapping[str, Any]) -> str:
    said = answer.get("json", {})
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _call(call: PlacedCall) -> JSON:
    return {
        "id": call.outbound_call_id,
        "number": call.number,
        "name": call.body.get("customerName", ""),
        "told": call.body.get("dynamicVariables", {}),
        "status": call.status,
        "asked": call.asked,
        "rings": call.rings,
        "placedAt": call.placed_at.timestamp(),
        "callback": call.callback_url is not None,
    }


def _log(log: list[Exchange]) -> list[JSON]:
    numbered = sorted(list(enumerate(log))[-MOST_EXCHANGES:], key=lambda pair: pair[1].at)
    return [
        {
            "number": number,
            "at": one.at,
            "from": one.sender,
            "to": one.receiver,
            "what": one.what,
            "status": one.status,
            "error": _error(one),
            "seconds": one.seconds,
        }
        for number, one in reversed(numbered)
    ]


def _error(one: Exchange) -> str | None:
    """Return Slack's word for what went wrong, which it tells with a status of 200."""
    refused = one.receiver == "slack" and isinstance(one.answer, dict) and not one.answer.get("ok")
    return str(one.answer.get("error")) if refused else None
