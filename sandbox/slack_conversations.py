"""The auth.*, users.* and conversations.* methods of the Web API."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from sandbox.blocks import JSON
from sandbox.shapes import channel_shape, message_shape, user_shape
from sandbox.tickets import Refused
from sandbox.workspace import Channel, Message, Workspace

T = TypeVar("T")

TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}
SCOPE_OF = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def api_test(_workspace: Workspace, args: JSON) -> JSON:
    """Answer what was asked."""
    if error := args.get("error"):
        raise Refused(str(error), args=args)
    return {"args": args}


def auth_test(workspace: Workspace, _args: JSON) -> JSON:
    """Tell the app who it is."""
    app = workspace.app
    return {
        "url": f"https://{app.team_domain}.slack.com/",
        "team": app.team_name,
        "user": workspace.users[app.bot_user].name,
        "team_id": app.team_id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, args: JSON) -> JSON:
    """Describe a person."""
    user = workspace.users.get(str(args.get("user")))
    if user is None:
        raise Refused("user_not_found")
    with_locale = bool(args.get("include_locale"))
    return {"user": user_shape(workspace.app, user, with_locale=with_locale)}


def users_conversations(workspace: Workspace, args: JSON) -> JSON:
    """List the conversations of the app, or of a person as far as the app sees them."""
    types = str(args.get("types") or "public_channel").replace(" ", "").split(",")
    user = args.get("user") or workspace.app.bot_user
    mine = [
        channel
        for channel in workspace.channels.values()
        if user in channel.members
        and TYPES[channel.kind] in types
        and not (channel.archived and args.get("exclude_archived"))
        and (channel.kind == "channel" or workspace.app.bot_user in channel.members)
    ]
    for channel in mine:
        _need(workspace, "read", channel)
    page, more = _page(mine, args)
    return {"channels": [channel_shape(workspace.app, c) for c in page], **more}


def info(workspace: Workspace, args: JSON) -> JSON:
    """Describe a conversation."""
    channel = _known(workspace, args, "read")
    found = channel_shape(workspace.app, channel)
    if args.get("include_num_members"):
        found["num_members"] = len(channel.members)
    return {"channel": found}


def members(workspace: Workspace, args: JSON) -> JSON:
    """List who is in a conversation."""
    page, more = _page(_known(workspace, args, "read").members, args)
    return {"members": list(page), **more}


def open_direct(workspace: Workspace, args: JSON) -> JSON:
    """Open direct messages with one person or several."""
    if args.get("channel"):
        channel = workspace.conversation(args["channel"])
    else:
        users = [name for name in str(args.get("users") or "").split(",") if name]
        if not users:
            raise Refused("users_list_not_supplied")
        if not set(users) <= workspace.users.keys():
            raise Refused("user_not_found")
        if any(workspace.users[user].deactivated for user in users):
            raise Refused("user_disabled")
        channel = workspace.direct([*users, workspace.app.bot_user])
    full = bool(args.get("return_im"))
    return {"channel": channel_shape(workspace.app, channel) if full else {"id": channel.id}}


def history(workspace: Workspace, args: JSON) -> JSON:
    """Return what was said outside threads, the newest first."""
    channel = _readable(workspace, args)
    seen = _between(workspace.messages(channel.id), args)
    return _shown(workspace, seen[::-1], args)


def replies(workspace: Workspace, args: JSON) -> JSON:
    """Return a thread, the oldest first."""
    channel = _readable(workspace, args)
    thread = workspace.thread(channel.id, str(args.get("ts")))
    parent = [m for m in thread if m.ts == args.get("ts")]
    if not parent:
        raise Refused("thread_not_found")
    seen = _between((m for m in thread if m not in parent), args)
    return _shown(workspace, [*parent, *seen], args)


def _shown(workspace: Workspace, messages: Sequence[Message], args: JSON) -> JSON:
    page, more = _page(messages, args)
    fully = bool(args.get("include_all_metadata"))
    shown = [message_shape(workspace, message, all_metadata=fully) for message in page]
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _between(messages: Iterable[Message], args: JSON) -> list[Message]:
    """Keep what was said between `oldest` and `latest`, themselves only if `inclusive`."""
    oldest, latest = _ts(args, "oldest", "0"), _ts(args, "latest", "Infinity")
    edges = {oldest, latest} if args.get("inclusive") else set()
    times = ((Decimal(message.ts), message) for message in messages)
    return [message for ts, message in times if oldest < ts < latest or ts in edges]


def _ts(args: JSON, key: str, otherwise: str) -> Decimal:
    try:
        return Decimal(str(args.get(key) or otherwise))
    except InvalidOperation:
        raise Refused(f"invalid_ts_{key}") from None


def _page(items: Sequence[T], args: JSON) -> tuple[Sequence[T], JSON]:
    cursor = str(args.get("cursor") or "next:0")
    if not cursor.startswith("next:") or not cursor[5:].isdecimal():
        raise Refused("invalid_cursor")
    limit = args.get("limit") or 100
    if not isinstance(limit, int):
        raise Refused("invalid_limit")
    start = int(cursor[5:])
    end = start + limit
    following = f"next:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def _readable(workspace: Workspace, args: JSON) -> Channel:
    channel = _known(workspace, args, "history")
    if workspace.app.bot_user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _known(workspace: Workspace, args: JSON, right: str) -> Channel:
    channel = workspace.conversation(args.get("channel"))
    _need(workspace, right, channel)
    return channel


def _need(workspace: Workspace, right: str, channel: Channel) -> None:
    """Refuse where the scope for this kind of conversation was not granted."""
    needed = f"{SCOPE_OF[channel.kind]}:{right}"
    if needed not in workspace.app.scopes:
        provided = ",".join(sorted(workspace.app.scopes))
        raise Refused("missing_scope", needed=needed, provided=provided)
