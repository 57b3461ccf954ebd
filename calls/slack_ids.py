"""What the ids that Slack gives look like: of people, groups, conversations and workspaces."""

import re

PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
GROUP = re.compile(r"S[A-Z0-9]{2,30}")
CONVERSATION = re.compile(r"[CG][A-Z0-9]{2,30}")
"""Of several people; with one person it goes by theirs, until a message stands there."""
TEAM = re.compile(r"[TE][A-Z0-9]{2,30}")

PEOPLE, SEVERAL = ("U", "W"), ("C", "G")
"""How the ids begin of people, and of conversations of several."""
