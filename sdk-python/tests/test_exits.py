"""However a program ends, its interpreter exits cleanly: no crash, no hang, no word on standard error.

`SUNLINE_EXITS` says how many interpreters are ended; by default each way is tried twice.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]

PRELUDE = """
import sys, threading, asyncio, sunline, sunline.aio
from tests.conftest import SHOP
"""

#: Ways in which a program may end while an engine is there.
WAYS: dict[str, str] = {
    "closed": "with sunline.Engine(SHOP) as engine:\n    engine.submit(1, 'orders')",
    "left open": "engine = sunline.Engine(SHOP)\nengine.submit(1, 'orders')",
    "left open with history": (
        "engine = sunline.Engine(SHOP, store=sunline.Memory(keep_history=True))\nengine.submit(1, 'orders')"
    ),
    "a session is open": (
        "engine = sunline.Engine(SHOP)\nbob = engine.session('bob')\n"
        "bob.set_presence(sunline.AVAILABLE)\nengine.submit(1, 'orders')"
    ),
    "a thread waits for an event": (
        "engine = sunline.Engine(SHOP)\nstream = engine.events()\n"
        "threading.Thread(target=lambda: stream.read(timeout=60), daemon=True).start()"
    ),
    "threads submit": (
        "engine = sunline.Engine(SHOP)\n"
        "def submit(caller):\n"
        "    number = 0\n"
        "    while True:\n"
        "        try:\n"
        "            engine.submit(caller * 1_000_000 + number, 'orders')\n"
        "        except sunline.SunlineError:\n"
        "            return\n"
        "        number += 1\n"
        "for caller in range(4):\n"
        "    threading.Thread(target=submit, args=(caller,), daemon=True).start()\n"
        "engine.submit(99_000_000, 'orders')"
    ),
    "sys.exit": "engine = sunline.Engine(SHOP)\nengine.submit(1, 'orders')\nsys.exit(0)",
    "a cycle holds it": (
        "class Holder: pass\nholder = Holder()\nholder.me = holder\nholder.engine = sunline.Engine(SHOP)"
    ),
    "asyncio": (
        "async def main():\n"
        "    async with sunline.aio.Engine(SHOP) as engine:\n"
        "        await engine.submit(1, 'orders')\n"
        "asyncio.run(main())"
    ),
    "deleted": "engine = sunline.Engine(SHOP)\nengine.submit(1, 'orders')\ndel engine",
}

EXITS = int(os.environ.get("SUNLINE_EXITS", 2 * len(WAYS)))


def exit_of(program: str) -> tuple[int, str]:
    """The code with which an interpreter ends that runs this, and what it says on standard error."""
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PRELUDE + program],
        cwd=HERE,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.returncode, ended.stderr


def test_every_interpreter_exits_cleanly(capsys: pytest.CaptureFixture[str]) -> None:
    ways = list(WAYS.items())
    for number in range(EXITS):
        name, program = ways[number % len(ways)]
        assert exit_of(program) == (0, ""), f"{name}, exit {number}"
    with capsys.disabled():
        print(f"\n{EXITS} of {EXITS} interpreters exited cleanly, in {len(ways)} ways")


def test_an_exit_that_is_not_clean_is_noticed() -> None:
    code, words = exit_of("import os\nos.abort()")
    assert code != 0
    assert "Aborted" in words
