"""What it costs a Python program to put a contact into the live engine: CPU time of the calling thread, each call.

    python benches/python/submit.py [--blocks 30] [--calls 10000]

Blocks are measured one by one, with the engine idle at the start of each, and the ring large enough for a block. The
fastest and the median block are printed: a busy machine disturbs the first least. `submit_nowait` asks for no answer;
`submit` waits for it, so most of its cost is the waiting and waking.
"""

import argparse
from collections.abc import Callable
from statistics import median
from time import thread_time_ns

import sunline

CONFIG = """
name = "shop"
memory = { ended_ids_max = 100000 }
channels = [{ name = "voice" }]
queues = [{ name = "bills" }]
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="CPU time of a submission from Python.")
    parser.add_argument("--blocks", type=int, default=30, help="blocks of each (default 30)")
    parser.add_argument("--calls", type=int, default=10_000, help="calls a block (default 10,000)")
    wish = parser.parse_args()
    sizes = sunline.Sizes(arrivals=max(2 * wish.calls, 1024))
    with sunline.Engine(CONFIG, sizes=sizes) as engine:
        bills = engine.queue_id("bills")
        named = [f"customer-{number}" for number in range(wish.calls)]

        def numbers(first: int) -> None:
            submit = engine.submit_nowait
            for number in range(first, first + wish.calls):
                submit(number, bills)

        def names(first: int) -> None:
            submit = engine.submit_nowait
            for name in named:
                submit(name, bills)

        def by_name(first: int) -> None:
            submit = engine.submit_nowait
            for number in range(first, first + wish.calls):
                submit(number, "bills")

        def answered(first: int) -> None:
            for number in range(first, first + wish.calls // 100):
                engine.submit(number, bills)

        report(
            "submit_nowait, a numbered contact",
            blocks(engine, numbers, wish.blocks, wish.calls),
            wish.calls,
        )
        report(
            "submit_nowait, a named contact",
            blocks(engine, names, wish.blocks, wish.calls),
            wish.calls,
        )
        report(
            "submit_nowait, the queue by name",
            blocks(engine, by_name, wish.blocks, wish.calls),
            wish.calls,
        )
        report(
            "submit, with its answer",
            blocks(engine, answered, wish.blocks, wish.calls),
            wish.calls // 100,
        )


def blocks(engine: sunline.Engine, block: Callable[[int], None], count: int, calls: int) -> list[int]:
    """CPU time of each block, in nanoseconds."""
    spent = []
    for number in range(count):
        engine.state_hash()  # Until all that was submitted before is in.
        began = thread_time_ns()
        block(number * calls + 1)
        spent.append(thread_time_ns() - began)
    return spent


def report(what: str, spent: list[int], calls: int) -> None:
    """One line."""
    print(f"{what}: {min(spent) / calls:,.0f} ns of CPU a call at best, {median(spent) / calls:,.0f} ns in the median")


if __name__ == "__main__":
    main()
