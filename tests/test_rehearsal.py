"""``python -m sandbox --story``, as a newcomer runs it."""

import asyncio
import os
import sys
from pathlib import Path

REPLY = "Marie Tremblay was reached. The call lasted 1 min 42 s."
ROOT = Path(__file__).parent.parent


async def story(**environ: str) -> tuple[int | None, str]:
    """Run it and return its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--story",
        cwd=ROOT,
        env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_the_story_ends_with_the_outcome_in_the_thread() -> None:
    status, told = await story()
    assert status == 0
    seen = [line.strip() for line in told.splitlines()]
    steps = [
        "Ana types in #front-desk: /call 514 555 1234 Marie Tremblay",
        "│ [ Place a call ]",
        "│ Phone number: 514 555 1234",
        "│ ⏳ Queued",
        f"│ ✅ {REPLY}",
        "│ ✅ Completed, 1 min 42 s",
    ]
    assert [step for step in steps if not any(line.startswith(step) for line in seen)] == []


async def test_a_real_env_beside_it_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALLOMIA_API_URL=http://127.0.0.1:9\nUNDO_SECONDS=3600\n")
    status, _ = await story(UNDO_SECONDS="3600", DATABASE_URL="nonsense")
    assert status == 0
