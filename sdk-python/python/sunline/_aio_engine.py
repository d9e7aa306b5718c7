"""The live engine of asyncio programs: who waits for its answers."""

from sunline._engine import EngineBase
from sunline._reactor import Reactor


class ReactorEngine(EngineBase):
    """An engine whose answers come to a loop."""

    __slots__ = ("_reactor",)

    _reactor: Reactor
