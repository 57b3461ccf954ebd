"""The Web API that the stand-in has: how its arguments are read, who may call what."""

import json
from collections.abc import Callable
from typing import NamedTuple

from aiohttp import web

from sandbox import slack_chat, slack_conversations, slack_files, slack_views
from sandbox.blocks import JSON
from sandbox.tickets import Refused
from sandbox.workspace import Workspace

OBJECTS = {"blocks", "attachments", "files", "metadata", "view"}
NUMBERS = {"length", "limit"}
TRUTHS = {
    "as_user",
    "exclude_archived",
    "include_all_metadata",
    "include_locale",
    "include_num_members",
    "inclusive",
    "link_names",
    "mrkdwn",
    "prevent_creation",
    "reply_broadcast",
    "return_im",
    "unfurl_links",
    "unfurl_media",
}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


class Method(NamedTuple):
    """A method, and the scopes of which it needs one."""

    run: Callable[[Workspace, JSON], JSON]
    scopes: tuple[str, ...] = ()


METHODS = {  # https://docs.slack.dev/reference/methods
    "api.test": Method(slack_conversations.api_test),
    "auth.test": Method(slack_conversations.auth_test),
    "users.info": Method(slack_conversations.users_info, ("users:read",)),
    "users.conversations": Method(slack_conversations.users_conversations, READ),
    "conversations.info": Method(slack_conversations.info, READ),
    "conversations.members": Method(slack_conversations.members, READ),
    "conversations.open": Method(slack_conversations.open_direct, ("im:write", "mpim:write")),
    "conversations.history": Method(slack_conversations.history, HISTORY),
    "conversations.replies": Method(slack_conversations.replies, HISTORY),
    "chat.postMessage": Method(slack_chat.post_message, ("chat:write",)),
    "chat.postEphemeral": Method(slack_chat.post_ephemeral, ("chat:write",)),
    "chat.update": Method(slack_chat.update, ("chat:write",)),
    "chat.delete": Method(slack_chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(slack_chat.get_permalink),
    "files.getUploadURLExternal": Method(slack_files.get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(slack_files.complete_upload, ("files:write",)),
    "files.delete": Method(slack_files.delete, ("files:write",)),
    "views.open": Method(slack_views.open_view),
    "views.push": Method(slack_views.push),
    "views.update": Method(slack_views.update),
    "views.publish": Method(slack_views.publish),
}


def run(workspace: Workspace, method: str, args: JSON, token: str | None) -> JSON:
    """Carry out a request, if this token may make it."""
    if method not in METHODS:
        raise Refused("unknown_method", req_method=method)
    if method != "api.test":
        _authorize(workspace, METHODS[method].scopes, token)
    return METHODS[method].run(workspace, args)


async def read_arguments(request: web.Request) -> tuple[JSON, str | None]:
    """Return a request's arguments with their types, and its token apart from them."""
    if request.content_type == "application/json":
        args = _object(await request.text())
    else:
        args = {**request.query, **await request.post()}
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    sent = args.pop("token", None)
    found = {key: _typed(key, value) for key, value in args.items() if value is not None}
    return found, token if kind == "Bearer" and token else sent


def _object(text: str) -> JSON:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _typed(key: str, value: object) -> object:
    """Give an argument its type: over a form everything arrives as text."""
    if not isinstance(value, str):
        return value
    if key in TRUTHS:
        return value.lower() in ("1", "true")
    if key in NUMBERS and value.isdecimal():
        return int(value)
    if key in OBJECTS:
        try:
            return json.loads(value)
        except ValueError:
            return value  # refused by the method, which wants an object
    return value


def _authorize(workspace: Workspace, scopes: tuple[str, ...], token: str | None) -> None:
    granted = workspace.app.scopes
    if not token:
        raise Refused("not_authed")
    if token != workspace.app.bot_token:
        raise Refused("invalid_auth")
    if scopes and not granted & set(scopes):
        provided = ",".join(sorted(granted))
        raise Refused("missing_scope", needed=",".join(scopes), provided=provided)
