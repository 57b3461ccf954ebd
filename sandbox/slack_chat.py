"""The chat.* methods of the Web API, and what an app may post to a response URL."""

from sandbox.blocks import JSON, faults_of_blocks
from sandbox.shapes import message_shape
from sandbox.tickets import Refused, ResponseUrl
from sandbox.workspace import Channel, Face, Message, Workspace

LONGEST_TEXT = 40_000


def post_message(workspace: Workspace, args: JSON) -> JSON:
    """Post a message of the app, to a person in its own direct messages with them."""
    if args.get("channel") in workspace.users:  # a person: the app's own direct messages with them
        channel = workspace.direct([args["channel"], workspace.app.bot_user])
        if workspace.users[args["channel"]].deactivated:
            raise Refused("channel_not_found")
    else:
        channel = _writable(workspace, args)
    message = workspace.post(
        channel.id,
        _face(args),
        thread_ts=_thread(workspace, channel, args),
        broadcast=bool(args.get("reply_broadcast")),
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_shape(workspace, message)}


def post_ephemeral(workspace: Workspace, args: JSON) -> JSON:
    """Show a message to one person only."""
    channel = _writable(workspace, args)
    if args.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    message = workspace.post(
        channel.id, _face(args), thread_ts=args.get("thread_ts"), only_for=args["user"]
    )
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: JSON) -> JSON:
    """Let one of the app's own messages show something else."""
    message = _own(workspace, args, "cant_update_message")
    if workspace.channels[message.channel].archived:
        raise Refused("is_inactive")
    workspace.edit(message, _face(args, message))
    shown = message_shape(workspace, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(workspace: Workspace, args: JSON) -> JSON:
    """Delete one of the app's own messages."""
    message = _own(workspace, args, "cant_delete_message")
    message.deleted = True
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, args: JSON) -> JSON:
    """Return the address of a message."""
    channel = workspace.conversation(args.get("channel"))
    message = workspace.message(channel.id, str(args.get("message_ts")))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    place = f"https://{workspace.app.team_domain}.slack.com/archives/{channel.id}"
    link = f"{place}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def respond(workspace: Workspace, ticket: ResponseUrl, body: JSON) -> Message | None:
    """Do what an app posts to a response URL, or puts into the answer of a command."""
    source = workspace.message(ticket.channel, ticket.source) if ticket.source else None
    if body.get("delete_original") and source:
        source.deleted = True
        return None
    face = _face(body, source if body.get("replace_original") else None)
    if body.get("replace_original") and source:
        workspace.edit(source, face)
        return source
    public = body.get("response_type") == "in_channel"
    return workspace.post(
        ticket.channel,
        face,
        thread_ts=body.get("thread_ts"),
        only_for=None if public else ticket.user,
    )


def _writable(workspace: Workspace, args: JSON) -> Channel:
    channel = workspace.conversation(args.get("channel"))
    member = workspace.app.bot_user in channel.members
    if not member and "chat:write.public" not in workspace.app.scopes:
        raise Refused("not_in_channel")
    if channel.archived:
        raise Refused("is_archived")
    return channel


def _thread(workspace: Workspace, channel: Channel, args: JSON) -> str | None:
    """Return the thread that a reply goes into; where there is none any more, it stands alone.

    https://github.com/slack-go/slack/issues/1571
    """
    ts = args.get("thread_ts")
    thread = workspace.thread(channel.id, str(ts)) if ts else []
    if any(message.locked for message in thread):
        raise Refused("restricted_action_thread_locked")
    return ts if thread else None


def _own(workspace: Workspace, args: JSON, refusal: str) -> Message:
    channel = workspace.conversation(args.get("channel"))
    message = workspace.message(channel.id, str(args.get("ts")))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if message.bot_id != workspace.app.bot_id:
        raise Refused(refusal)
    return message


def _face(args: JSON, before: Face | Message | None = None) -> Face:
    """Read what a message shall show; what is not given stays as it was."""
    blocks = args.get("blocks", before.blocks if before else [])
    metadata = args.get("metadata", before.metadata if before else None)
    text = args.get("text") or args.get("markdown_text") or ""
    if before and not {"text", "markdown_text"} & args.keys():
        text = before.text
    if not text and not blocks and not args.get("attachments"):
        raise Refused("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    if faults := faults_of_blocks(blocks):
        raise Refused("invalid_blocks", response_metadata={"messages": faults})
    if metadata is not None and not _is_metadata(metadata):
        raise Refused("invalid_metadata_format")
    return Face(text, blocks, metadata)


def _is_metadata(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("event_payload"), dict):
        return False
    return bool(value.get("event_type"))
