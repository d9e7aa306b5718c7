"""The Erlang-A centre in Ciw, whose model it fits word for word.

The two-skill centre is beyond Ciw: the servers of a node all serve everyone who waits there, a server belongs to one
node, and what may be set is an order among servers or customers, not who may serve whom.
"""

import ciw
from centre import (
    BATCHES,
    ERLANG_A_AGENTS,
    PATIENCE_MEAN_S,
    SERVICE_MEAN_S,
    THRESHOLD_S,
    WARM_UP,
    arrival_gap_mean_s,
)
from peer import Tally, main


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike.

    Ciw writes a record when a contact leaves, so what is counted is what ended after the warm-up, in batches of equal
    time.
    """
    ciw.seed(seed)
    simulation = ciw.Simulation(
        ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(1 / arrival_gap_mean_s(ERLANG_A_AGENTS))],
            service_distributions=[ciw.dists.Exponential(1 / SERVICE_MEAN_S)],
            reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_MEAN_S)],
            number_of_servers=[ERLANG_A_AGENTS],
        )
    )
    simulation.simulate_until_max_customers(contacts, method="Arrive")
    records = simulation.get_all_records(only=["service", "renege"])
    began = max(record.arrival_date for record in records if record.id_number <= WARM_UP)
    span = (simulation.current_time - began) / BATCHES
    batches: list[list[ciw.data_record.DataRecord]] = [[] for _ in range(BATCHES)]
    for record in records:
        if record.exit_date > began:
            batches[min(int((record.exit_date - began) / span), BATCHES - 1)].append(record)
    return [_tally(batch, span) for batch in batches]


def _tally(ended: list[ciw.data_record.DataRecord], span: float) -> Tally:
    """The contacts that ended within a stretch of this many seconds."""
    answered = [record for record in ended if record.record_type == "service"]
    return Tally(
        elapsed_s=span,
        answered=len(answered),
        in_time=sum(record.waiting_time <= THRESHOLD_S for record in answered),
        abandoned=len(ended) - len(answered),
        waited_s=sum(record.waiting_time for record in ended),
        served_s=sum(record.service_time for record in answered),
    )


if __name__ == "__main__":
    main("The Erlang-A centre in Ciw.", {"erlang-a": erlang_a})
