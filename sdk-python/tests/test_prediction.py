import csv
import random
from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline.__main__ import main
from sunline.prediction import LEVELS, forecast_logs

HEADER = (
    "date,type,priority,customer,vru_entry_s,vru_s,"
    "queued,queue_entry_s,wait_s,outcome,service_start_s,service_s,agent"
)
COLUMNS = [
    "file",
    "row",
    "mean",
    "q05",
    "q10",
    "q25",
    "q50",
    "q75",
    "q90",
    "q95",
    "p30",
    "p60",
    "p120",
    "p180",
]


def log_of(path: Path, calls: int, agents: int = 2, day: str = "1999-01-03") -> Path:
    """A small office: one call a minute or so, a minute and a half each, first come first served."""
    luck = random.Random(7)
    free = [28_800] * agents
    lines, now = [HEADER], 28_800
    for number in range(calls):
        now += 1 + int(luck.expovariate(1 / 50))
        agent = min(range(agents), key=free.__getitem__)
        start = max(now, free[agent])
        talk = 1 + int(luck.expovariate(1 / 90))
        wait, queued = start - now, int(start > now)
        if wait > 200:
            lines.append(f"{day},PS,1,0,{now - 5},5,1,{now},200,abandoned,-1,-1,")
            continue
        free[agent] = start + talk
        lines.append(
            f"{day},PS,{1 + number % 2},0,{now - 5},5,{queued},{now},{wait},served,{start},{talk},A{agent}"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def test_every_call_that_queued_gets_one_forecast_that_is_a_law(tmp_path: Path) -> None:
    log = log_of(tmp_path / "office.csv", 400)
    told = forecast_logs([log])
    queued = [
        row for row, call in enumerate(csv.DictReader(log.read_text().splitlines())) if call["queued"] == "1"
    ]
    assert [column.name for column in told.table.columns] == COLUMNS
    assert told.table.to_list("row") == queued
    columns = [told.table.to_list(name) for name in COLUMNS[3:]]
    for row in zip(*columns, strict=True):
        quantiles, within = list(row[:7]), list(row[7:])
        assert quantiles == sorted(quantiles)
        assert within == sorted(within)
        assert within[0] >= 0
        assert within[3] <= 1


def test_what_has_not_happened_yet_changes_nothing(tmp_path: Path) -> None:
    whole = log_of(tmp_path / "office.csv", 400)
    early = tmp_path / "early.csv"
    early.write_text("\n".join(whole.read_text().splitlines()[:200]) + "\n")
    first, both = forecast_logs([early]).table, forecast_logs([whole]).table
    count = len(first)
    assert 50 < count < len(both)
    for name in COLUMNS[1:]:
        assert first.to_list(name) == both.to_list(name)[:count]


def test_the_record_is_about_the_served_who_waited(tmp_path: Path) -> None:
    log = log_of(tmp_path / "office.csv", 3000)
    told = forecast_logs([log])
    record = told.record
    calls = list(csv.DictReader(log.read_text().splitlines()))
    waits = [int(c["wait_s"]) for c in calls if c["outcome"] == "served" and c["queued"] == "1"]
    assert record is not None
    assert record.count == len(waits)
    spread = (sum((w - sum(waits) / len(waits)) ** 2 for w in waits) / len(waits)) ** 0.5
    assert record.rmse_s < 0.8 * spread
    assert 0.7 < record.coverage80 < 0.9
    assert len(record.below) == len(LEVELS)
    assert set(told.by_queue) == {("PS", 1), ("PS", 2)}
    assert sum(one.count for one in told.by_queue.values()) == record.count
    assert sum(tenth.count for tenth in record.horizons[60.0]) == record.count


def test_an_empty_log_has_no_record(tmp_path: Path) -> None:
    log = tmp_path / "none.csv"
    log.write_text(HEADER + "\n")
    told = forecast_logs([log])
    assert len(told.table) == 0
    assert told.record is None


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    log = log_of(tmp_path / "office.csv", 5)
    log.write_text(log.read_text().replace("served", "lost", 1))
    with pytest.raises(sunline.LogInvalid, match="line 2, outcome") as refused:
        forecast_logs([log])
    assert (refused.value.code, refused.value.line) == ("not_an_outcome", 2)
    assert refused.value.path == str(log)


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(sunline.LogInvalid, match="nowhere") as refused:
        forecast_logs([tmp_path / "nowhere.csv"])
    assert refused.value.code == "io"


def test_a_credit_below_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sunline.InvalidArgument, match="credit"):
        forecast_logs([log_of(tmp_path / "office.csv", 5)], credit=timedelta(seconds=-1))


def test_the_command_writes_the_exchange_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, out, plot = log_of(tmp_path / "office.csv", 400), tmp_path / "out.csv", tmp_path / "plot.svg"
    assert main(["forecast", str(log), "--out", str(out), "--plot", str(plot)]) == 0
    lines = list(csv.DictReader(out.read_text().splitlines()))
    assert list(lines[0]) == COLUMNS
    assert {line["file"] for line in lines} == {"office.csv"}
    assert f"{len(lines)} forecasts" in capsys.readouterr().out
    assert plot.read_text().startswith("<?xml")


def test_the_command_refuses_two_logs_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log_of(tmp_path / "office.csv", 5)
    assert main(["forecast", str(log), str(log), "--out", str(tmp_path / "out.csv")]) == 1
    assert "same name" in capsys.readouterr().out
