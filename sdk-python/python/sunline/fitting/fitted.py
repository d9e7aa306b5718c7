"""From a log to a world that can be run at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import numpy as np

from sunline.config import AgentSpec, AnswerMode, ChannelConfig, Config, OfferConfig, QueueConfig, SkillConfig
from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.fitting._local import Ints, midnight, zone_of
from sunline.fitting.agents import LEAST_CONTACTS, AgentEffects, at_average_pace, fit_agents
from sunline.fitting.durations import DurationFit, fit_durations
from sunline.fitting.habits import Habits
from sunline.fitting.log import ContactLog
from sunline.fitting.patience import PatienceFit, fit_patience
from sunline.fitting.rates import RateFit, fit_rates
from sunline.fitting.roster import AWAY_AFTER, Roster, infer_roster
from sunline.simulation.arrivals import Piecewise
from sunline.simulation.distributions import Distribution, Empirical
from sunline.simulation.scenario import ContactStream, Scenario, Shift

Laws = Literal["seen", "parametric"]
"""Which laws a scenario has: what was seen itself, or the best of the parametric ones."""

_DAY = timedelta(days=1)
LEAST_OF_PART = 100  #: Known lengths of a part of the day; with fewer the law of the whole day stands in.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueFit:
    """One queue of a log."""

    name: str
    contacts: int
    service_level: float  #: Answered within `answer_within` ÷ (answered + given up), as seen.
    abandonment: float  #: Given up ÷ all, as seen.
    mean_wait_s: float  #: Of all, zeros counted, as seen.
    handling: DurationFit  #: Conversations, as by an agent of pace 1.
    #: The same by part of the day, which begins at that hour; the whole day's where a part has too few.
    handling_from: Mapping[int, DurationFit]
    patience: PatienceFit | None  #: `None`: too few gave up to tell.
    rates: Mapping[int, RateFit]  #: By the points that contacts brought.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A log as laws. Made by `sunline.fit`."""

    log: ContactLog
    days: tuple[date, ...]  #: The local days it rests on.
    queues: Mapping[str, QueueFit]  #: By name, those with enough contacts.
    left_out: Mapping[str, str]  #: Queues left out, with the reason.
    agents: AgentEffects
    roster: Roster  #: Of the days it rests on.
    answer_within: timedelta
    credit: Mapping[str, int]  #: Points that contacts of a queue have besides those they brought.
    #: How agents use the time between contacts, where `calibrate` has set it. Then conversations have the pause after
    #: them in their length, and there is no wrap-up.
    habits: Habits | None = None

    def __str__(self) -> str:
        lines = [
            f"{len(self.log)} contacts on {len(self.days)} days, {self.days[0]} to {self.days[-1]},"
            f" {self.log.zone}",
            f"{'queue':10}{'contacts':>9}{'SL':>7}{'gave up':>9}{'wait s':>8}"
            f"  {'handling: mean, cv, best law (distance)':42}patience: mean of best law (distance)",
        ]
        for name, queue in self.queues.items():
            law = queue.handling.best
            patience = "none: nobody gives up"
            if queue.patience is not None:
                best = queue.patience.best
                patience = f"{best.law.moments().mean_s:.0f} s, {best.name} ({best.distance:.3f})"
            handling = (
                f"{queue.handling.mean_s:.0f} s, {queue.handling.cv:.2f}, {law.name} ({law.distance:.3f})"
            )
            lines.append(
                f"{name:10}{queue.contacts:>9}{queue.service_level:>7.3f}{queue.abandonment:>9.3f}"
                f"{queue.mean_wait_s:>8.1f}  {handling:42}{patience}"
            )
        for name, queue in self.queues.items():
            for points, rate in queue.rates.items():
                lines.append(
                    f"arrivals {name} +{points}: dispersion {rate.dispersion:.2f} (p {rate.dispersion_p:.2g}),"
                    f" busyness of days cv {rate.busyness_cv:.3f}"
                )
        lines.append(
            f"{len(self.agents.agents)} agents; {100 * self.agents.variance_share:.1f} % of the variance of handle"
            f" times lies between them"
        )
        lines += [f"left out: {name}: {why}" for name, why in self.left_out.items()]
        return "\n".join(lines)

    def config(self, agents: Collection[str], *, wrap_up: Roster | None = None) -> Config:
        """A configuration with the log's queues and these agents, who serve what they were seen to serve.

        `wrap_up`: the roster whose pauses and queues count besides.

        Each queue asks for a skill of its own name; contacts go by points, one a second of waiting.
        """
        pauses = wrap_up or self.roster
        known = self.agents.agents
        specs = []
        for name in agents:
            taken = set(known[name].queues) if name in known else set()
            taken |= set(pauses.serves.get(name, ()))
            served = [queue for queue in self.queues if queue in taken]
            if served:
                pause = timedelta(0)
                if self.habits is None:
                    pause = timedelta(seconds=round(pauses.mean_pause_s(name), 3))
                specs.append(AgentSpec(name=name, skills=dict.fromkeys(served, 5), wrap_up=pause))
        config = Config(
            name="fitted",
            channels=[ChannelConfig(name="voice")],
            skills=[SkillConfig(name=name) for name in self.queues],
            queues=[
                QueueConfig(
                    name=name,
                    requires=f"{name} >= 1",
                    offer=OfferConfig(answer=AnswerMode.AUTO),
                    answer_within=self.answer_within,
                )
                for name in self.queues
            ],
            agents=specs,
        )
        return config if self.habits is None else self.habits.applied(config)

    def streams(
        self, day: date, *, days: int = 1, laws: Laws = "seen", busy: bool = True
    ) -> list[ContactStream]:
        """Contacts of the days from `day` on, by the rates of their weekdays."""
        found = []
        for name, queue in self.queues.items():
            patience: Distribution | None = None
            if queue.patience is not None:
                patience = queue.patience.follows_curve if laws == "seen" else queue.patience.best.law
            hours = sorted(queue.handling_from)
            for points, rate in queue.rates.items():
                whole = rate.arrivals(day, self.log.zone, days=days, busy=busy)
                for since, until in zip(hours, [*hours[1:], 24], strict=True):
                    part = queue.handling_from[since]
                    handling: Distribution = part.empirical.law if laws == "seen" else part.best.law
                    if self.habits is not None:
                        handling = Empirical(
                            samples_s=self.habits.lengthened(even_quantiles(handling), since)
                        )
                    found.append(
                        ContactStream(
                            queue=name,
                            arrivals=_within(whole, since, until, self.log.zone),
                            handling=handling,
                            patience=patience,
                            points=points + self.credit.get(name, 0),
                        )
                    )
        return found

    def scenario(
        self,
        day: date | None = None,
        *,
        roster: Roster | Mapping[str, Sequence[Shift]] | None = None,
        days: int = 1,
        laws: Laws = "seen",
        busy: bool = True,
        config: Config | None = None,
    ) -> Scenario:
        """A world of the days from local midnight of `day` on (`None`: the last day of the log), ready to run.

        `roster`: who is there when; without one, those who were there on the last day of the log with this weekday.
        `laws`: conversations and patience as seen, or by the best parametric law. `busy`: whether days vary beyond
        chance. `config`: another configuration in place of `Fit.config`; it must have the log's queues.
        """
        day = day or self.days[-1]
        where = zone_of(self.log.zone)
        start, end = midnight(day, where), midnight(day + days * _DAY, where)
        if roster is None:
            shifts, pauses = self._typical(day, days), None
        elif isinstance(roster, Roster):
            shifts, pauses = dict(roster.shifts), roster
        else:
            shifts, pauses = {name: tuple(one) for name, one in roster.items()}, None
        inside = {
            name: tuple(s for s in own if s.until > start and s.since < end + timedelta(hours=6))
            for name, own in shifts.items()
        }
        inside = {name: own for name, own in inside.items() if own}
        settings = config or self.config(sorted(inside), wrap_up=self.roster if pauses is None else pauses)
        there = {agent.name for agent in settings.agents}
        if not there & set(inside):
            raise InvalidArgument(
                f"nobody of the log's agents is there on {day}; give a roster with shifts on that day",
                code="empty",
                argument="roster",
            )
        return Scenario(
            config=settings,
            start=start,
            end=end,
            streams=self.streams(day, days=days, laws=laws, busy=busy),
            shifts={name: own for name, own in inside.items() if name in there},
            pace={name: self.agents.agents[name].pace for name in there if name in self.agents.agents},
        )

    def _typical(self, day: date, days: int) -> dict[str, tuple[Shift, ...]]:
        """The shifts of the last day of each weekday, moved to the days asked for."""
        where = zone_of(self.log.zone)
        found: dict[str, list[Shift]] = {}
        for number in range(days):
            wanted = day + number * _DAY
            models = [one for one in self.days if one.weekday() == wanted.weekday()]
            if not models:
                raise StatisticsRefused(
                    f"the log has no {wanted:%A} to take the shifts from; give a roster", code="no_such_day"
                )
            model = models[-1]
            since, move = midnight(model, where), midnight(wanted, where) - midnight(model, where)
            until = midnight(model + _DAY, where)
            for name, shifts in self.roster.shifts.items():
                for shift in shifts:
                    if since <= shift.since < until:
                        found.setdefault(name, []).append(
                            Shift(since=shift.since + move, until=shift.until + move)
                        )
        return {name: tuple(shifts) for name, shifts in found.items()}


