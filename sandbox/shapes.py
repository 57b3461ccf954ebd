"""Slack's JSON for what a workspace holds: users, conversations, messages and views."""

from collections.abc import Mapping

from sandbox.blocks import JSON
from sandbox.inputs import initial_state
from sandbox.modals import View
from sandbox.workspace import Channel, Installation, Message, User, Workspace


def user_shape(app: Installation, user: User, *, with_locale: bool) -> JSON:
    """Return a user as users.info does."""
    profile = {"real_name": user.real_name, "display_name": user.name, "team": app.team_id}
    return {
        "id": user.id,
        "team_id": app.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deactivated,
        "profile": profile,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.tz_offset,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        **({"locale": user.locale} if with_locale else {}),
    }


def channel_shape(app: Installation, channel: Channel) -> JSON:
    """Return a conversation as conversations.info does."""
    common: JSON = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_shared": channel.external,
        "is_ext_shared": channel.external,
        "is_org_shared": False,
        "is_pending_ext_shared": channel.pending,
        "context_team_id": app.team_id,
    }
    if channel.kind == "im":
        other = next(member for member in channel.members if member != app.bot_user)
        return {**common, "user": other, "is_open": True}
    member = app.bot_user in channel.members
    return {**common, "name": channel.name, "is_member": member, "creator": channel.members[0]}


def message_shape(workspace: Workspace, message: Message, *, all_metadata: bool = True) -> JSON:
    """Return a message as history and chat.postMessage do."""
    found: JSON = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": workspace.app.team_id,
    }
    if message.bot_id:
        found |= {"bot_id": message.bot_id, "app_id": workspace.app.app_id}
    if message.blocks:
        found["blocks"] = message.blocks
    if message.metadata:
        kept = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        found["metadata"] = kept
    if message.files:
        found["files"] = [{"id": one.id, "name": one.name} for one in message.files]
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
    if message.edited_ts:
        found["edited"] = {"user": message.user, "ts": message.edited_ts}
    if replies := workspace.replies(message.channel, message.ts):
        users = list(dict.fromkeys(reply.user for reply in replies))
        found |= {"thread_ts": message.ts, "reply_count": len(replies), "reply_users": users}
        found |= {"reply_users_count": len(users), "latest_reply": replies[-1].ts}
    return found


def view_shape(app: Installation, view: View) -> JSON:
    """Return a modal as views.open answers it and payloads carry it."""
    ids = {"id": view.id, "hash": view.hash, "state": {"values": view.state}}
    above = {"root_view_id": view.root_id, "previous_view_id": view.previous_id}
    return {**_any_view(app, view.body), **ids, **above}


def home_shape(app: Installation, user: str, home: Mapping[str, object]) -> JSON:
    """Return a person's Home view as views.publish answers it."""
    body = dict(home)
    found = _any_view(app, body)
    ids = {"id": f"VH{user[1:]}", "root_view_id": f"VH{user[1:]}", "previous_view_id": None}
    return {**found, **ids, "state": {"values": initial_state(found["blocks"], None)}}


def _any_view(app: Installation, body: JSON) -> JSON:
    usual = {
        "title": {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": None,
        "submit": None,
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }
    owner = {"team_id": app.team_id, "app_id": app.app_id, "bot_id": app.bot_id}
    return {**usual, **body, **owner, "app_installed_team_id": app.team_id}
