"""A log of contacts as columns: what came when, how long it waited, who took it and for how long."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sunline.errors import InvalidArgument
from sunline.fitting._local import Bools, Floats, Ints, day_number, day_of, local, zone_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContactLog:
    """Contacts that were answered or gave up, in order of arrival; one entry a contact in each column.

    Made by `read_log`, `ContactLog.from_table` or by hand.
    """

    arrived_ns: Ints  #: When each began to wait, nanoseconds since 1970.
    queue: Ints  #: Its queue, as a place in `queues`.
    waited_s: Floats  #: To the answer, or to giving up; seconds.
    served: Bools  #: Whether it was answered; the others gave up.
    handled_s: Floats  #: Length of the conversation, seconds; NaN: not known, or none.
    agent: Ints  #: Who answered, as a place in `agents`; −1: nobody, or not recorded.
    points: Ints  #: Priority points it brought.
    queues: tuple[str, ...]  #: Names, each at least once in `queue`.
    agents: tuple[str, ...]
    zone: str = "UTC"  #: In which zone the days and hours of this centre lie, as an IANA name.
    #: Rows left out on reading, by reason.
    dropped: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        zone_of(self.zone)
        rows = len(self.arrived_ns)
        for name in ("queue", "waited_s", "served", "handled_s", "agent", "points"):
            found = len(getattr(self, name))
            if found != rows:
                raise InvalidArgument(
                    f"{name} has {found} entries and arrived_ns has {rows}; give one for each contact",
                    code="unequal_columns",
                    argument=name,
                )
        if rows and bool((np.diff(self.arrived_ns) < 0).any()):
            row = int(np.argmax(np.diff(self.arrived_ns) < 0)) + 1
            raise InvalidArgument(
                f"row {row} arrives before the one ahead of it; sort the log by arrival",
                code="out_of_order",
                argument="arrived_ns",
            )
        wrong = ~(self.waited_s >= 0)
        if bool(wrong.any()):
            row = int(np.argmax(wrong))
            raise InvalidArgument(
                f"row {row} waited {self.waited_s[row]} s; waits are 0 s or more, and every row has one",
                code="out_of_range",
                argument="waited_s",
            )

    def __len__(self) -> int:
        return len(self.arrived_ns)

    def __repr__(self) -> str:
        days = self.days
        when = f"{days[0]} to {days[-1]}" if days else "no day"
        return f"<ContactLog of {len(self)} contacts, {when}: {', '.join(self.queues)}>"

    @property
    def days(self) -> tuple[date, ...]:
        """The local days on which contacts came, in order."""
        return tuple(day_of(number) for number in np.unique(self.local()[0]))

    def local(self) -> tuple[Ints, Floats]:
        """Local day of each arrival since 1970, and seconds since midnight by the wall clock."""
        return local(self.arrived_ns, zone_of(self.zone))

    def between(self, first: date, last: date) -> "ContactLog":
        """The contacts of these local days, both included."""
        day, _ = self.local()
        return self.where((day >= day_number(first)) & (day <= day_number(last)))

    def without(self, days: Collection[date]) -> "ContactLog":
        """All but the contacts of these local days: holidays, outages."""
        day, _ = self.local()
        return self.where(~np.isin(day, [day_number(one) for one in days]))

    def on_weekdays(self, weekdays: Collection[int]) -> "ContactLog":
        """The contacts of these days of the week: 0 is Monday, 6 Sunday."""
        day, _ = self.local()
        return self.where(np.isin((day + 3) % 7, list(weekdays)))

    def of_queues(self, queues: Collection[str]) -> "ContactLog":
        """The contacts of these queues."""
        places = [self.place(queue) for queue in queues]
        return self.where(np.isin(self.queue, places))

    def place(self, queue: str) -> int:
        """The place of a queue in `queues`."""
        try:
            return self.queues.index(queue)
        except ValueError:
            raise InvalidArgument(
                f"the log has no queue {queue!r}; it has {', '.join(self.queues)}",
                code="unknown_queue",
                argument="queue",
            ) from None

    def where(self, rows: Bools) -> "ContactLog":
        """The rows for which this is true."""
        return replace(
            self,
            arrived_ns=self.arrived_ns[rows],
            queue=self.queue[rows],
            waited_s=self.waited_s[rows],
            served=self.served[rows],
            handled_s=self.handled_s[rows],
            agent=self.agent[rows],
            points=self.points[rows],
        )


__all__ = ["ContactLog"]