def fit(
    log: ContactLog,
    *,
    interval: timedelta = timedelta(minutes=30),
    alike: Sequence[Collection[int]] = (),
    answer_within: timedelta = timedelta(seconds=20),
    least_contacts: int = 50,
    away_after: timedelta = AWAY_AFTER,
    least_served: int = LEAST_CONTACTS,
    parts: Sequence[int] = (0,),
    credit: Mapping[str, int] | None = None,
) -> Fit:
    """Fits a log: rates by interval and weekday, conversations, patience, agents and their presence.

    `interval`: of rates. `alike`: sets of weekdays (0 Monday) whose days have one shape. `answer_within`: the threshold
    of the service level. `least_contacts`: queues with fewer are left out, and named in `Fit.left_out`.
    `away_after`: an agent is away where customers waited for longer and it took none. `least_served`: an agent serves a
    queue of which it took so many. `parts`: hours of the local day at which conversations change their law; the first
    is 0. `credit`: points that contacts of a queue have besides those they brought; one is worth a second of waiting.

    Raises `InvalidArgument` where nothing is left to fit, with what to change.
    """
    if len(log) == 0:
        raise InvalidArgument(
            "the log has no contact; read more of it, or widen the days", code="empty", argument="log"
        )
    if not parts or parts[0] != 0 or any(a >= b for a, b in pairwise([*parts, 24])):
        raise InvalidArgument(
            f"parts must be hours that rise from 0, such as (0, 12, 18), not {tuple(parts)}",
            code="out_of_range",
            argument="parts",
        )
    for name in credit or {}:
        log.place(name)
    day, second = log.local()
    seen = np.unique(day)
    effects = fit_agents(log, least_contacts=least_served)
    lengths = at_average_pace(log, effects)
    queues: dict[str, QueueFit] = {}
    left_out: dict[str, str] = {}
    for place, name in enumerate(log.queues):
        mine = log.queue == place
        if int(mine.sum()) < least_contacts:
            left_out[name] = f"{int(mine.sum())} contacts, fewer than {least_contacts}"
            continue
        try:
            handling = fit_durations(lengths[mine & log.served])
        except StatisticsRefused as refused:
            left_out[name] = str(refused)
            continue
        waits, gave_up = log.waited_s[mine], ~log.served[mine]
        patience: PatienceFit | None = None
        if int(gave_up.sum()) >= 5:
            patience = fit_patience(waits, gave_up)
        queues[name] = QueueFit(
            name=name,
            contacts=int(mine.sum()),
            service_level=float((~gave_up & (waits <= answer_within.total_seconds())).mean()),
            abandonment=float(gave_up.mean()),
            mean_wait_s=float(waits.mean()),
            handling=handling,
            handling_from={
                since: _part(
                    lengths[mine & log.served & (second >= 3600 * since) & (second < 3600 * until)], handling
                )
                for since, until in pairwise([*parts, 24])
            },
            patience=patience,
            rates=_rates(log, mine, day, second, seen, interval, alike),
        )
    if not queues:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise InvalidArgument(
            f"no queue is left to fit ({reasons}); read more of the log or lower least_contacts",
            code="empty",
            argument="log",
        )
    kept = log.of_queues(list(queues))
    return Fit(
        log=log,
        days=log.days,
        queues=queues,
        left_out=left_out,
        agents=effects,
        roster=infer_roster(kept, away_after=away_after),
        answer_within=answer_within,
        credit=dict(credit or {}),
    )


