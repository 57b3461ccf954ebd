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
        type=port,
        default=page.FIRST_PORT,
        help="serve the page here, or on the next free port (default: %(default)s)",
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="only print the page's address, also where a browser could be opened",
    )
    asked = parser.parse_args()
    try:
        if asked.story:
            return 0 if asyncio.run(story.play()) else 1
        asyncio.run(page.play(asked.port, browser=not asked.no_browser))
    except (OSError, TimeoutError) as fault:
        print(f"The rehearsal did not start: {fault or 'the app was not ready in time'}")
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; nothing of it is kept.")
        return 130 if asked.story else 0  # Ctrl-C is how the page ends, also while it starts
    return 0


def port(text: str) -> int:
    """Read a port."""
    if not text.isdecimal() or int(text) > page.LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; they go from 0 to {page.LAST_PORT}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
