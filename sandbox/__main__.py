"""``python -m sandbox``: rehearse a call without a Slack workspace and without an AlloMia key."""

import argparse
import asyncio
import sys

from sandbox import story


def main() -> int:
    """Play the story; return 0, or 1 where it did not end as it should."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--story",
        action="store_true",
        help="play one call in the terminal (all that the rehearsal room does so far)",
    )
    parser.parse_args()
    return 0 if asyncio.run(story.play()) else 1


if __name__ == "__main__":
    sys.exit(main())
