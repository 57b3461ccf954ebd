"""What a newcomer does to AlloMia and to Slack from the page's panel."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.allomia import DOCUMENTED_ERRORS, AlloMia, PlacedCall
from sandbox.allomia_log import (
    CALL_BACK,
    NEVER_AGAIN,
    SAID_CALL_BACK,
    SAID_NEVER,
    SAID_TO_A_VOICEMAIL,
    SAID_WRONG_NUMBER,
    VOICEMAIL,
    WRONG_NUMBER,
)
from sandbox.inputs import GestureError
from sandbox.rehearsal import Rehearsal
from sandbox.slack_faults import How

Status = Literal["completed", "busy", "no-answer", "failed"]
Weather = Literal["fine", "slow", "limited", "down"]

Records = Literal[
    "soon", "late", "never", "twice", "voicemail", "call-back", "wrong", "opt-out", "bare"
]

RECORDS: dict[Records, dict[str, Any]] = {  # how AlloMia's call log writes what ends from now on
    "soon": {"after": 3.0},
    "late": {"after": 60.0},
    "never": {"after": None},
    "twice": {"after": 3.0, "times": 2},
    "voicemail": {"after": 3.0, "fields": VOICEMAIL, "transcript": SAID_TO_A_VOICEMAIL},
    "call-back": {"after": 3.0, "fields": CALL_BACK, "transcript": SAID_CALL_BACK},
    "wrong": {"after": 3.0, "fields": WRONG_NUMBER, "transcript": SAID_WRONG_NUMBER},
    "opt-out": {"after": 3.0, "fields": NEVER_AGAIN, "transcript": SAID_NEVER},
    "bare": {"after": 3.0, "fields": {"transcriptUrl": None, "recordingUrl": ""}},
}

POSTINGS = ("chat.postMessage", "chat.update")  # Slack's limits are per method

WEATHER: dict[Weather, tuple[How, tuple[str, ...]]] = {  # what goes wrong with which methods
    "fine": ({}, ()),
    "slow": ({"delay": 2.0, "times": None}, ("*",)),
    "limited": ({"status": 429, "retry_after": 5, "times": None}, POSTINGS),
    "down": ({"status": 503, "times": None}, ("*",)),
}
LIES = {"duration": 999, "endedReason": "forged"}


class Panel:
    """The rehearsal, and how Slack is made to behave for now."""

    def __init__(self, stage: Rehearsal) -> None:
        self.stage = stage
        self.weather: Weather = "fine"
        self.records: Records = "soon"
        stage.allomia.writes(**RECORDS[self.records])

    @property
    def runs(self) -> bool | None:
        """Tell whether the app runs; None: nobody here knows."""
        return self.stage.app.runs if self.stage.app else None

    @property
    def allomia(self) -> AlloMia:
        """Return the stand-in that the panel plays."""
        return self.stage.allomia

    def call(self, call_id: str) -> PlacedCall:
        """Find a call by AlloMia's id of it."""
        if call_id not in self.allomia.calls:
            raise GestureError("AlloMia has no such call")
        return self.allomia.calls[call_id]


class Turn(BaseModel, ABC):
    """One thing that is done at the panel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    async def taken(self, panel: Panel) -> None:
        """Do it."""


class End(Turn):
    """End a call; its callback rings so often, 0: it is lost."""

    do: Literal["end"]
    call: str
    status: Status
    ring: Annotated[int, Field(ge=0, le=20)] = 1

    async def taken(self, panel: Panel) -> None:
        """End it and ring."""
        call = panel.call(self.call)
        if call.status != "calling":
            raise GestureError("this call has ended already")
        await panel.allomia.end(self.call, self.status, ring=self.ring)


class Ring(Turn):
    """Ring the callback of a call, as it stands."""

    do: Literal["ring"]
    call: str
    times: Annotated[int, Field(ge=1, le=20)] = 1

    async def taken(self, panel: Panel) -> None:
        """Ring, from several senders at once."""
        panel.call(self.call)
        await panel.allomia.ring(self.call, times=self.times, concurrency=5)


class Forge(Turn):
    """Ring as somebody would who is not AlloMia."""

    do: Literal["forge"]
    call: str
    what: Literal["address", "news"]

    async def taken(self, panel: Panel) -> None:
        """Guess the address, or know it and lie."""
        call = panel.call(self.call)
        if self.what == "address":
            await panel.allomia.ring(self.call, token="a-guess-of-somebody-else")
            return
        lie = "failed" if call.status == "completed" else "completed"
        await panel.allomia.ring(self.call, body=call.told(status=lie, callDetails=LIES))


class NextCreate(Turn):
    """Choose how AlloMia takes the next request to place a call; None: as it should."""

    do: Literal["next"]
    fault: str | None

    async def taken(self, panel: Panel) -> None:
        """Script it in place of what was scripted."""
        if self.fault is not None and self.fault not in DOCUMENTED_ERRORS:
            raise GestureError(f"no such answer: {self.fault}")
        panel.allomia.mend()
        if self.fault is not None:
            panel.allomia.next_create(self.fault)


class SetWeather(Turn):
    """Choose how Slack takes every request of the app until further notice."""

    do: Literal["weather"]
    weather: Weather

    async def taken(self, panel: Panel) -> None:
        """Script it in place of what was scripted."""
        panel.stage.slack.mend()
        how, methods = WEATHER[self.weather]
        for method in methods:
            panel.stage.slack.fail(method, **how)
        panel.weather = self.weather


class SetRecords(Turn):
    """Choose how the call log writes the records of calls that end from now on."""

    do: Literal["records"]
    records: Records

    async def taken(self, panel: Panel) -> None:
        """Write so."""
        panel.allomia.writes(**RECORDS[self.records])
        panel.records = self.records


class SetApp(Turn):
    """Kill the app in the middle of whatever it does, or start it again."""

    do: Literal["app"]
    runs: bool

    async def taken(self, panel: Panel) -> None:
        """Do so, where it is ours to do."""
        app = panel.stage.app
        if app is None:
            raise GestureError("this app is not the page's to stop")
        if app.runs and not self.runs:
            await app.kill()
        elif self.runs and not app.runs:
            try:
                await app.start()
            except (OSError, TimeoutError) as fault:
                raise GestureError("the app did not start; the terminal tells why") from fault


AnyTurn = Annotated[
    End | Ring | Forge | NextCreate | SetRecords | SetWeather | SetApp, Field(discriminator="do")
]
TURNS: TypeAdapter[AnyTurn] = TypeAdapter(AnyTurn)
