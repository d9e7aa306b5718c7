"""What both centres share. Instants and spans are seconds, in floating point.

The same figures stand in `rust_loop/src/centre.rs`; the answers of every peer are compared on each run, so the two
cannot drift apart unnoticed.
"""

SERVICE_MEAN_S = 300.0
PATIENCE_MEAN_S = 600.0
LOAD = 0.95  #: Arrival rate × mean service time ÷ agents.
THRESHOLD_S = 20.0  #: A wait of at most this is inside the service level.
WARM_UP = 2_000  #: Arrivals before counting starts: about twenty mean service times from the empty centre.
BATCHES = 20  #: Stretches in which the rest is counted; their scatter gives the standard errors.
CONTACTS_MIN = 2 * WARM_UP  #: The fewest contacts that leave something to count in every batch.

ERLANG_A_AGENTS = 100

TYPES = 6  #: Contact types of the two-skill centre, on a ring.
GROUP_SIZE = 15  #: Agents between type g (level 1) and type g + 1 (level 2).
TWO_SKILL_AGENTS = TYPES * GROUP_SIZE

#: The centres by the name that `--centre` takes, with their agents.
AGENTS = {"erlang-a": ERLANG_A_AGENTS, "two-skill": TWO_SKILL_AGENTS}


def arrival_gap_mean_s(agents: int) -> float:
    """Mean time between arrivals, in seconds, that loads this many agents to `LOAD`."""
    return SERVICE_MEAN_S / (LOAD * agents)


def stretches(contacts: int) -> list[int]:
    """How many arrivals each stretch has: first the warm-up, then the batches."""
    counted = contacts - WARM_UP
    return [WARM_UP] + [(n + 1) * counted // BATCHES - n * counted // BATCHES for n in range(BATCHES)]
