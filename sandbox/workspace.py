"""A Slack workspace: its people, its conversations, what was said there and who sees it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from sandbox import blocks as block_kit
from sandbox.blocks import JSON
from sandbox.modals import Modals
from sandbox.tickets import Refused, Tickets

ANA, BENOIT, ADMIN = "U0ANA00001", "U0BENOIT01", "U0ADMIN001"
BOT = "U0RING0001"
FRONT_DESK, BILLING, ARCHIVE = "C0FRONT001", "C0BILL0001", "C0ARCH0001"
PRIVATE, DIRECT, GROUP = "C0PRIV0001", "D0ANABEN01", "C0MPIM0001"
PARTNERS = "C0LABS0001"  # people of another company are in it

ALL_SCOPES = (
    "commands",
    "chat:write",
    "users:read",
    "im:write",
    "files:write",
    *(f"{kind}:read" for kind in ("channels", "groups", "im", "mpim")),
    *(f"{kind}:history" for kind in ("channels", "groups", "im", "mpim")),
)


@dataclass
class Installation:
    """The app as this workspace has installed it."""

    scopes: set[str]
    bot_token: str
    app_id: str = "A0RING0001"
    bot_id: str = "B0RING0001"
    bot_user: str = BOT
    team_id: str = "T0CLINIC01"
    team_name: str = "Clinique du Parc"
    team_domain: str = "clinique-du-parc"


@dataclass
class User:
    """Somebody who works here, or the app's bot."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "America/Toronto"
    tz_offset: int = -18000  # seconds; no tz database is needed to rehearse
    is_admin: bool = False
    is_bot: bool = False
    deactivated: bool = False


@dataclass
class Channel:
    """A conversation of any kind."""

    id: str
    name: str
    kind: Literal["channel", "group", "im", "mpim"]
    members: list[str]
    archived: bool = False
    external: bool = False  # shared with another company
    pending: bool = False  # another company is invited

    @property
    def shown_name(self) -> str:
        """Return the name that Slack puts into payloads."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)


@dataclass(frozen=True)
class Face:
    """What a message showed at one time."""

    text: str
    blocks: list[JSON]
    metadata: JSON | None


@dataclass
class File:
    """A file that the app sends."""

    id: str
    name: str
    length: int
    content: bytes = b""


@dataclass
class Message:
    """A message, with everything it has shown since it was posted."""

    channel: str
    ts: str
    user: str
    faces: list[Face]  # the newest last
    bot_id: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    only_for: str | None = None  # the one person who sees it: an ephemeral message
    edited_ts: str | None = None
    deleted: bool = False
    files: list[File] = field(default_factory=list)
    locked: bool = False  # nobody may reply to it any more

    @property
    def text(self) -> str:
        """Return the text it shows now."""
        return self.faces[-1].text

    @property
    def blocks(self) -> list[JSON]:
        """Return the blocks it shows now."""
        return self.faces[-1].blocks

    @property
    def metadata(self) -> JSON | None:
        """Return the metadata it carries now."""
        return self.faces[-1].metadata

    @property
    def edits(self) -> list[Face]:
        """Return what it showed before, the oldest first."""
        return self.faces[:-1]

    @property
    def words(self) -> str:
        """Return all that can be read in it: its blocks' texts, or its text where it has none."""
        return block_kit.words(self.blocks) or self.text


def _people() -> dict[str, User]:
    people = (
        User(ANA, "ana", "Ana Lima", "en-US", "America/Toronto"),
        User(BENOIT, "benoit", "Benoît Roy", "fr-FR", "America/Halifax", -14400),
        User(ADMIN, "charlie", "Charlie Admin", "en-GB", "Europe/London", 0, is_admin=True),
        User(BOT, "ringback", "Ringback", is_bot=True),
    )
    return {user.id: user for user in people}


