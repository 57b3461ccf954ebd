"""What an operator asks for in a terminal: to run, to look at an installation, or a file."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import cast

from calls.findings import Finding, Mark
from handlers import manifest
from views import doctor
from views.text import Text


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; without a word in it, the app is to run."""
    parser = argparse.ArgumentParser(
        prog="python app.py", description="Run Ringback from the environment and .env."
    )
    parser.set_defaults(verb="run")
    verbs = parser.add_subparsers(
        title="instead of running", metavar="doctor, manifest, restored, dnc, directory, audit"
    )
    looking = verbs.add_parser("doctor", help="look at this installation, and say what to do")
    looking.add_argument("--json", action="store_true", help="for machines")
    looking.set_defaults(verb="doctor")
    writing = verbs.add_parser("manifest", help="print the manifest that Slack makes the app from")
    writing.add_argument("--public-url", type=_https, metavar="URL", help="where Slack reaches it")
    writing.add_argument("--socket-mode", action="store_true", help="it has no public address")
    writing.set_defaults(verb="manifest")
    backup = verbs.add_parser("restored", help="say that the database is a restored backup")
    backup.set_defaults(verb="restored")
    _file(verbs.add_parser("dnc", help="the do-not-call list, as a CSV file"), "dnc")
    directory = verbs.add_parser("directory", help="assistants, numbers and rules, as a TOML file")
    _file(directory, "directory")
    _audit(verbs.add_parser("audit", help="the audit log, as a CSV file"))
    return parser.parse_args(arguments)


def _audit(parser: argparse.ArgumentParser) -> None:
    """Describe what goes into a file only."""
    parser.set_defaults(verb="audit", imports=False)
    verbs = parser.add_subparsers(title="what to do", required=True, metavar="export")
    _way(verbs.add_parser("export", help="write it into a file")).add_argument(
        "--since", type=_instant, metavar="DATE", help="what is not older, such as 2026-03-14 (UTC)"
    )


def _instant(words: str) -> datetime:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-03-14") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _file(parser: argparse.ArgumentParser, verb: str) -> None:
    """Describe what is kept in the database and goes into a file, and comes from one."""
    parser.set_defaults(verb=verb, yes=False)
    verbs = parser.add_subparsers(title="what to do", required=True, metavar="export, import")
    out = verbs.add_parser("export", help="write it into a file")
    into = verbs.add_parser("import", help="show what a file would change, or change it")
    for way, imports in ((out, False), (into, True)):
        _way(way).set_defaults(imports=imports)
    into.add_argument("--yes", action="store_true", help="change it")


def _way(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("file", metavar="FILE", help="- is the terminal itself")
    parser.add_argument("--team", metavar="T...", help="which workspace, where there are several")
    return parser


def _https(text: str) -> str:
    try:
        return manifest.https(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def tell(found: Sequence[Finding], language: str, *, as_json: bool) -> int:
    """Print what the doctor has found; return the exit status, 1 where anything is wrong."""
    text, out = Text(language), cast("TextIOWrapper", sys.stdout)
    if as_json:
        written = json.dumps(doctor.document(found, text), indent=2)
    else:
        written = "\n".join(doctor.lines(found, text))
    out.reconfigure(errors="replace")  # not every terminal has a tick
    out.write(written + "\n")
    return int(any(one.mark is Mark.WRONG for one in found))
