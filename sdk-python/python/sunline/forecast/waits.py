"""The wait of one contact, given who is ahead of it."""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, cast, overload

from sunline.errors import InvalidArgument
from sunline.forecast._rows import Numbers, many, one, per_second

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

# A float is one of `Numbers` too; the first overload that fits is the one that holds.
# mypy: disable-error-code="overload-overlap"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLaw:
    """How long a contact will wait, given how many are ahead of it.

    >>> fifth = WaitLaw(ahead=4, agents=14, mean_handle_s=180.0, mean_patience_s=300.0)
    >>> fifth.quantile(0.1) < fifth.mean_s < fifth.quantile(0.9)
    True
    """

    ahead: int  #: Contacts that wait before it.
    agents: int  #: Agents who serve, all busy.
    mean_handle_s: float
    mean_patience_s: float | None = None  #: Of those ahead, exponential; `None`: endless.
    given_served: bool = False  #: Whether the contact may give up too, and is known to have been served.
    #: It has waited so long already with as many ahead as at the start; figures are of what is left.
    waited_s: float = 0.0

    @property
    def mean_s(self) -> float:
        """Mean wait."""
        return self._figures()[0]

    @property
    def standard_deviation_s(self) -> float:
        """Standard deviation of the wait."""
        return sqrt(self._figures()[1])

    @property
    def p_served(self) -> float:
        """Probability that a contact with the patience of the others is served before it gives up."""
        return self._figures()[2]

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Numbers) -> "Reals": ...
    def quantile(self, p: Numbers) -> "float | Reals":
        """The wait, in seconds, that is not exceeded with probability `p`."""
        return one("wait_quantile", *self._law(), p)

    @overload
    def cdf(self, t_s: float) -> float: ...
    @overload
    def cdf(self, t_s: Numbers) -> "Reals": ...
    def cdf(self, t_s: Numbers) -> "float | Reals":
        """Probability of a wait of at most `t_s` seconds."""
        return one("wait_cdf", *self._law(), t_s)

    @overload
    def p_served_within(self, t_s: float) -> float: ...
    @overload
    def p_served_within(self, t_s: Numbers) -> "Reals": ...
    def p_served_within(self, t_s: Numbers) -> "float | Reals":
        """Probability that it is served, and within `t_s` seconds: that it meets its service level."""
        return one("wait_served_within", *self._law(), t_s)

    def _figures(self) -> list[float]:
        return cast("list[float]", many("wait", *self._law()))

    def _law(self) -> tuple[float, float, float, float, float]:
        if self.mean_handle_s == 0 or self.mean_patience_s == 0:
            raise InvalidArgument("times are above 0 s", code="out_of_range", argument="mean_handle_s")
        drain = self.agents / self.mean_handle_s
        abandonment = 0.0 if self.mean_patience_s is None else 1.0 / self.mean_patience_s
        return float(self.ahead), drain, abandonment, float(self.given_served), self.waited_s


@overload
def wait_by_head_of_line(
    age_s: float, *, agents: float, arrivals_per_hour: float, mean_handle_s: float, mean_patience_s: float
) -> float: ...
@overload
def wait_by_head_of_line(
    age_s: Numbers,
    *,
    agents: Numbers,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers,
) -> "Reals": ...
def wait_by_head_of_line(
    age_s: Numbers,
    *,
    agents: Numbers,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers,
) -> "float | Reals":
    """Mean wait, in seconds, of a newcomer when the first in line has waited `age_s` (Ibrahim and Whitt, 2009).

    For where nobody counts who is ahead; knowing the number is worth about half of the squared error.

    >>> wait = wait_by_head_of_line(
    ...     30.0, agents=10, arrivals_per_hour=220.0, mean_handle_s=180.0, mean_patience_s=240.0
    ... )
    >>> 30.0 < wait < 90.0
    True
    """
    return one("head_of_line", age_s, agents, per_second(arrivals_per_hour), mean_handle_s, mean_patience_s)
