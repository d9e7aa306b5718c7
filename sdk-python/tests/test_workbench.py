"""Policies on the same customers, sweeps on any executor, tables, figures and pages of a run."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pytest
import sunline
from distributed import Client, LocalCluster
from sunline import _tabular
from sunline.simulation import ContactStream, Exponential, Poisson, Precision, Scenario, Simulation

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def two_skills(agents: int = 12, rule: str = "longest_idle", rate: float = 150.0) -> Scenario:
    """A centre in which half of the agents have both skills."""
    people = [
        f"{{ name = 'agent {n}', skills = {{ mail = 5{', calls = 5' if n % 2 else ''} }} }}"
        for n in range(agents)
    ]
    config = f"""
        name = "two"
        channels = [{{ name = "voice" }}]
        skills = [{{ name = "calls" }}, {{ name = "mail" }}]
        queues = [
            {{ name = "calls", requires = "calls >= 1", agent_rule = "{rule}", offer = {{ answer = "auto" }} }},
            {{ name = "mail", requires = "mail >= 1", agent_rule = "{rule}", offer = {{ answer = "auto" }} }},
        ]
        agents = [{", ".join(people)}]
    """

    def stream(queue: str, share: float) -> ContactStream:
        return ContactStream(
            queue=queue,
            arrivals=Poisson(rate_per_hour=rate * share),
            handling=Exponential(mean_s=200.0),
            patience=Exponential(mean_s=300.0),
        )

    return Scenario(
        config=config,
        start=NINE,
        end=NINE + timedelta(hours=8),
        streams=[stream("calls", 0.4), stream("mail", 0.6)],
    )


def test_the_same_customers_cut_the_variance_of_a_difference_by_more_than_four() -> None:
    both = sunline.compare(
        {"longest idle": two_skills(), "experts kept free": two_skills(rule="least_qualified_sufficient")},
        seed=1,
        count=200,
    )
    for name in ("service_level", "abandonment", "occupancy"):
        gain = both.difference("experts kept free", name).gain
        assert gain is not None
        assert gain >= 4.0, f"{name}: {gain}"
    low, _ = both.difference("experts kept free", "service_level:calls").change.interval(0.99)
    assert low > 0.0


def test_a_comparison_is_the_same_on_any_number_of_threads() -> None:
    policies = {"ten": two_skills(10), "twelve": two_skills(12)}
    alone, together = (sunline.compare(policies, seed=5, count=12, threads=n) for n in (1, 3))
    for name in ("service_level", "mean_wait_s"):
        assert alone.difference("twelve", name) == together.difference("twelve", name)


def test_it_stops_once_the_difference_is_known_well_enough() -> None:
    told: list[tuple[int, int]] = []
    both = sunline.compare(
        {"ten": two_skills(10), "twelve": two_skills(12)},
        seed=5,
        count=2000,
        precision=Precision(half_width=0.01),
        progress=lambda done, total: told.append((done, total)),
    )
    assert both.difference("twelve", "service_level").change.half_width() <= 0.01
    assert 10 <= len(both) < 1000
    assert told[-1] == (2 * len(both), 4000)


def test_replications_begun_later_are_the_same_ones() -> None:
    simulation = Simulation(two_skills())
    whole, tail = simulation.replicate(3, 6), simulation.replicate(3, 2, first=4)
    assert [r.total for r in whole[4:]] == [r.total for r in tail]
    assert [r.replication for r in tail] == [4, 5]


def test_what_progress_raises_ends_the_run() -> None:
    def enough(done: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Simulation(two_skills()).replicate(3, 100_000, progress=enough)


def test_one_policy_cannot_be_compared() -> None:
    with pytest.raises(sunline.InvalidArgument, match="at least two"):
        sunline.compare({"one": two_skills()}, seed=1)
    with pytest.raises(sunline.InvalidArgument, match="service_level"):
        sunline.simulation.figure("servicelevel")


def add(told: list[tuple[int, int]], done: int, total: int) -> None:
    told.append((done, total))


@contextmanager
def executors() -> Iterator[list[Executor]]:
    with (
        ThreadPoolExecutor(2) as threads,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes,
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=None,  # pyright: ignore[reportArgumentType] - None is no dashboard
            scheduler_port=0,
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield [threads, processes, client.get_executor()]


@pytest.mark.filterwarnings("ignore")
def test_a_sweep_gives_the_same_numbers_on_threads_processes_and_dask() -> None:
    grid: dict[str, list[int | float | str | bool]] = {"agents": [10, 12], "rule": ["longest_idle", "linear"]}
    here = sunline.sweep(two_skills, grid, seed=2, count=4)
    assert [dict(point.parameters) for point in here][1] == {"agents": 10, "rule": "linear"}
    with executors() as all_of_them:
        for executor in all_of_them:
            told: list[tuple[int, int]] = []
            there = sunline.sweep(
                two_skills,
                grid,
                seed=2,
                count=4,
                executor=executor,
                progress=partial(add, told),
            )
            assert [point.values for point in there] == [point.values for point in here], type(executor)
            assert told[-1] == (4, 4)
    table = here.table.to_pandas()
    assert list(table.columns) == ["agents", "rule", "figure", "mean", "standard_error"]
    assert len(table) == 4 * 3


def test_a_sweep_that_is_cancelled_leaves_nothing_running() -> None:
    def stop(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(RuntimeError, match="enough"):
            sunline.sweep(
                two_skills,
                {"rate": [100.0 + n for n in range(50)]},
                seed=1,
                count=2,
                executor=pool,
                progress=stop,
            )
        assert pool.submit(lambda: 1).result(timeout=20) == 1
    with pytest.raises(sunline.InvalidArgument, match="agents"):
        sunline.sweep(two_skills, {"agents": []}, seed=1)


def test_scenarios_are_pickled() -> None:
    again = pickle.loads(pickle.dumps(two_skills()))
    assert Simulation(again).run(1).total == Simulation(two_skills()).run(1).total


@pytest.fixture(scope="module")
def day() -> sunline.simulation.Result:
    """A day with everything recorded."""
    return Simulation(two_skills()).run(4, record_decisions=True)


def test_decisions_say_who_was_chosen_and_why(day: sunline.simulation.Result) -> None:
    decisions, contacts = day.decisions.to_pandas(), day.contacts.to_pandas()
    served = contacts[contacts["outcome"] == "served"].set_index("contact")
    accepted = decisions[decisions["outcome"] == "accepted"].set_index("contact")
    assert accepted["agent"].astype(str).to_dict() == served["agent"].astype(str).to_dict()
    assert set(accepted["chosen_by"]) == {"agent_rule", "contact_rule"}
    assert accepted["why"].astype(str).str.contains("longest idle|points").all()
    unasked = Simulation(two_skills()).run(4)
    assert unasked.total == day.total
    with pytest.raises(sunline.InvalidArgument, match="record_decisions"):
        _ = unasked.decisions


def test_intervals_add_up_to_the_day(day: sunline.simulation.Result) -> None:
    table = day.intervals(timedelta(minutes=15), zone="Europe/Berlin")
    frame = table.to_pandas()
    assert frame["arrived"].sum() == day.total.arrived
    assert frame["answered"].sum() == day.total.answered
    assert frame["abandoned"].sum() == day.total.abandoned
    # Little's law, exactly: time waited is the queue length, added up.
    waited = day.contacts.to_pandas()["waited"].dt.total_seconds().sum()
    assert frame["mean_waiting"].sum() * 900 == pytest.approx(waited, rel=1e-9)
    for column in table.columns:
        assert column.doc.endswith(".")
        assert column.unit
    with pytest.raises(sunline.InvalidArgument, match="whole number"):
        day.intervals(timedelta(minutes=7))
    with pytest.raises(sunline.InvalidArgument, match="Europe/Berlin"):
        day.intervals(zone="Nowhere")


def test_figures_have_titles_and_units(day: sunline.simulation.Result) -> None:
    both = sunline.compare({"ten": two_skills(10), "twelve": two_skills(12)}, seed=5, count=5)
    plots = day.plot
    for figure, unit in [
        (plots.service_level(zone="Europe/Berlin"), "time, Europe/Berlin"),
        (plots.waits(), "wait in s"),
        (plots.queue_length(), "time, UTC"),
        (plots.occupancy(), "occupancy"),
        (both.plot("mean_wait_s"), "(s)"),
    ]:
        axes = figure.axes[0]
        assert unit in axes.get_xlabel()
        assert axes.get_title()
    served = int((day.contacts.to_numpy("outcome") == "served").sum())
    legend = plots.waits().axes[0].get_legend()
    assert legend is not None
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[0] == f"answered ({served:,})"


def test_a_page_holds_figures_tables_and_pictures(day: sunline.simulation.Result, tmp_path: Path) -> None:
    both = sunline.compare({"ten": two_skills(10), "twelve": two_skills(12)}, seed=5, count=5)
    page = sunline.report([day, both], tmp_path / "page.html", title="A & B").read_text(encoding="utf-8")
    assert "A &amp; B" in page
    assert f"{day.total.arrived:,}" in page
    assert page.count("data:image/png;base64,") == 4 + len(both.figures)
    with pytest.raises(sunline.InvalidArgument, match="cannot be made of a int"):
        sunline.report([3], tmp_path / "page.html")  # type: ignore[list-item]


def test_a_journal_opens_as_the_same_tables(tmp_path: Path) -> None:
    config = two_skills().config
    clock = sunline.Manual(start=NINE)
    with sunline.Engine(config, store=sunline.Durable(path=tmp_path / "journal"), clock=clock) as engine:
        for number in range(3):
            engine.submit(f"call {number}", "calls")
        engine.set_presence("agent 1", sunline.AVAILABLE)
        engine.advance(timedelta(seconds=30))
        engine.complete("call 0")
        engine.abandon("call 2")
    history = sunline.open_journal(tmp_path / "journal")
    contacts = history.contacts.to_pandas()
    assert list(contacts.columns) == [c.name for c in Simulation(two_skills()).run(1).contacts.columns]
    assert [history.contact_ids[n] for n in contacts["contact"]] == ["call 0", "call 2"]
    assert contacts["outcome"].tolist() == ["served", "abandoned"]
    assert contacts["waited"].dt.total_seconds().tolist() == [0.0, 30.0]
    decisions = history.decisions.to_pandas()
    assert [history.contact_ids[n] for n in decisions["contact"]] == ["call 0", "call 1"]
    assert history.total.arrived == 3
    assert history.intervals().to_pandas()["arrived"].sum() == 2


SCENARIOS = """
from tests.test_workbench import two_skills
scenario = two_skills()
few = lambda: two_skills(10)
"""


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[1]
    return subprocess.run(
        [sys.executable, "-m", "sunline", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )


def test_the_command_line_simulates_and_keeps_goals(tmp_path: Path) -> None:
    file = tmp_path / "centre.py"
    file.write_text(
        f"import sys\nsys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})\n{SCENARIOS}"
    )
    fine = command(
        "simulate", file, "--replications", "5", "--goal", "abandonment<=0.9", "--queues", tmp_path / "q.csv"
    )
    assert fine.returncode == 0, fine.stderr
    assert "goal abandonment <= 0.9: met" in fine.stdout
    assert len((tmp_path / "q.csv").read_text().splitlines()) == 1 + 5 * 2
    missed = command("simulate", f"{file}:few", "--replications", "5", "--goal", "service_level>=0.999")
    assert (missed.returncode, "missed" in missed.stdout) == (1, True)
    wrong = command("simulate", f"{file}:nothing")
    assert wrong.returncode == 2
    assert "not a Scenario" in wrong.stderr
    both = command(
        "compare", f"{file}:few", file, "--replications", "5", "--no-worse", "--report", tmp_path / "p.html"
    )
    assert both.returncode == 0, both.stderr
    assert "by pairing" in both.stdout
    assert (tmp_path / "p.html").stat().st_size > 10_000


def test_the_command_line_writes_a_page_of_a_journal_and_of_a_log(tmp_path: Path) -> None:
    clock = sunline.Manual(start=NINE)
    with sunline.Engine(
        two_skills().config, store=sunline.Durable(path=tmp_path / "journal"), clock=clock
    ) as engine:
        engine.set_presence("agent 1", sunline.AVAILABLE)
        engine.submit("call 0", "calls")
        engine.advance(timedelta(seconds=30))
        engine.complete("call 0")
    page = tmp_path / "journal.html"
    told = command("report", tmp_path / "journal", "--out", page, "--title", "A <quiet> day")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.strip() == str(page)
    assert "A &lt;quiet&gt; day" in page.read_text(encoding="utf-8")
    rows = "".join(
        f"2026-03-02T09:{n // 60:02}:{n % 60:02}+01:00,bills,{n % 7},{'abandoned' if n % 9 == 0 else 'served'},"
        f"{'' if n % 9 == 0 else 60 + n % 50},ann\n"
        for n in range(300)
    )
    (tmp_path / "log.csv").write_text(f"arrived_at,queue,waited_s,outcome,handled_s,agent\n{rows}")
    told = command("report", tmp_path / "log.csv", "--out", tmp_path / "log.html", "--zone", "Europe/Berlin")
    assert (told.returncode, told.stderr) == (0, "")
    assert "bills" in (tmp_path / "log.html").read_text(encoding="utf-8")
    told = command("report", tmp_path / "no.csv", "--out", tmp_path / "no.html")
    assert told.returncode == 2
    assert "cannot be read" in told.stderr
    assert not (tmp_path / "no.html").exists()


def test_duckdb_asks_result_tables(day: sunline.simulation.Result) -> None:
    connection = duckdb.connect()
    connection.register("contacts", day.contacts)
    rows = connection.sql(
        "select queue, count(*), epoch_us(max(arrived_at)::timestamptz) from contacts"
        " where outcome = 'served' group by queue"
    ).fetchall()
    frame = day.contacts.to_pandas()
    served = frame[frame["outcome"] == "served"].groupby("queue", observed=True)["arrived_at"]
    assert [row[:2] for row in sorted(rows)] == [(name, len(at)) for name, at in served]
    # DuckDB rounds instants to whole microseconds; a frame keeps the nanoseconds.
    assert [row[2] for row in sorted(rows)] == pytest.approx(
        [at.max().value / 1000 for _, at in served], rel=0, abs=1.0
    )
    (waited,) = connection.sql("select sum(epoch(waited)) from contacts").fetchall()
    assert waited[0] == pytest.approx(frame["waited"].dt.total_seconds().sum(), rel=1e-6)


def test_a_missing_library_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, day: sunline.simulation.Result
) -> None:
    for name in [name for name in sys.modules if name.startswith(("matplotlib", "sunline.plotting"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(sunline.LibraryMissing, match=r"pip install 'sunline\[plot\]'") as missing:
        _ = day.plot
    assert (missing.value.library, isinstance(missing.value, ImportError)) == ("matplotlib", True)


def test_a_table_made_in_python_keeps_every_kind_of_column() -> None:
    table = _tabular.made(
        [
            _tabular.counts("n", "contacts", "Count.", [1, 2]),
            _tabular.shares("share", "Share.", [0.5, float("nan")]),
            _tabular.moments("at", "When.", [NINE, NINE]),
            _tabular.durations_s("took", "How long.", [1.5, None]),
            _tabular.labelled("who", "Who.", ["ann", None]),
        ]
    )
    arrow = table.to_arrow()
    assert arrow.column("share").to_pylist() == [0.5, None]
    assert arrow.column("took").to_pylist()[0].total_seconds() == 1.5
    assert arrow.column("who").to_pylist() == ["ann", None]
    assert table.to_numpy("n").tolist() == [1, 2]
    assert np.isnat(table.to_numpy("took")[1])
    with pytest.raises(ValueError, match="not as long"):
        _tabular.made([_tabular.counts("a", "x", "A.", [1]), _tabular.counts("b", "x", "B.", [1, 2])])


def test_the_package_loads_nothing_large_before_it_is_asked_for() -> None:
    program = "import sys, sunline; print([n for n in ('numpy', 'matplotlib', 'scipy', 'asyncio') if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        _ = sunline.fitt  # type: ignore[attr-defined]
