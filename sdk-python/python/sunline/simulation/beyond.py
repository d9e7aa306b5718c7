"""What a world has beyond streams and shifts: contacts that are handed on, agents who learn, patience by the hour.

Contacts keep what they were drawn with: whom a transfer concerns, how long it takes then, and whose patience is longer
do not depend on the policy, so two policies still meet the same customers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sunline import _native
from sunline._instants import instant_ns, span_ns
from sunline.errors import InvalidArgument, ScenarioInvalid
from sunline.simulation.distributions import Distribution

_Law = _native.Distribution
#: Queues, share, conversation before, conversation after, patience.
_NativeTransfer = tuple[str, str, float, _Law | None, _Law, _Law | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A share of a queue's contacts that goes on to another queue.

    The engine decides whether a transfer may be: after too many, or back to a queue that the contact has left, it
    refuses, and the agent finishes the contact after all.
    """

    source: str  #: Name of the queue that hands on.
    target: str  #: Name of the queue that takes over.
    share: float  #: Share of the contacts served in `source`, 0 to 1; with its other transfers at most 1.
    #: Length of the conversation before. `None`: the contact's own, so that it is handed on after its service; a law:
    #: in place of its service.
    talk: Distribution | None = None
    handling: Distribution  #: Length of the conversation after.
    patience: Distribution | None = (
        None  #: How long the customer is willing to wait for it; `None`: for ever.
    )

    def to_native(self, path: str) -> _NativeTransfer:
        """The transfer as the engine knows it; `path` names it in a refusal."""
        try:
            talk = None if self.talk is None else self.talk.to_native()
            handling = self.handling.to_native()
            patience = None if self.patience is None else self.patience.to_native()
        except InvalidArgument as error:
            where = f"{path}.{error.argument}"
            raise ScenarioInvalid(f"{path}: {error}", code="invalid_parameter", path=where) from error
        return self.source, self.target, float(self.share), talk, handling, patience


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """How some agents learn the contacts of one queue: whenever experience doubles, `rate` of the handle time is left.

    After n contacts more, handle times are multiplied by max(`floor`, (1 + n ÷ before) ^ log2(`rate`)).
    From day to day agents learn by `sunline.traffic.run_days`.

    Source: Wright, "Factors Affecting the Cost of Airplanes", J. Aeronautical Sciences 3(4), 1936; for agents of call
    centres Gans, Liu, Mandelbaum, Shen and Ye, "Service Times in Call Centers", IMS Collections 6, 2010.
    """

    queue: str  #: Name of the queue.
    rate: float  #: Above 0 and at most 1; 0.9 is a tenth less at each doubling.
    floor: float = 0.0  #: Share of the first handle time that is always left, 0 to 1.
    #: Contacts of the queue that an agent has had before, by name, 1 or more. Who is not named has nothing to learn.
    experience: Mapping[str, float] = field(default_factory=dict)

    def to_native(self) -> tuple[str, float, float, list[tuple[str, float]]]:
        """The curve as the engine knows it."""
        before = [(name, float(contacts)) for name, contacts in self.experience.items()]
        return self.queue, float(self.rate), float(self.floor), before


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A factor that changes by the step and begins again after its last one: 24 of an hour are a day."""

    start: datetime  #: When the first step begins; timezone-aware. Earlier ones follow from going round backwards.
    step: timedelta = timedelta(hours=1)  #: Length of a step.
    factors: Sequence[float]  #: One or more, each above 0 and at most 1000.

    def to_native(self, path: str) -> tuple[int, int, list[float]]:
        """The cycle as the engine knows it; `path` names it in a refusal."""
        start, step = instant_ns(self.start, f"{path}.start"), span_ns(self.step, f"{path}.step")
        return start, step, [float(factor) for factor in self.factors]


__all__ = ["Cycle", "LearningCurve", "Transfer"]
