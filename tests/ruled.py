"""Rules given to a house's workspace, as an administrator's modal gives them."""

from calls.workspaces import Workspaces
from flow import database_of
from house import House
from sandbox.workspace import ADMIN


async def ruled(house: House, **rules: object) -> None:
    """Change some rules of the house's workspace."""
    team = house.slack.workspace.app.team_id
    async with database_of(house) as database:
        workspaces = Workspaces(database)
        before = await workspaces.get(team)
        await workspaces.change(
            team, before.version, lambda one: one.having(rules=one.rules.having(**rules)), ADMIN
        )
