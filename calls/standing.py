"""How people stand with a workspace: whether they may place calls there."""

from calls.frozen import Frozen
from calls.rules import Rules


class Standing(Frozen):
    """What Slack tells of who asks, and of the conversation in which the call will report."""

    person: str = ""
    administers: bool = True
    """Whether the person is one of the workspace's administrators."""
    member_of: frozenset[str] = frozenset()
    """Those of the channels that the rules name, as far as they were known, which they are in."""
    shared: bool = False
    """Whether people of other companies are in the conversation."""

    def let_in(self, rules: Rules) -> bool:
        """Tell whether the person may place calls, by the rules as they are now."""
        free = not (rules.people or rules.channels)
        named = self.person in (*rules.people, *rules.administrators)
        return free or named or self.administers or not self.member_of.isdisjoint(rules.channels)


FREE = Standing()
