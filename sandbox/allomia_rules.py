"""What AlloMia's documentation allows in the body of a new call, read as narrowly as it can be."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

Uuid = Annotated[str, Field(pattern=r"(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Detail = Callable[[Sequence[str], str], object]  # where and what is wrong -> an entry of `details`


class NewCall(BaseModel):
    """The six fields of `POST /api/outbound`; what is optional is left out, not empty or null."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)

    phone_number: Annotated[str, Field(min_length=10, max_length=20)]
    assistant_id: Uuid
    phone_number_id: Uuid
    customer_name: Annotated[str, Field(pattern=r"\S")] = ""
    dynamic_variables: Annotated[dict[str, str], Field(min_length=1)] = {}
    callback_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")] = ""


def _field(path: Sequence[str], message: str) -> object:
    return {"field": ".".join(path), "message": message}


# The shape of an entry is not documented; each of these has been seen in some API or other.
DETAILS: Mapping[str, Detail] = MappingProxyType(
    {
        "field": _field,
        "path": lambda path, message: {"path": ".".join(path), "message": message},
        "path-list": lambda path, message: {"path": list(path), "message": message},
        "param": lambda path, message: {"param": ".".join(path), "message": message},
        "text": lambda path, message: f"{'.'.join(path)}: {message}",
        "odd": lambda path, message: [[*path], {"code": 7, "why": message}],
    }
)


def read(raw: bytes, detail: Detail = _field) -> NewCall | list[object]:
    """Read the body of a new call, or return the `details` of its refusal."""
    try:
        return NewCall.model_validate_json(raw)
    except ValidationError as error:
        return [detail([str(step) for step in e["loc"]], e["msg"]) for e in error.errors()]
