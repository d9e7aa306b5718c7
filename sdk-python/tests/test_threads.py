"""Python and the engine's threads: long calls let other Python threads run, and the engine's own never run Python."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sunline

from tests.conftest import SHOP
from tests.test_simulation import shop as simulated_shop

HERE = Path(__file__).resolve().parents[1]


def turns_taken_during(call: Callable[[], object]) -> int:
    """How often this thread got its turn while another was inside the call."""
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        inside.set()
        call()
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait()
    turns = 0
    while not done.is_set():
        time.sleep(0.0005)
        turns += 1
    thread.join()
    return turns


def journal_of(path: Path, contacts: int) -> Path:
    with sunline.Engine(SHOP, store=sunline.Relaxed(path=path, window=timedelta(seconds=1))) as engine:
        orders = engine.queue_id("orders")
        for number in range(contacts):
            while True:
                try:
                    engine.submit_nowait(number, orders)
                    break
                except sunline.Busy as busy:
                    time.sleep(busy.retry_after_s or 0.001)
    return path


@pytest.mark.parametrize("call", ["run", "replicate", "replay", "recover"])
def test_other_threads_run_while_one_is_in_a_long_call(tmp_path: Path, call: str) -> None:
    simulation = sunline.Simulation(simulated_shop(rate_per_hour=20_000.0))
    journal = journal_of(tmp_path / "journal", 20_000) if call in {"replay", "recover"} else tmp_path
    calls: dict[str, Callable[[], object]] = {
        "run": lambda: simulation.run(seed=1),
        "replicate": lambda: simulation.replicate(seed=1, count=4),
        "replay": lambda: sunline.replay(journal),
        "recover": lambda: sunline.recover(journal),
    }
    assert turns_taken_during(calls[call]) >= 5


def test_a_thread_that_waits_for_an_event_lets_another_cause_it(engine: sunline.Engine) -> None:
    stream = engine.events()
    heard: list[str] = []
    waiting = threading.Thread(target=lambda: heard.extend(type(event).__name__ for event in stream.read()))
    waiting.start()
    engine.submit("c1", "orders")
    waiting.join(timeout=20)
    assert heard == ["ContactArrived"]


def test_many_threads_may_use_one_engine(engine: sunline.Engine) -> None:
    def submit(caller: int) -> None:
        for number in range(50):
            engine.submit(1000 * caller + number, "orders")

    callers = [threading.Thread(target=submit, args=(caller,)) for caller in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=60)
    assert engine.views().queues[engine.queue_id("orders")].inside == 200


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted where /proc is")
def test_no_thread_of_the_engine_ever_holds_a_python_frame() -> None:
    """In an interpreter of its own, where no thread of another test comes or goes."""
    alone = "from tests.test_threads import serve_and_count; serve_and_count()"
    ended = subprocess.run(
        [sys.executable, "-c", alone], cwd=HERE, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def serve_and_count() -> None:
    """Serves two hundred contacts, and looks at each which threads hold a Python frame."""
    before = len(list(Path("/proc/self/task").iterdir()))
    ours = {thread.ident for thread in threading.enumerate()}
    with (
        sunline.Engine(SHOP, store=sunline.Memory(keep_history=True)) as engine,
        engine.session("bob") as bob,
    ):
        assert len(list(Path("/proc/self/task").iterdir())) > before, "the engine has threads of its own"
        bob.set_presence(sunline.AVAILABLE)
        for number in range(200):
            engine.submit(number, "orders")
            offer = bob.next_offer(timeout=20)
            assert offer is not None
            bob.accept(offer)
            bob.complete(number)
            # Every thread that runs Python, or ever has, is one that Python started.
            assert set(sys._current_frames()) <= ours
        assert engine.events(1).read(timeout=5)
    assert {thread.ident for thread in threading.enumerate()} == ours
