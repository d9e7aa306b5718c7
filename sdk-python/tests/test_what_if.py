"""A day that really was, under another policy; and the notebook, from a real log to a plan."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import sunline
from sunline.config import AgentRule, QueueConfig
from sunline.fitting import ContactLog, Fit, log_of, planned, read_log, roster_of, what_if
from sunline.simulation import Simulation

from tests.test_workbench import NINE, two_skills

ROOT = Path(__file__).resolve().parents[2]
BANK_DAY = ROOT / "examples/data/bank-day.csv"
TENTH_OF_MAY = date(1999, 5, 10)


@pytest.fixture(scope="module")
def bank() -> ContactLog:
    """A real day."""
    return read_log(BANK_DAY, zone="Asia/Jerusalem")


@pytest.fixture(scope="module")
def fitted(bank: ContactLog) -> Fit:
    """The laws of that day."""
    made: Fit = sunline.fit(bank, least_contacts=30)
    return made


def test_what_the_log_says_is_kept_and_the_rest_is_drawn_once(bank: ContactLog, fitted: Fit) -> None:
    log = bank.of_queues(["PS", "NW"])
    first, again, other = (planned(fitted, log, seed=seed) for seed in (1, 1, 2))
    patience, handling = np.asarray(first.patience), np.asarray(first.handling)
    assert np.array_equal(patience, np.asarray(again.patience))
    assert not np.array_equal(patience, np.asarray(other.patience))
    assert np.array_equal(patience[~log.served], log.waited_s[~log.served])
    assert bool((patience[log.served] > log.waited_s[log.served]).all())
    assert not np.isnan(handling).any()


def test_a_policy_that_changes_nothing_changes_nobody(bank: ContactLog, fitted: Fit) -> None:
    roster = roster_of(bank.of_queues(list(fitted.queues)), TENTH_OF_MAY)
    same = fitted.config(sorted(roster.shifts), wrap_up=roster)
    assert what_if(fitted, bank, TENTH_OF_MAY, same).changed == 0


def test_priority_for_prospects_changes_some_and_says_why(bank: ContactLog, fitted: Fit) -> None:
    roster = roster_of(bank.of_queues(list(fitted.queues)), TENTH_OF_MAY)
    config = fitted.config(sorted(roster.shifts), wrap_up=roster)

    def ahead(queue: QueueConfig) -> QueueConfig:
        return replace(queue, base_points=600) if queue.name == "NW" else queue

    better = replace(config, queues=[ahead(queue) for queue in config.queues])
    seen = what_if(fitted, bank, TENTH_OF_MAY, better)
    changes = seen.changes.to_pandas()
    assert 0 < seen.changed == len(changes) <= seen.contacts
    prospects = changes[changes["queue"] == "NW"]
    saved = prospects["waited_before"] - prospects["waited_after"]
    assert saved.dt.total_seconds().mean() > 20.0
    assert seen.other.queue("NW").abandoned < seen.base.queue("NW").abandoned
    assert seen.base.total.arrived == seen.other.total.arrived == seen.contacts
    gained = changes[(changes["outcome_before"] == "abandoned") & (changes["outcome_after"] == "served")]
    assert len(gained) > 0
    assert gained["why_before"].isna().all()
    assert gained["why_after"].astype(str).str.contains("points|longest idle").all()
    assert "would have had another" in str(seen)
    with pytest.raises(sunline.InvalidArgument, match="it has days 1999-05-10"):
        what_if(fitted, bank, date(2000, 1, 1), better)


def test_a_run_or_a_journal_is_a_log_again() -> None:
    run = Simulation(two_skills()).run(3)
    log = log_of(run)
    assert (len(log), int(log.served.sum())) == (run.total.arrived, run.total.answered)
    assert float(log.waited_s.mean()) == pytest.approx((run.total.mean_wait_ns or 0) / 1e9)
    fitted = sunline.fit(log)
    roster = roster_of(log, NINE.date())
    config = fitted.config(sorted(roster.shifts), wrap_up=roster)
    other = replace(
        config,
        queues=[replace(queue, agent_rule=AgentRule.LEAST_QUALIFIED_SUFFICIENT) for queue in config.queues],
    )
    assert what_if(fitted, log, NINE.date(), other).contacts == len(log)


@pytest.mark.parametrize("name", ["bank_day", "bank_weeks"])
def test_the_notebooks_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((ROOT / f"examples/notebooks/{name}.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    # A fraction of what is run to look at, so that every cell is known to work.
    space: dict[str, object] = {"DATA": ROOT / "examples/data", "display": lambda *_: None, "EFFORT": (4, 1)}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 6
    for number, cell in enumerate(cells):
        assert cell["outputs"] == [], "commit the notebook without outputs"
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), space)
    assert (tmp_path / f"{name.replace('_', '-')}.html").stat().st_size > 50_000
    assert space["plan"] is not None
