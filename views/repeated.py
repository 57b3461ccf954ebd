"""The form of a call that is placed once more, filled in with the call's values."""

from calls import chain, variables
from calls.model import Call
from calls.numbers import masked
from calls.order import Draft
from calls.place import Place
from calls.slack_ids import SEVERAL
from views.form import Form


def form(call: Call, viewer: str) -> Form:
    """Fill the form with a call's values; only who asked for it sees number and values in full.

    A trial call's number is left out: it is not the number of the person whom it was tried for.
    """
    own = call.shown_to(viewer)
    number = call.number if own else masked(call.number)
    free = {key: value for key, value in call.variables.items() if key not in call.typed}
    channel = call.channel if call.channel.startswith(SEVERAL) else ""
    return Form(
        draft=Draft(
            number="" if call.trial or call.erased_at else number,
            name=call.name,
            assistant_id=call.assistant_id,
            phone_number_id=call.phone_number_id,
            variables=variables.written(free, hidden=not own),
            values=call.typed if own else dict.fromkeys(call.typed, variables.HIDDEN),
            again="" if call.trial else chain.written(call.again),
            like=call.reference,
        ),
        channel=channel,
        under=Place(channel=channel, ts=call.under) if call.under else None,
    )
