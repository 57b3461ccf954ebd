"""``/call``, and what may follow it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from calls import policy
from calls.errors import MaybeNoted, NotAllowed, NotNoted, Reason
from calls.model import Call
from calls.order import Draft
from calls.policy import Unsettled
from calls.words import clean
from handlers import (
    do_not_call,
    doctor,
    favourites,
    forget,
    form,
    grammar,
    statistics,
    stop,
    window,
)
from handlers.desk import AT_ONCE, Visit
from handlers.grammar import Typed, Verb
from views import answer
from views.form import Form
from views.message import Message

UNCHOSEN = {"refused.assistant.unchosen", "refused.caller.unchosen"}  # the form asks for them
UNMENDED = {"number", "person", "limit"}  # what is wrong with these stays so in the form
ASKED = policy.SETTLED | {"refused.number.missing"}


def register(app: AsyncApp) -> None:
    """Register the command."""
    app.command("/call")(call)


async def call(ack: AsyncAck, command: dict[str, Any], visit: Visit) -> None:
    """Do what was typed; every answer is for the eyes of who typed it."""
    typed = grammar.read(command.get("text") or "")
    if typed.verb in AFTERWARDS:
        await ack()
        await AFTERWARDS[typed.verb](typed, command, visit)
    elif typed.verb is Verb.NOW:
        await _now(ack, typed, command, visit)
    elif typed.verb is Verb.UNKNOWN and (found := await favourites.named(typed.rest, visit)):
        await ack()
        filled = found.having(response_url=command.get("response_url"))
        await form.present(visit, window.trigger(command), filled)
    else:
        visit.learn_language()
        await _answer(ack, answer.help_(visit.text, typed.rest))


async def _opened(typed: Typed, command: dict[str, Any], visit: Visit) -> None:
    await form.present(visit, window.trigger(command), _form(typed.draft, command))


async def _told(typed: Typed, command: dict[str, Any], visit: Visit) -> None:
    visit = await visit.in_their_language(within=AT_ONCE)
    await visit.tell(await _looked_up(typed, command, visit))


async def _examined(_typed: Typed, command: dict[str, Any], visit: Visit) -> None:
    await doctor.visited(command.get("channel_id") or "", visit)


async def _listed(_typed: Typed, _command: dict[str, Any], visit: Visit) -> None:
    await favourites.listed(visit)


async def _halted(typed: Typed, _command: dict[str, Any], visit: Visit) -> None:
    await (stop.stopped(visit) if typed.verb is Verb.STOP else stop.resumed(visit))


async def _counted(typed: Typed, _command: dict[str, Any], visit: Visit) -> None:
    await statistics.asked(typed, visit)


async def _about_the_list(typed: Typed, _command: dict[str, Any], visit: Visit) -> None:
    await do_not_call.asked(typed, visit)


AFTERWARDS: dict[Verb, Callable[[Typed, dict[str, Any], Visit], Awaitable[None]]] = {
    Verb.FORM: _opened,
    Verb.LIST: _told,
    Verb.STATUS: _told,
    Verb.DOCTOR: _examined,
    Verb.FAVOURITES: _listed,
    Verb.FORGET: forget.asked,
    Verb.STOP: _halted,
    Verb.RESUME: _halted,
    Verb.STATS: _counted,
    **dict.fromkeys(do_not_call.ANSWERS, _about_the_list),
}
"""What is acknowledged first, and then done."""


async def _now(ack: AsyncAck, typed: Typed, command: dict[str, Any], visit: Visit) -> None:
    shown = _form(typed.draft, command)
    visit, standing = await asyncio.gather(
        visit.in_their_language(within=AT_ONCE), visit.standing(shown.channel)
    )
    text = visit.text
    origin = visit.origin(shown.channel, window.trigger(command), shown.response_url)
    if wrong := _misread(typed):
        await _answer(ack, answer.refused(wrong, text))
        return
    try:
        placed = await visit.desk.switchboard.place(shown.draft, origin, standing, visit.place)
    except Unsettled as fault:
        await ack()
        await form.present(visit, window.trigger(command), shown, fault.question)
    except NotAllowed as fault:
        if against := _without_form(fault.reasons):
            await _answer(ack, answer.refused(against, text))
        else:
            await ack()
            await form.present(visit, window.trigger(command), shown)
    except NotNoted as fault:
        told = "in_doubt" if isinstance(fault, MaybeNoted) else "certain_command"
        await _answer(ack, answer.said(text, f"not_noted.{told}"))
    else:
        # In a conversation the call's message is the answer.
        if waits := stop.placed(placed, visit):
            await _answer(ack, waits)
        else:
            await (ack() if shown.channel else _answer(ack, answer.placed(placed, text)))


def _without_form(reasons: Sequence[Reason]) -> list[Reason]:
    """Return what to tell at once, where the form would not help; where it would, nothing."""
    if not any(reason.key in UNCHOSEN for reason in reasons):
        return list(reasons)
    return [one for one in reasons if one.field in UNMENDED and one.key not in ASKED]


def _misread(typed: Typed) -> list[Reason]:
    words = {"unclosed": typed.unclosed, "stray": typed.rest}
    return [
        Reason(key=f"answer.{key}", values={"words": found})
        for key, found in words.items()
        if found
    ]


def _form(draft: Draft, command: dict[str, Any]) -> Form:
    """Fill the form in; where an app may not post, its own direct message is the default."""
    channel = command.get("channel_id") or ""
    direct = channel.startswith("D") or command.get("channel_name") == "directmessage"
    return form.blank(draft).having(
        channel="" if direct else channel, response_url=command.get("response_url")
    )


async def _looked_up(typed: Typed, command: dict[str, Any], visit: Visit) -> Message:
    switchboard, text = visit.desk.switchboard, visit.text
    if typed.verb is Verb.LIST:
        return answer.listed(await switchboard.latest(visit.team, visit.person), text)
    if not typed.rest:
        return answer.said(text, "answer.status_usage")
    found = await switchboard.call(clean(typed.rest).upper(), visit.team)
    if found is None or not await _may_see(found, command, visit):
        return answer.said(text, "answer.no_such_call", reference=typed.rest)
    found = await visit.named(found)
    return answer.status(found, text, visit.desk.settings.allomia_assistant_id)


async def _may_see(found: Call, command: dict[str, Any], visit: Visit) -> bool:
    """Tell whether the person asked for the call or is in its conversation."""
    if visit.person == found.asked_by or command.get("channel_id") == found.channel:
        return True
    return await visit.desk.conversations.has_member(found.channel, visit.person)


async def _answer(ack: AsyncAck, message: Message) -> None:
    await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
