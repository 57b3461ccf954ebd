"""What is asked for: as it was typed, as it was read, and where it comes from."""

from datetime import datetime

from pydantic import Field

from calls.chain import Again
from calls.frozen import Frozen


class When(Frozen):
    """When to dial, as it was chosen: all empty for at once.

    ``day`` and ``time`` are what a calendar and a clock show (``2026-03-03``, ``14:30``) in
    ``zone``; none: where the person called is.
    """

    day: str = ""
    time: str = ""
    zone: str = ""


class Draft(Frozen):
    """What a person typed, unread; ``like`` is the reference of the call that it repeats."""

    number: str = ""
    name: str = ""
    assistant_id: str = ""
    phone_number_id: str = ""
    variables: str = ""
    """The free ones, a ``key = value`` a line."""
    values: dict[str, str] = Field(default_factory=dict)
    """Those that the assistant needs, by key, as they were typed."""
    zone: str = ""
    """The time zone of the person called, where somebody had to choose it."""
    when: When = When()
    hour: datetime | None = None
    """The later hour that was offered and accepted: it takes the place of ``when``."""
    again: str = ""
    """How the call is repeated, as ``chain.written``; empty: as the assistant's calls are."""
    like: str | None = None
    confirmed: str | None = None
    """The reference of the other call to the number that the person was shown, and accepted."""


class Filled(Frozen):
    """A form that somebody has filled in, kept for them alone.

    An empty ``channel`` is the app's direct message with them.
    """

    draft: Draft
    channel: str = ""


class Order(Frozen):
    """What is to be placed: a draft whose every field has been read."""

    number: str
    name: str
    assistant_id: str
    phone_number_id: str
    assistant_name: str = ""
    """As the directory had it; empty for one that is not in it."""
    variables: dict[str, str]
    typed: dict[str, str] = Field(default_factory=dict)
    """What was typed into the assistant's own fields, by key; ``variables`` hold how it is told."""
    told_by: str | None = None
    """Who typed the number and the values, where somebody else placed the call with them hidden."""
    zone: str | None = None
    """The time zone of the person called (IANA), as far as anybody knows."""
    hour: datetime | None = None
    """When to dial; none: at once."""
    again: Again | None = None
    """How the call is repeated where nobody answers; none: it is not."""


class Origin(Frozen):
    """Where an order comes from and where its outcome goes.

    ``channel`` is a conversation's id, or a user's id for the app's direct message with that user.
    ``gesture`` is unique to the person's one gesture, so that a repeated delivery is recognised.
    """

    team: str
    channel: str
    asked_by: str
    language: str
    gesture: str
    response_url: str | None = None
    trial: bool = False
    """Whether the person has themself called, to hear what somebody else will hear."""
    under: str | None = None
    """The ``ts`` of the message in whose thread the call reports; none: in one of its own."""
