"""*Call this number*: a message's number is called, and the outcome comes into its thread."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import mentions
from calls.choices import Choice
from calls.place import Place
from handlers import form, offer, window
from handlers.desk import Visit
from views import found as face
from views import written
from views.form import Form

SHORTCUT = "call_number"


def register(app: AsyncApp) -> None:
    """Register the shortcut of every message, and the window in which a number is chosen."""
    app.shortcut(SHORTCUT)(asked)
    app.view(face.CALLBACK)(chosen)


async def asked(ack: AsyncAck, body: dict[str, Any], visit: Visit) -> None:
    """Open the form with the message's number, or let one of several be chosen."""
    await ack()
    message = body.get("message") or {}
    found = mentions.read(written.passages(message), visit.desk.settings.default_region)
    shown, trigger = _form(body, message, visit), window.trigger(body)
    if len(found) <= 1:
        told = shown.having(draft=face.drafted(found[0])) if found else shown.having(lacks=True)
        await form.present(visit, trigger, told)
        return

    def drawn(visit: Visit, _last: Sequence[Choice]) -> dict[str, Any]:
        return face.render(found, shown, visit.text)

    await form.opened(visit, trigger, shown, drawn)


async def chosen(ack: AsyncAck, view: dict[str, Any], visit: Visit) -> None:
    """Let the form take the window's place, filled in with what was chosen."""
    shown = form.heard(visit, face.read(view).having(shared=bool(visit.rules.shared_channels)))
    last = await offer.newest(visit, shown)
    await ack(response_action="update", view=offer.drawn(visit, shown, last))


def _form(body: dict[str, Any], message: dict[str, Any], visit: Visit) -> Form:
    """Fill in where the call reports: under the message, or the one on which its thread hangs.

    In direct messages between two people an app cannot write.
    """
    shown = form.blank().having(response_url=visit.response_url)
    channel = str((body.get("channel") or {}).get("id") or "")
    if not channel or channel.startswith("D"):
        return shown
    root = message.get("thread_ts") or message.get("ts") or body.get("message_ts") or ""
    return shown.having(channel=channel, under=Place(channel=channel, ts=str(root)))
