"""Worlds that streams alone cannot say: moody days, batches, campaigns, customers who come back, rosters with gaps.

Contacts are drawn here, in Python, and handed to the simulator as planned contacts. They come from the same streams of
chance as the simulator's own, keyed by seed, replication, stream and contact: what is left as it is meets the same
customers, and each contact brings its conversation and patience with it under every policy.

>>> from datetime import UTC, datetime, timedelta
>>> from sunline.simulation import ContactStream, Exponential, Poisson
>>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
>>> calls = ContactStream(
...     queue="orders", arrivals=Poisson(rate_per_hour=60.0), handling=Exponential(mean_s=180.0)
... )
>>> mailing = Campaign(
...     stream=calls, at=nine, contacts=200.0, spread=Exponential(mean_s=1800.0)
... )
>>> day = drawn([calls], start=nine, end=nine + timedelta(hours=8), seed=1, campaigns=[mailing])
>>> len(day.at) > 8 * 60 + 150
True
"""

from sunline.traffic.days import Learning, Varied, run_days
from sunline.traffic.drawing import Batches, Campaign, Mood, drawn
from sunline.traffic.returns import Returns, run_with_returns
from sunline.traffic.rosters import absent, outage, shrunk

__all__ = [
    "Batches",
    "Campaign",
    "Learning",
    "Mood",
    "Returns",
    "Varied",
    "absent",
    "drawn",
    "outage",
    "run_days",
    "run_with_returns",
    "shrunk",
]
