"""The modals that people have open: at most three on top of each other, each with its form."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sandbox import blocks as block_kit
from sandbox.blocks import JSON
from sandbox.inputs import State, initial_state, laid_over, typed
from sandbox.tickets import Refused

DEEPEST = 3
_numbers = itertools.count(1)


@dataclass
class View:
    """A modal: what the app gave, and what its person has done with it."""

    id: str
    user: str
    channel: str | None  # the conversation it was opened from
    faces: list[JSON]  # what the app gave, the newest last, with all ids filled in
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)  # block_id -> what stands beside it
    is_open: bool = True

    @property
    def body(self) -> JSON:
        """Return what the app gave last."""
        return self.faces[-1]

    @property
    def blocks(self) -> list[JSON]:
        """Return the blocks it shows now."""
        return list(self.body["blocks"])

    @property
    def callback_id(self) -> str:
        """Return the name by which the app knows it."""
        return str(self.body.get("callback_id", ""))

    @property
    def words(self) -> str:
        """Return all that can be read in it."""
        return block_kit.words(self.body)

    @property
    def state(self) -> State:
        """Return what stands in each field now."""
        return laid_over(initial_state(self.blocks, self.channel), self.typed)

    def fill(self, values: Mapping[str, object]) -> None:
        """Type or choose these values, by block_id; None empties a field."""
        for block, fields in typed(self.blocks, values).items():
            self.typed.setdefault(block, {}).update(fields)

    def note(self, action: JSON) -> None:
        """Keep what was chosen in a field that reports at once."""
        block, name = action["block_id"], action["action_id"]
        if name in self.state.get(block, {}):
            chosen = {k: v for k, v in action.items() if k not in ("block_id", "action_id")}
            self.typed.setdefault(block, {})[name] = chosen

    def show(self, body: JSON) -> None:
        """Show what the app gives; what was typed stays where both ids stay."""
        self.faces.append(_identified(body))
        there = initial_state(self.blocks, self.channel)
        self.typed = {
            block: {action: value for action, value in fields.items() if action in there[block]}
            for block, fields in self.typed.items()
            if block in there
        }
        self.hash = f"{next(_numbers)}.{id(self):x}"
        self.errors = {}


@dataclass
class Modals:
    """Who has which modals open."""

    stacks: dict[str, list[View]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[View]:
        """Go through every open modal."""
        return itertools.chain.from_iterable(self.stacks.values())

    def top(self, user: str) -> View | None:
        """Return the modal that this person looks at."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def open(self, user: str, channel: str | None, body: JSON) -> View:
        """Open a modal, instead of any that are open."""
        self._refuse_taken_name(body)
        self.clear(user)
        return self._put(user, channel, body)

    def push(self, user: str, body: JSON) -> View:
        """Open a modal on top of the one that is open."""
        top = self.top(user)
        if top is None:
            raise Refused("not_found")
        if len(self.stacks[user]) == DEEPEST:
            raise Refused("push_limit_reached")
        self._refuse_taken_name(body)
        return self._put(user, top.channel, body, top)

    def update(self, body: JSON, *, view_id: object, external_id: object, expected: object) -> View:
        """Show something else in an open modal, unless somebody else did meanwhile."""
        names = ((view.id, view.body.get("external_id"), view) for view in self)
        found = [v for own, given, v in names if own == view_id or (given and given == external_id)]
        if not found:
            raise Refused("not_found")
        if expected and expected != found[0].hash:
            raise Refused("hash_conflict")
        self._refuse_taken_name(body, but=found[0])
        found[0].show(body)
        return found[0]

    def close(self, view: View) -> None:
        """Close a modal, so that the one below is seen again."""
        view.is_open = False
        self.stacks[view.user] = [v for v in self.stacks[view.user] if v is not view]

    def clear(self, user: str) -> None:
        """Close all modals of a person."""
        for view in self.stacks.pop(user, []):
            view.is_open = False

    def _put(self, user: str, channel: str | None, body: JSON, below: View | None = None) -> View:
        name = f"V{next(_numbers):010}"
        root, previous = (below.root_id, below.id) if below else (name, None)
        view = View(name, user, channel, [], "", root, previous)
        view.show(body)
        self.stacks.setdefault(user, []).append(view)
        return view

    def _refuse_taken_name(self, body: JSON, but: View | None = None) -> None:
        name = body.get("external_id")
        if name and any(v.body.get("external_id") == name for v in self if v is not but):
            raise Refused("duplicate_external_id")


def _identified(body: JSON) -> JSON:
    return {**body, "blocks": block_kit.identified(body["blocks"])}
