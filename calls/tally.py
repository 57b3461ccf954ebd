"""What calls came to, counted: by their ends, by the hour, by assistant."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from calls.frozen import Frozen
from calls.status import Status

BIN = 2  # hours
VOICEMAIL = "voicemail"
TRIED = frozenset({Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.FAILED, Status.ENDED})
NOTHING: Mapping[Any, Any] = MappingProxyType({})
FEELINGS = ("positive", "neutral", "negative")


class Sample(NamedTuple):
    """What is counted of one call that is over.

    ``hour`` is when it was dialled by the clock of the person called, ``seconds`` how long it took.
    """

    status: Status
    voicemail: bool
    assistant: str
    hour: int | None
    seconds: float | None
    sentiment: str

    @property
    def end(self) -> str:
        """How it ended: a status, or that a voicemail answered."""
        return VOICEMAIL if self.voicemail else self.status.value

    @property
    def reached(self) -> bool:
        """Tell whether a person was reached."""
        return self.status is Status.COMPLETED and not self.voicemail


class Share(Frozen):
    """Some of the calls, counted."""

    calls: int = 0
    tried: int = 0
    """Those that were dialled, with an end that is known."""
    reached: int = 0
    seconds: float | None = None
    """The average duration of those in which somebody was reached."""
    feelings: Mapping[str, int] = NOTHING

    @property
    def rate(self) -> float | None:
        """The part of those tried in which somebody was reached, from 0 to 1."""
        return self.reached / self.tried if self.tried else None


class Tally(Frozen):
    """The calls of some days, counted."""

    whole: Share
    ends: Mapping[str, int] = NOTHING
    """How many came to which end, most first."""
    bins: Mapping[int, Share] = NOTHING
    """By the hour at which two hours begin, where the person called is."""
    assistants: Mapping[str, Share] = NOTHING
    """By name, those with most calls first; an empty name is that of the settings."""
    more: bool = False
    """Whether there are more calls, older ones, than were counted."""


def counted(samples: Iterable[Sample], *, more: bool = False) -> Tally:
    """Count calls."""
    found = list(samples)
    ends = Counter(sample.end for sample in found)
    names = Counter(sample.assistant for sample in found)
    begins = sorted({sample.hour // BIN * BIN for sample in found if sample.hour is not None})
    return Tally(
        whole=_share(found),
        ends=dict(ends.most_common()),
        bins={at: _share(_between(found, at)) for at in begins},
        assistants={
            name: _share(sample for sample in found if sample.assistant == name)
            for name, _ in names.most_common()
        },
        more=more,
    )


def _between(samples: Iterable[Sample], begin: int) -> Iterable[Sample]:
    return (one for one in samples if one.hour is not None and one.hour // BIN * BIN == begin)


def _share(samples: Iterable[Sample]) -> Share:
    found = list(samples)
    lasted = [one.seconds for one in found if one.reached and one.seconds]
    feelings = Counter(one.sentiment for one in found if one.sentiment in FEELINGS)
    return Share(
        calls=len(found),
        tried=sum(one.status in TRIED for one in found),
        reached=sum(one.reached for one in found),
        seconds=sum(lasted) / len(lasted) if lasted else None,
        feelings=dict(feelings),
    )
