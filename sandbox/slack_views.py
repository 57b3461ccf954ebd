"""The views.* methods of the Web API."""

from sandbox.blocks import JSON, faults_of_view, identified
from sandbox.shapes import home_shape, view_shape
from sandbox.tickets import Refused
from sandbox.workspace import Workspace


def open_view(workspace: Workspace, args: JSON) -> JSON:
    """Open a modal for the person who has just done something."""
    body = _body(args, "modal")
    trigger = workspace.tickets.exchange(args.get("trigger_id"))
    view = workspace.modals.open(trigger.user, trigger.channel, body)
    return {"view": view_shape(workspace.app, view)}


def push(workspace: Workspace, args: JSON) -> JSON:
    """Put a modal on top of the one that is open."""
    body = _body(args, "modal")
    trigger = workspace.tickets.exchange(args.get("trigger_id"))
    view = workspace.modals.push(trigger.user, body)
    return {"view": view_shape(workspace.app, view)}


def update(workspace: Workspace, args: JSON) -> JSON:
    """Show something else in an open modal."""
    view = workspace.modals.update(
        _body(args, "modal"),
        view_id=args.get("view_id"),
        external_id=args.get("external_id"),
        expected=args.get("hash"),
    )
    return {"view": view_shape(workspace.app, view)}


def publish(workspace: Workspace, args: JSON) -> JSON:
    """Show something on a person's Home tab."""
    body, user = _body(args, "home"), str(args.get("user_id"))
    if user not in workspace.users:
        raise Refused("user_not_found")
    before = workspace.homes.get(user)
    if args.get("hash") and before and args["hash"] != before["hash"]:
        raise Refused("hash_conflict")
    home = {**body, "blocks": identified(body["blocks"]), "hash": workspace.stamp()}
    workspace.homes[user] = home
    return {"view": home_shape(workspace.app, user, home)}


def checked(view: object, kind: str = "modal") -> JSON:
    """Return a view as the app gave it, or refuse it in Slack's words."""
    faults = faults_of_view(view)
    if isinstance(view, dict) and view.get("type") != kind:
        faults.append(f"must be a {kind} view")
    if faults or not isinstance(view, dict):
        raise Refused("invalid_arguments", response_metadata={"messages": faults})
    return view


def _body(args: JSON, kind: str) -> JSON:
    return checked(args.get("view"), kind)
