"""Large groups in short: the square-root regime."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from sunline.forecast._rows import Numbers, many, one

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

# A float is one of `Numbers` too; the first overload that fits is the one that holds.
# mypy: disable-error-code="overload-overlap"

_T_co = TypeVar("_T_co", covariant=True)


@overload
def halfin_whitt(beta: float) -> float: ...
@overload
def halfin_whitt(beta: Numbers) -> "Reals": ...
def halfin_whitt(beta: Numbers) -> "float | Reals":
    """Probability of waiting in a large group staffed by the square-root rule, when nobody gives up; a limit."""
    return one("halfin_whitt", beta)


@overload
def halfin_whitt_beta(p_wait: float) -> float: ...
@overload
def halfin_whitt_beta(p_wait: Numbers) -> "Reals": ...
def halfin_whitt_beta(p_wait: Numbers) -> "float | Reals":
    """The margin `beta` with which a share `p_wait` has to wait: `halfin_whitt`, solved for its argument."""
    return one("halfin_whitt_beta", p_wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class GarnettLimit(Generic[_T_co]):
    """What Erlang A tends to in large groups."""

    p_wait: _T_co  #: Probability of waiting.
    #: Probability of giving up, given a wait, times √agents.
    p_abandon_given_wait_root: _T_co


@overload
def garnett_limit(beta: float, *, mean_handle_s: float, mean_patience_s: float) -> GarnettLimit[float]: ...
@overload
def garnett_limit(
    beta: Numbers, *, mean_handle_s: Numbers, mean_patience_s: Numbers
) -> "GarnettLimit[Reals]": ...
def garnett_limit(
    beta: Numbers, *, mean_handle_s: Numbers, mean_patience_s: Numbers
) -> "GarnettLimit[float] | GarnettLimit[Reals]":
    """The limit of Erlang A for a large group staffed at load + `beta` × √load (Garnett, Mandelbaum and Reiman).

    >>> limit = garnett_limit(-0.488, mean_handle_s=60.0, mean_patience_s=60.0)
    >>> round(limit.p_wait, 2)
    0.69
    """
    p_wait, root = many("garnett_limit", beta, mean_handle_s, mean_patience_s)
    return cast(
        "GarnettLimit[float] | GarnettLimit[Reals]",
        GarnettLimit(p_wait=p_wait, p_abandon_given_wait_root=root),
    )


@overload
def square_root_margin(agents: float, offered_load: float) -> float: ...
@overload
def square_root_margin(agents: Numbers, offered_load: Numbers) -> "Reals": ...
def square_root_margin(agents: Numbers, offered_load: Numbers) -> "float | Reals":
    """The `beta` of a number of agents: (agents − load) ÷ √load."""
    return one("square_root_margin", agents, offered_load)
