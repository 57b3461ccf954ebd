"""What Slack sends to an app when a person does something: every field, as Slack fills them."""

from html import unescape

from sandbox.blocks import JSON
from sandbox.inputs import initial_state
from sandbox.modals import View
from sandbox.shapes import home_shape, message_shape, view_shape
from sandbox.workspace import Channel, Message, User, Workspace

VERIFICATION_TOKEN = "sandbox-verification-token"  # the old one, which nobody should look at

NOT_IN_SUGGESTION = {"actions", "response_url", "state", "trigger_id"}


def slash_command(
    workspace: Workspace, user: User, channel: Channel, command: str, text: str
) -> dict[str, str]:
    """Return the form fields that are sent when a slash command is typed."""
    app = workspace.app
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": app.team_id,
        "team_domain": app.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.shown_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": workspace.tickets.response_url(user.id, channel.id),
        "trigger_id": workspace.tickets.trigger(user.id, channel.id),
    }


def shortcut(workspace: Workspace, user: User, callback_id: str, channel: str | None) -> JSON:
    """Return what is sent when a global shortcut is used; where, only its trigger knows."""
    return {
        **_interaction(workspace, "shortcut", user),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id, channel),
        "action_ts": workspace.stamp(),
    }


def message_shortcut(workspace: Workspace, user: User, callback_id: str, message: Message) -> JSON:
    """Return what is sent when a shortcut of a message is used, in a thread or outside.

    https://docs.slack.dev/interactivity/implementing-shortcuts
    """
    channel, sent = (
        workspace.channels[message.channel],
        _interaction(workspace, "message_action", user),
    )
    del sent["api_app_id"]
    return {
        **sent,
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id, channel.id),
        "response_url": workspace.tickets.response_url(user.id, channel.id),
        "action_ts": workspace.stamp(),
        "channel": {"id": channel.id, "name": channel.shown_name},
        "message_ts": message.ts,
        "message": {**_typed(message), **message_shape(workspace, message)},
    }


def _typed(message: Message) -> JSON:
    """Return what people's own messages have besides: their text as a block."""
    if message.bot_id:
        return {}
    section = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": unescape(message.text)}],
    }
    blocks = [{"type": "rich_text", "block_id": "typed", "elements": [section]}]
    return {"client_msg_id": f"typed-{message.ts}", "blocks": blocks}


def view_submission(workspace: Workspace, user: User, view: View) -> JSON:
    """Return what is sent when a form is submitted."""
    return {
        **_interaction(workspace, "view_submission", user),
        "trigger_id": workspace.tickets.trigger(user.id, view.channel),
        "view": view_shape(workspace.app, view),
        "response_urls": _response_urls(workspace, user, view),
    }


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> JSON:
    """Return what is sent when a modal is closed that wants to hear of it."""
    return {
        **_interaction(workspace, "view_closed", user),
        "view": view_shape(workspace.app, view),
        "is_cleared": is_cleared,
    }


def actions_in_view(workspace: Workspace, user: User, view: View, action: JSON) -> JSON:
    """Return what is sent when a button of a modal is pressed."""
    return {
        **_interaction(workspace, "block_actions", user),
        "trigger_id": workspace.tickets.trigger(user.id, view.channel),
        "container": {"type": "view", "view_id": view.id},
        "view": view_shape(workspace.app, view),
        "actions": [{**action, "action_ts": workspace.stamp()}],
    }


def actions_at_home(workspace: Workspace, user: User, home: JSON, action: JSON) -> JSON:
    """Return what is sent when a button of the Home tab is pressed."""
    view = home_shape(workspace.app, user.id, home)
    return {
        **_interaction(workspace, "block_actions", user),
        "trigger_id": workspace.tickets.trigger(user.id),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [{**action, "action_ts": workspace.stamp()}],
    }


def actions_in_message(workspace: Workspace, user: User, message: Message, action: JSON) -> JSON:
    """Return what is sent when a button of a message is pressed."""
    channel = workspace.channels[message.channel]
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    # An ephemeral message is not stored at Slack, so its payload does not carry it.
    shown = {} if message.only_for else {"message": message_shape(workspace, message)}
    return {
        **_interaction(workspace, "block_actions", user),
        "trigger_id": workspace.tickets.trigger(user.id, channel.id),
        "container": container,
        "channel": {"id": channel.id, "name": channel.shown_name},
        **shown,
        "state": {"values": initial_state(message.blocks, channel.id)},
        "response_url": workspace.tickets.response_url(user.id, channel.id, message.ts),
        "actions": [{**action, "action_ts": workspace.stamp()}],
    }


def suggestion(pressed: JSON, value: str) -> JSON:
    """Return what is sent when somebody types into a menu that the app fills.

    `pressed` is what would be sent if something were chosen there.
    """
    (action,) = pressed["actions"]
    names = {"block_id": action["block_id"], "action_id": action["action_id"]}
    kept = {key: value for key, value in pressed.items() if key not in NOT_IN_SUGGESTION}
    return {**kept, "type": "block_suggestion", **names, "value": value}


def event(workspace: Workspace, event: JSON) -> JSON:
    """Return an event in its envelope: https://docs.slack.dev/apis/events-api."""
    app, stamp = workspace.app, workspace.stamp()
    authorization = {
        "enterprise_id": None,
        "team_id": app.team_id,
        "user_id": app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": app.team_id,
        "api_app_id": app.app_id,
        "event": {**event, "event_ts": stamp},
        "type": "event_callback",
        "event_id": f"Ev{stamp.replace('.', '')}",
        "event_time": int(stamp.partition(".")[0]),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }


def _interaction(workspace: Workspace, kind: str, user: User) -> JSON:
    app = workspace.app
    names = {"id": user.id, "username": user.name, "name": user.name, "team_id": app.team_id}
    return {
        "type": kind,
        "team": {"id": app.team_id, "domain": app.team_domain},
        "user": names,
        "api_app_id": app.app_id,
        "token": VERIFICATION_TOKEN,
        "is_enterprise_install": False,
    }


def _response_urls(workspace: Workspace, user: User, view: View) -> list[JSON]:
    """Hand out a response URL for each conversation chosen in a select that asks for one."""
    found = []
    for block in view.blocks:
        element = block.get("element", {})
        if element.get("response_url_enabled"):
            where = {"block_id": block["block_id"], "action_id": element["action_id"]}
            state = view.state[where["block_id"]][where["action_id"]]
            chosen = state.get("selected_conversation") or state.get("selected_channel")
            if chosen:
                url = workspace.tickets.response_url(user.id, chosen)
                found.append({**where, "channel_id": chosen, "response_url": url})
    return found
