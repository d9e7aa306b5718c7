"""A log becomes a world: what was put into it is found again, and what cannot be fitted is said."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sunline
from sunline.config import load_config
from sunline.fitting import (
    ContactLog,
    Fit,
    calibrate,
    fit_durations,
    fit_patience,
    fit_rates,
    infer_roster,
    log_from_table,
    read_log,
    survival_curve,
    validate,
)
from sunline.fitting import fit as fit_log
from sunline.fitting._local import local, midnight, zone_of
from sunline.fitting.habits import seen_pauses
from sunline.fitting.validation import by_hour
from sunline.simulation import (
    ContactStream,
    Lognormal,
    Piecewise,
    Scenario,
    Shift,
    Simulation,
    Weibull,
)

ZONE = "Europe/Berlin"
RATES = [0.0] * 16 + [40.0, 60.0, 70.0, 60.0, 50.0, 50.0, 45.0, 40.0, 30.0, 20.0] + [0.0] * 22
MONDAY = date(2026, 3, 2)
CONFIG = """
    name = "shop"
    channels = [{ name = "voice" }]
    queues = [{ name = "orders", offer = { answer = "auto" } }]
    agents = [%s]
"""


def worked(weeks: int = 4, agents: int = 12, wrap_up_s: int = 0) -> ContactLog:
    """Weeks of a shop whose laws are known: agent 0 takes twice as long as the others; Wednesdays are half as busy."""
    columns: dict[str, list[np.ndarray]] = {
        name: [] for name in ("at", "waited", "served", "handled", "agent")
    }
    for number in range(7 * weeks):
        day = MONDAY + timedelta(days=number)
        if day.weekday() > 4:
            continue
        start = midnight(day, zone_of(ZONE))
        shift = Shift(since=start + timedelta(hours=8), until=start + timedelta(hours=13, minutes=30))
        names = [f"agent {n}" for n in range(agents)]
        expected = [rate * (0.5 if day.weekday() == 2 else 1.0) for rate in RATES]
        scenario = Scenario(
            config=CONFIG % ", ".join(f"{{ name = '{name}', wrap_up = '{wrap_up_s}s' }}" for name in names),
            start=start,
            end=start + timedelta(days=1),
            streams=[
                ContactStream(
                    queue="orders",
                    arrivals=Piecewise.from_expected(
                        start=start, step=timedelta(minutes=30), expected=expected
                    ),
                    handling=Lognormal(mean_s=300.0, cv=1.0),
                    patience=Weibull(shape=0.8, scale_s=240.0),
                )
            ],
            shifts={name: [shift] for name in names},
            pace={"agent 0": 2.0},
        )
        contacts = Simulation(scenario).run(number).contacts
        columns["at"].append(contacts.to_numpy("arrived_at"))
        columns["waited"].append(contacts.to_numpy("waited"))
        columns["served"].append(contacts.to_numpy("outcome") == "served")
        columns["handled"].append(contacts.to_numpy("talked").astype("f8") / 1e9)
        columns["agent"].append(np.where(contacts.codes("agent") < 0, "", contacts.to_numpy("agent")))
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    served = joined["served"]
    return log_from_table(
        arrived_at=joined["at"],
        queue="orders",
        waited=joined["waited"],
        served=served.tolist(),
        handled=np.where(served, joined["handled"], np.nan),
        agent=joined["agent"].astype(object),
        zone=ZONE,
    )


@pytest.fixture(scope="module")
def log() -> ContactLog:
    """Four weeks."""
    return worked()


@pytest.fixture(scope="module")
def fitted(log: ContactLog) -> Fit:
    """The first three of them, as laws."""
    return fit_log(log.between(MONDAY, MONDAY + timedelta(days=20)), alike=[range(5)])


def test_what_was_put_in_is_found_again(fitted: Fit) -> None:
    queue = fitted.queues["orders"]
    rates = queue.rates[0]
    monday, wednesday = rates.expected[0], rates.expected[2]
    assert monday.sum() == pytest.approx(sum(RATES), rel=0.06)
    assert wednesday.sum() == pytest.approx(sum(RATES) / 2, rel=0.08)
    assert monday[18] == pytest.approx(70.0, rel=0.1)
    assert monday[:16].sum() == 0
    assert rates.dispersion == pytest.approx(1.0, abs=0.25)
    assert rates.dispersion_p > 0.001
    assert rates.busyness_cv < 0.1
    assert queue.handling.best.name == "lognormal"
    assert queue.handling.best.distance < 0.02
    law = queue.handling.best.law.moments()
    assert law.mean_s == pytest.approx(300.0, rel=0.08)
    assert law.cv == pytest.approx(1.0, abs=0.1)
    assert queue.patience is not None
    best = queue.patience.best.law
    assert isinstance(best, Weibull)
    assert best.shape == pytest.approx(0.8, abs=0.08)
    assert best.scale_s == pytest.approx(240.0, rel=0.2)
    paces = {name: agent.pace for name, agent in fitted.agents.agents.items()}
    others = [pace for name, pace in paces.items() if name != "agent 0"]
    assert paces["agent 0"] / float(np.mean(others)) == pytest.approx(2.0, rel=0.2)
    assert 0.01 < fitted.agents.variance_share < 0.2


def test_the_fitted_world_runs_at_once_and_stands_days_it_has_not_seen(fitted: Fit, log: ContactLog) -> None:
    total = Simulation(fitted.scenario(MONDAY + timedelta(days=21))).run(1).total
    assert total.arrived == pytest.approx(sum(RATES), rel=0.2)
    held_out = log.between(MONDAY + timedelta(days=21), MONDAY + timedelta(days=27))
    checked = validate(fitted, held_out, replications=60, least_contacts=100)
    assert len(checked.checks) >= 12
    assert checked.share_inside() >= 0.8, str(checked)


def test_shifts_show_in_the_contacts_taken(log: ContactLog) -> None:
    day = log.between(MONDAY, MONDAY)
    roster = infer_roster(day)
    start = midnight(MONDAY, zone_of(ZONE)).timestamp()
    assert set(roster.serves.values()) == {("orders",)}
    ten = roster.present(np.array([start + 10 * 3600.0, start + 3 * 3600.0]))
    assert ten[0] == pytest.approx(12, abs=1)
    assert ten[1] == 0
    assert max(roster.mean_pause_s(agent) for agent in roster.shifts) < 2.0


def test_an_agent_is_away_while_others_wait_and_it_takes_nothing() -> None:
    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    at = [nine + timedelta(seconds=s) for s in (0, 100, 150, 700)]
    # Served at once; then, from 200 s on, one waits for 500 s though the agent had finished at 100 s.
    log = log_from_table(
        arrived_at=at,
        queue="q",
        waited=[0.0, 50.0, 550.0, 60.0],
        served=[True] * 4,
        handled=[100.0, 40.0, 50.0, 50.0],
        agent=["ann"] * 4,
    )
    shifts = infer_roster(log).shifts["ann"]
    assert len(shifts) == 2
    assert shifts[1].since == nine + timedelta(seconds=700)
    assert nine + timedelta(seconds=150) <= shifts[0].until <= nine + timedelta(seconds=190)
    assert len(infer_roster(log, away_after=timedelta(minutes=20)).shifts["ann"]) == 1


def test_kaplan_and_meier_by_hand() -> None:
    # Waits 1, 2+, 3, 3, 4+, 5 where + is answered: 5/6, then 2 of 4, then 1 of 1.
    curve = survival_curve(np.array([1.0, 2.0, 3.0, 3.0, 4.0, 5.0]), np.array([1, 0, 1, 1, 0, 1], dtype="?"))
    assert curve.time_s.tolist() == [1.0, 3.0, 5.0]
    assert curve.share.tolist() == pytest.approx([5 / 6, 5 / 12, 0.0])
    assert curve.at_risk.tolist() == [6, 4, 1]
    assert curve.standard_error[1] == pytest.approx(5 / 12 * (1 / 30 + 2 / 8) ** 0.5)


def test_censored_patience_is_not_taken_for_short() -> None:
    chance = np.random.default_rng(5)
    patience, offered = chance.exponential(400.0, 20_000), chance.exponential(100.0, 20_000)
    fit = fit_patience(np.minimum(patience, offered), patience < offered)
    mean = fit.best.law.moments().mean_s
    assert mean == pytest.approx(400.0, rel=0.05)
    naive = float(np.minimum(patience, offered)[patience < offered].mean())
    assert naive < 100.0
    assert min(law.distance for law in fit.laws) < 0.03
    assert fit.follows_curve.moments().mean_s == pytest.approx(400.0, rel=0.1)
    low, high = fit.curve.interval(4.0)
    for seconds in (20.0, 100.0, 300.0):
        place = int(np.searchsorted(fit.curve.time_s, seconds)) - 1
        assert low[place] <= np.exp(-seconds / 400) <= high[place]


def test_the_law_that_made_the_lengths_is_the_best() -> None:
    chance = np.random.default_rng(6)
    sigma = np.log(2.0) ** 0.5
    for name, lengths in [
        ("exponential", chance.exponential(200.0, 4000)),
        ("lognormal", chance.lognormal(5.0, sigma, 4000)),
        ("weibull", 200.0 * chance.weibull(1.6, 4000)),
        ("hyperexponential", np.where(chance.random(4000) < 0.6, 0.2, 2.0) * chance.exponential(200.0, 4000)),
    ]:
        fit = fit_durations(lengths)
        assert fit.best.name == name or fit.best.aic > fit.laws[1].aic - 4.0
        assert fit.best.distance < 1.36 / 4000**0.5 * 1.2
        assert fit.empirical.law.moments().mean_s == pytest.approx(float(lengths.mean()), rel=1e-3)


def test_days_that_vary_more_than_chance_are_seen() -> None:
    chance = np.random.default_rng(7)
    days = np.arange(20_000, 20_000 + 700)
    totals = chance.poisson(200.0 * chance.gamma(25.0, 1 / 25.0, 700))
    day, second = np.repeat(days, totals), chance.random(int(totals.sum())) * 86_400
    rates = fit_rates(day, second, days=days)
    assert rates.busyness_cv == pytest.approx(0.2, abs=0.02)
    assert rates.dispersion_p < 1e-6


def test_local_days_follow_the_zone_over_a_change_of_the_clocks() -> None:
    berlin = zone_of(ZONE)
    at = [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    day, second = local(np.array([round(t.timestamp() * 1e9) for t in at]), berlin)
    assert (second / 3600).tolist() == [1.5, 3.5]
    assert len(set(day.tolist())) == 1


GENERIC = """arrived_at,queue,waited_s,outcome,handled_s,agent
2026-03-02T09:00:00+01:00,bills,4.5,served,60,ann
2026-03-02T09:01:00,bills,30,abandoned,,
2026-03-02T09:02:00,bills,0,blocked,,
"""
BANK = """date,type,priority,queued,queue_entry_s,wait_s,outcome,service_start_s,service_s,agent
1999-04-04,PS,2,1,36005,10,served,36015,80,A01
1999-04-04,PS,1,1,36015,12,served,86400,0,A02
1999-04-04,PS,0,0,36025,0,vru_exit,-1,-1,
"""


def test_both_formats_are_read(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(GENERIC)
    log = read_log(tmp_path / "log.csv", zone=ZONE)
    assert (len(log), log.dropped, log.agents) == (2, {"blocked": 1}, ("ann",))
    assert log.arrived_ns[1] - log.arrived_ns[0] == 60_000_000_000
    assert np.isnan(log.handled_s[1])
    (tmp_path / "bank.csv").write_text(BANK)
    bank = read_log(tmp_path / "bank.csv", zone="Asia/Jerusalem")
    assert bank.points.tolist() == [90, 0]
    assert bank.handled_s[0] == 80.0
    assert np.isnan(bank.handled_s[1])
    assert bank.local()[1][0] == 36_005.0


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (GENERIC.replace("waited_s", "wait"), "has no column waited_s", 1),
        (GENERIC.replace(",4.5,", ",soon,"), "could not convert", 2),
        (GENERIC.replace(",30,", ",-3,"), "waits are 0 or more", 3),
    ],
)
def test_a_log_that_cannot_be_read_says_what_to_change(
    tmp_path: Path, text: str, says: str, line: int
) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(sunline.LogInvalid, match=says) as refused:
        read_log(tmp_path / "log.csv")
    assert refused.value.line == line


def test_pauses_show_where_somebody_waited() -> None:
    pausing = worked(weeks=1, agents=9, wrap_up_s=30)
    (pauses,) = seen_pauses(pausing, (0,)).values()
    assert float(np.median(pauses)) == pytest.approx(30.0, abs=3.0)
    assert float(np.mean(pauses > 60.0)) < 0.1


def test_habits_are_set_until_the_fitted_days_come_out_as_they_were() -> None:
    pausing = worked(weeks=1, agents=9, wrap_up_s=30)
    plain = fit_log(pausing, alike=[range(5)])
    world = calibrate(plain, rounds=6, replications=6)
    assert world.habits is not None
    simulated, truth = by_hour(world, pausing, replications=10, seed=7)
    gave_up, waited = (simulated.mean(axis=0).sum(axis=0) / truth.sum(axis=0))[2:]
    assert gave_up == pytest.approx(1.0, abs=0.15)
    assert waited == pytest.approx(1.0, abs=0.15)
    pools = load_config(world.scenario(MONDAY).config).pools
    assert [pool.name for pool in pools] == ["ready", "slow"]
    assert plain.habits is None


def test_fit_is_a_word_of_the_package(log: ContactLog) -> None:
    assert sunline.fit is fit_log
    assert str(sunline.fit(log)).startswith(f"{len(log)} contacts on 20 days")


def test_what_cannot_be_fitted_says_what_to_change(log: ContactLog, fitted: Fit) -> None:
    with pytest.raises(sunline.InvalidArgument, match="widen the days"):
        fit_log(log.between(date(2020, 1, 1), date(2020, 1, 2)))
    with pytest.raises(sunline.InvalidArgument, match="lower least_contacts"):
        fit_log(log, least_contacts=10**9)
    with pytest.raises(sunline.InvalidArgument, match="15, 30 or 60"):
        fit_log(log, interval=timedelta(minutes=7))
    with pytest.raises(sunline.InvalidArgument, match="it has orders"):
        log.of_queues(["bills"])
    with pytest.raises(sunline.StatisticsRefused, match="Saturday"):
        fitted.scenario(date(2026, 3, 28))
    with pytest.raises(sunline.InvalidArgument, match="Europe/Berlin"):
        read_log("x.csv", zone="Nowhere")


def test_a_page_of_a_fit_has_its_pictures(fitted: Fit, log: ContactLog, tmp_path: Path) -> None:
    held_out = log.between(MONDAY + timedelta(days=21), MONDAY + timedelta(days=21))
    checked = validate(fitted, held_out, replications=20, least_contacts=50)
    page = sunline.report([fitted, checked], tmp_path / "fit.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 2 + 3
    assert "lognormal" in page
