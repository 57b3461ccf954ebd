"""The files.* methods: an address to send a file to, and its message once it has arrived."""

from aiohttp import web

from sandbox.blocks import JSON
from sandbox.tickets import Refused
from sandbox.workspace import Face, File, Workspace

LARGEST = 1 << 30


def get_upload_url(workspace: Workspace, args: JSON) -> JSON:
    """Tell where to send a file of some name and length."""
    name, length = args.get("filename"), str(args.get("length", ""))
    if not name or not length.isdecimal() or not 0 < int(length) <= LARGEST:
        raise Refused("invalid_arguments")
    file = File(id=f"F0FILE{len(workspace.files):04}", name=str(name), length=int(length))
    workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{workspace.tickets.base}/upload/{file.id}"}


def complete_upload(workspace: Workspace, args: JSON) -> JSON:
    """Share files that have arrived in a conversation or a thread."""
    asked = args.get("files")
    wanted = [one.get("id") for one in asked] if isinstance(asked, list) else []
    files = [workspace.files.get(str(name)) for name in wanted]
    if not files or not all(file and file.content for file in files):
        raise Refused("file_not_found")
    channel = workspace.conversation(args.get("channel_id"))
    if workspace.app.bot_user not in channel.members:
        raise Refused("not_in_channel")
    face = Face(str(args.get("initial_comment") or ""), [], None)
    message = workspace.post(channel.id, face, thread_ts=args.get("thread_ts"))
    message.files = [file for file in files if file]
    return {"files": [{"id": file.id, "title": file.name} for file in message.files]}


def delete(workspace: Workspace, args: JSON) -> JSON:
    """Delete a file of the app's; the message that it came with stays, without it."""
    gone = workspace.files.pop(str(args.get("file")), None)
    if gone is None:
        raise Refused("file_not_found")
    for message in workspace.posted:
        message.files = [file for file in message.files if file is not gone]
    return {}


def serve(server: web.Application, workspace: Workspace) -> None:
    """Take files' bytes at the addresses that were told for them."""

    async def receive(request: web.Request) -> web.Response:
        file = workspace.files.get(request.match_info["file"])
        content = await request.read()
        if file is None or len(content) != file.length:
            return web.Response(status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    server.router.add_post("/upload/{file}", receive)
