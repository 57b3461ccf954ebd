"""What the property tests share: how many cases, and the texts and the JSON that strangers send.

Every run draws the same cases, unless ``FUZZ=20`` (``make fuzz``) asks for twenty times as many:
those are new ones each time, and a failure prints how to repeat it.
"""

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

TIMES = int(os.environ.get("FUZZ", "1"))

set_hypothesis_home_dir(Path(__file__).parent.parent / ".pytest_cache" / "hypothesis")
settings.register_profile(
    "ringback",
    database=None,
    deadline=None,
    derandomize=TIMES == 1,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),  # explaining traces, as coverage does
    print_blob=True,
    suppress_health_check=(
        HealthCheck.too_slow,  # other tests run beside
        HealthCheck.function_scoped_fixture,  # one house hears every case: that is meant
    ),
)
settings.load_profile("ringback")


def cases(number: int) -> settings:
    """Draw so many cases, times ``FUZZ``."""
    return settings(max_examples=number * TIMES)


MARKS = (
    *("<@UEVIL>", "<!channel>", "<!here|x>", "<#CEVIL>", "<http://evil.example|x>", "<tel:", ">"),
    *("<", "&", "&amp;", "&lt;", "&#60;", "*", "_", "~", "`", "```", ":", ":evil:", "|", "•", "-"),
    *(" ", "\n", "\r\n", "\t", "\v", "\x00", "\x1c", "\x85", "\xa0", "\u2028", "\u202f", "\ufeff"),
    *("\u200b", "\u202e", "\u2066", "\u2069", "\ud800", "\udfff", "e\u0301", "李", "🤖", "👩🏽‍🚀"),
    *("=", '"', "“", "”", "„", "«", "»", "'", "’", "{", "}", "{name}", "%s", "\\", "•••• 1234"),
    *(
        "5145551234",
        "+1 514 555-1234",
        "•••• ",
        "••••",
        "0",
        "²",
        "٣",
        "ext. 5",
        "a = 1",
        "C-7K3QF",
    ),
)
strangers = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=15).map("".join)
"""Texts of ordinary characters and of all that somewhere means something."""

longer = st.builds(lambda text, times: text * times, strangers, st.integers(1, 60))
"""Texts that may be too long for what they stand in."""

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | strangers
    | st.sampled_from(["", "x" * 400, 10**400, -1, 0]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strangers, inner, max_size=4),
    max_leaves=8,
)
"""Any JSON, and what Python writes beside it (``NaN``, ``Infinity``)."""
