"""Required agents, beside pyworkforce: the same questions, the same answers, CPU time of each.

    python benches/peers/staffing.py [--rows N] [--rounds N]

Each row is an interval of a day plan: calls an hour from 20 to 6,000, three minutes each, four of five within 20 s. pyworkforce
is asked row by row, for it has no other way; Sunline once, with arrays. Rounds alternate, so other load meets both alike.
"""

import argparse
import sys
from statistics import median
from time import process_time

import numpy as np
from machine import describe
from pyworkforce.queuing import ErlangC
from sunline.forecast import ServiceLevelTarget, smallest_agents
from table import head

HANDLE_S, SHARE, THRESHOLD_S = 180.0, 0.8, 20.0
#: How many times as fast Sunline shall be.
WANTED = 50.0


def by_pyworkforce(rates: list[float]) -> list[int]:
    """Agents for each rate of calls an hour."""
    answers = []
    for rate in rates:
        plan = ErlangC(transactions=rate, interval=60, aht=HANDLE_S / 60.0, asa=THRESHOLD_S / 60.0)
        answers.append(plan.required_positions(service_level=SHARE)["raw_positions"])
    return answers


def by_sunline(rates: np.ndarray) -> np.ndarray:
    """Agents for each rate of calls an hour."""
    target = ServiceLevelTarget(share=SHARE, threshold_s=THRESHOLD_S)
    return smallest_agents(arrivals_per_hour=rates, mean_handle_s=HANDLE_S, target=target).agents


def main() -> int:
    """Measures, prints, and says by its status whether both agree and Sunline is fast enough."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    rates = np.linspace(20.0, 6_000.0, given.rows)
    listed = rates.tolist()
    ratios, theirs_s, ours_s = [], [], []
    for _ in range(given.rounds):
        began = process_time()
        theirs = by_pyworkforce(listed)
        between = process_time()
        # So short that it is measured ten times over.
        for _ in range(10):
            ours = by_sunline(rates)
        ended = process_time()
        theirs_s.append(between - began)
        ours_s.append((ended - between) / 10)
        ratios.append(theirs_s[-1] / ours_s[-1])
    off = [
        (rate, found, expected)
        for rate, found, expected in zip(listed, ours.astype(int).tolist(), theirs, strict=True)
        if found != expected
    ]
    print(head(describe()))
    print(f"{given.rows} intervals, CPU time an interval, median of {given.rounds} rounds")
    print(f"  pyworkforce  {median(theirs_s) / given.rows * 1e6:9.2f} µs")
    print(f"  sunline      {median(ours_s) / given.rows * 1e6:9.2f} µs")
    print(f"  ratio        {median(ratios):9.1f}")
    # pyworkforce begins at the rounded load plus one, so where fewer suffice it cannot say so.
    more = [row for row in off if row[1] > row[2]]
    print(
        f"  answers      {given.rows - len(off)} agree, {len(off) - len(more)} need fewer agents by sunline"
    )
    for rate, found, expected in more[:5]:
        print(f"  {rate:.2f} calls an hour: {found} agents, pyworkforce {expected}")
    return 1 if more or median(ratios) < WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
