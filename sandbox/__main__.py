"""``python -m sandbox``: rehearse calls without a Slack workspace and without an AlloMia key."""

import argparse
import asyncio
import sys

from sandbox import page, story


def main() -> int:
    """Serve the page, or play the story; return 0, or 1 where it did not go as it should."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--story", action="store_true", help="play one call in the terminal")
    parser.add_argument(
        "--port",
        type=int,
        default=page.FIRST_PORT,
        help="serve the page here, or on the next free port (default: %(default)s)",
    )
    asked = parser.parse_args()
    if asked.story:
        return 0 if asyncio.run(story.play()) else 1
    try:
        asyncio.run(page.play(asked.port))
    except (OSError, TimeoutError) as fault:
        print(f"The rehearsal did not start: {fault or 'the app was not ready in time'}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
