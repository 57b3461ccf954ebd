"""Slack's limits, as slack_sdk's models hold them, looked for once in each class.

Whenever it writes an object, slack_sdk looks through all its attributes for those that hold a
limit, which are its class's: more than half of the time that a window takes to be drawn.
"""

from functools import cache

from slack_sdk.models.basic_objects import JsonObject


@cache
def held_by(kind: type[JsonObject]) -> tuple[str, ...]:
    """Return the names of a class's methods that hold a limit."""
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))


def _validate(written: JsonObject) -> None:
    for name in held_by(type(written)):
        getattr(written, name)()


JsonObject.validate_json = _validate  # type: ignore[method-assign, assignment]