def _channels() -> dict[str, Channel]:
    people = [ANA, BENOIT, ADMIN]
    channels = (
        Channel(FRONT_DESK, "front-desk", "group", [*people, BOT]),
        Channel(BILLING, "billing", "channel", [*people]),
        Channel(PARTNERS, "lab-partners", "channel", [*people, BOT], external=True),
        Channel(ARCHIVE, "archive", "channel", [*people, BOT], archived=True),
        Channel(PRIVATE, "private", "group", [ANA, BOT]),
        Channel(DIRECT, "", "im", [ANA, BENOIT]),
        Channel(GROUP, "mpdm-ana--benoit--charlie-1", "mpim", [*people]),
        *(Channel(f"D{user[1:-1]}R", "", "im", [user, BOT]) for user in people),
    )
    return {channel.id: channel for channel in channels}


@dataclass
class Workspace:
    """Everything that Slack remembers of one workspace."""

    app: Installation
    tickets: Tickets = field(default_factory=Tickets)
    clock: Callable[[], float] = time.time
    users: dict[str, User] = field(default_factory=_people)
    channels: dict[str, Channel] = field(default_factory=_channels)
    modals: Modals = field(default_factory=Modals)
    homes: dict[str, JSON] = field(default_factory=dict)  # user -> the Home view published for them
    posted: list[Message] = field(default_factory=list)  # all of them, also deleted and ephemeral
    files: dict[str, File] = field(default_factory=dict)  # by id
    _last: int = 0

    def stamp(self) -> str:
        """Return a ts later than any before."""
        self._last = max(self._last + 100, int(self.clock() * 1_000_000))
        seconds, micros = divmod(self._last, 1_000_000)
        return f"{seconds}.{micros:06}"

    def messages(self, channel: str) -> list[Message]:
        """Return what everybody sees in a conversation, outside its threads."""
        return [m for m in self._public(channel) if m.thread_ts in (None, m.ts) or m.broadcast]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return a thread: the message it hangs on, then the replies."""
        return [m for m in self._public(channel) if ts in (m.ts, m.thread_ts)]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return the replies of a thread."""
        return [m for m in self.thread(channel, ts) if m.ts != ts]

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only this person sees, anywhere."""
        return [m for m in self.posted if m.only_for == user and not m.deleted]

    def message(self, channel: str, ts: str) -> Message | None:
        """Return the message with this ts, an ephemeral one too."""
        found = (m for m in self.posted if (m.channel, m.ts) == (channel, ts) and not m.deleted)
        return next(found, None)

    def direct(self, users: Iterable[str]) -> Channel:
        """Return the direct messages of these people and nobody else, opened where needed."""
        members = set(users)
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and set(channel.members) == members:
                return channel
        kind: Literal["im", "mpim"] = "mpim" if len(members) > 2 else "im"  # noqa: PLR2004
        number = f"{len(self.channels):07}"
        made = Channel(f"{'C0' if kind == 'mpim' else 'D0'}N{number}", "", kind, sorted(members))
        self.channels[made.id] = made
        return made

    def post(
        self,
        channel: str,
        face: Face,
        *,
        user: str | None = None,
        thread_ts: str | None = None,
        broadcast: bool = False,
        only_for: str | None = None,
    ) -> Message:
        """Store a message, the app's own unless a `user` says it."""
        author, bot_id = (user, None) if user else (self.app.bot_user, self.app.bot_id)
        shown = Face(face.text, block_kit.identified(face.blocks), face.metadata)
        message = Message(
            channel, self.stamp(), author, [shown], bot_id, thread_ts, broadcast, only_for
        )
        self.posted.append(message)
        return message

    def edit(self, message: Message, face: Face) -> None:
        """Let a message show something else, and remember what it showed."""
        message.faces.append(Face(face.text, block_kit.identified(face.blocks), face.metadata))
        message.edited_ts = self.stamp()

    def conversation(self, channel: object) -> Channel:
        """Return a conversation that the app can see, or refuse as Slack does."""
        found = self.channels.get(str(channel))
        if found is None or (found.kind != "channel" and self.app.bot_user not in found.members):
            raise Refused("channel_not_found")
        return found

    def _public(self, channel: str) -> list[Message]:
        mine = (m for m in self.posted if m.channel == channel)
        return [m for m in mine if m.only_for is None and not m.deleted]