def _part(lengths: "np.typing.NDArray[np.float64]", whole: DurationFit) -> DurationFit:
    known = lengths[~np.isnan(lengths)]
    return fit_durations(known) if len(known) >= LEAST_OF_PART else whole


def even_quantiles(law: Distribution) -> "np.typing.NDArray[np.float64]":
    """Lengths that stand for a law: those of an empirical one, draws of another."""
    if isinstance(law, Empirical):
        return np.asarray(law.samples_s, dtype="f8")
    return np.frombuffer(law.to_native().draws(0, 0, "study", 0, 4000), dtype="i8") / 1e9


def _within(whole: Piecewise, since: int, until: int, zone: str) -> Piecewise:
    """The arrivals of the hours from `since` to `until` of each local day."""
    if (since, until) == (0, 24):
        return whole
    where = zone_of(zone)
    segments = [one for one in whole.segments if since <= one.since.astimezone(where).hour < until]
    period = whole.busyness
    return Piecewise(segments=segments, busyness=period)


def _rates(
    log: ContactLog,
    mine: "np.typing.NDArray[np.bool_]",
    day: Ints,
    second: "np.typing.NDArray[np.float64]",
    seen: Ints,
    interval: timedelta,
    alike: Sequence[Collection[int]],
) -> dict[int, RateFit]:
    found = {}
    for points in np.unique(log.points[mine]):
        rows = mine & (log.points == points)
        found[int(points)] = fit_rates(day[rows], second[rows], days=seen, interval=interval, alike=alike)
    return found


def roster_of(log: ContactLog, day: date, *, away_after: timedelta = AWAY_AFTER) -> Roster:
    """Presence on one local day of a log, with the hours after midnight that belong to its shifts."""
    return infer_roster(log.between(day, day), away_after=away_after)


__all__ = ["Fit", "Laws", "QueueFit", "fit", "roster_of"]
