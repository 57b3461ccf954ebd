"""A clinic's directory: an assistant that needs every kind of value; and the largest of all."""

from calls.directory import (
    MOST_ASSISTANTS,
    MOST_VARIABLES,
    Assistant,
    CallerId,
    Directory,
    Kind,
    Label,
    Variable,
)
from calls.rules import Rules
from calls.workspace import Workspace
from calls.workspaces import Workspaces
from flow import database_of
from house import House
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID


def variable(key: str, kind: Kind = Kind.TEXT, **more: object) -> Variable:
    """Make a variable that is called as its key is."""
    made = Variable(key=key, label=Label(en=key.title(), fr=f"Le {key}"), kind=kind)
    return made.having(**more)


NEEDS: dict[Kind, dict[str, object]] = {
    Kind.TEXT: {"required": True, "example": "broken wrist", "longest": 40},
    Kind.LONG_TEXT: {"default": "nothing else"},
    Kind.NUMBER: {"example": "12.5"},
    Kind.DATE: {"default": "1980-05-21", "example": "the day of birth"},
    Kind.TIME: {},
    Kind.DATE_TIME: {"required": True},
    Kind.CHOICE: {"required": True, "default": "Dr. Roy"},
    Kind.YES_NO: {"required": True},
    Kind.EMAIL: {"example": "marie@example.com"},
    Kind.URL: {},
}
EVERY_KIND = tuple(
    variable(kind.value.replace("-", "_"), kind, choices=("Dr. Roy", "Dr. Smith"), **more)
    for kind, more in NEEDS.items()
)
REMINDERS = Assistant(
    uuid=ASSISTANT_ID,
    name="Reminders",
    description="Confirms an appointment, and moves it if need be.",
    caller_id=PHONE_NUMBER_ID,
    variables=EVERY_KIND,
)
OTHER_ID = "123e4567-e89b-42d3-a456-426614174000"
RESULTS = Assistant(
    uuid=OTHER_ID,
    name="Résultats",
    language="fr",
    variables=(
        variable("text", required=True),
        variable("date", Kind.TEXT),
        variable("yes_no", Kind.YES_NO),
    ),
)
OLD = Assistant(uuid="00000000-e89b-42d3-a456-426614174000", name="Old one", archived=True)
DESK = CallerId(uuid=PHONE_NUMBER_ID, name="Front desk", number="+15145550100")
LAB = CallerId(uuid=OTHER_ID, name="Laboratory", number="+15145550200")
CLINIC = Directory(assistants=(RESULTS, REMINDERS, OLD), caller_ids=(LAB, DESK))

LONG = "é<&>:x:" * 400


def _largest(number: int) -> Assistant:
    variables = tuple(
        variable(
            f"k{n}",
            list(Kind)[(n + 5) % len(Kind)],
            label=Label(en=LONG[:2000], fr=LONG[:1900]),
            example=LONG,
            required=bool(n % 2),
            choices=tuple(f"{c:03}{LONG}"[:150] for c in range(120)),
        )
        for n in range(MOST_VARIABLES)
    )
    return Assistant(
        uuid=f"{number:08}-e89b-42d3-a456-426614174000",
        name=f"{number:03}{LONG}",
        description=LONG,
        caller_id=f"{number:08}-e89b-42d3-a456-426614174000",
        variables=variables,
    )


LARGEST = Directory(
    assistants=tuple(_largest(n) for n in range(MOST_ASSISTANTS)),
    caller_ids=tuple(
        CallerId(uuid=f"{n:08}-e89b-42d3-a456-426614174000", name=f"{n}{LONG}", number="+1514555")
        for n in range(MOST_ASSISTANTS)
    ),
)


async def described(
    house: House, directory: Directory = CLINIC, rules: Rules | None = None
) -> None:
    """Let an administrator describe the workspace."""
    async with database_of(house) as database:
        workspaces = Workspaces(database)
        team = house.slack.workspace.app.team_id
        before = await workspaces.get(team)

        def change(known: Workspace) -> Workspace:
            return known.having(directory=directory, rules=rules or known.rules)

        await workspaces.change(team, before.version, change, house.ana.id)
