"""The scorer scores what it should, and finds out what is wrong."""

import csv
from pathlib import Path

import baselines
import pytest
from score import COLUMNS, score

HEADER = (
    "date,type,priority,customer,vru_entry_s,vru_s,"
    "queued,queue_entry_s,wait_s,outcome,service_start_s,service_s,agent"
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three calls that queued, one of which gave up, and one that did not queue."""
    path = tmp_path / "calls.csv"
    path.write_text(
        f"{HEADER}\n"
        "1999-01-03,PS,1,0,30000,5,1,30005,40,served,30045,60,A1\n"
        "1999-01-03,PS,1,0,30010,5,1,30015,90,abandoned,-1,-1,\n"
        "1999-01-03,PS,1,0,30020,5,0,30025,0,served,30025,60,A2\n"
        "1999-01-04,PS,2,0,30030,5,1,30035,100,served,30135,60,A1\n"
    )
    return path


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def line(row: int, mean: float, quantiles: list[float] | None = None) -> list[object]:
    return [
        "calls.csv",
        row,
        mean,
        *(quantiles or [10, 20, 30, 50, 70, 90, 120]),
        0.2,
        0.5,
        0.9,
        1.0,
    ]


def test_the_served_who_waited_are_scored(log: Path, tmp_path: Path) -> None:
    figures = score(write(tmp_path / "f.csv", [line(0, 50), line(1, 1e6), line(3, 80)]), [log]).figures()
    assert figures["contacts"] == 2
    assert figures["rmse"] == pytest.approx(((10**2 + 20**2) / 2) ** 0.5)
    assert figures["bias"] == pytest.approx((10 - 20) / 2)
    # 40 lies under all but three quantiles, 100 under the last.
    assert figures["below"] == [0, 0, 0, 0.5, 0.5, 0.5, 1]
    assert figures["coverage80"] == 0.5
    assert figures["crossed"] == 0
    assert figures["within"]["60"]["brier"] == pytest.approx(0.25)


def test_days_may_be_chosen(log: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "f.csv", [line(0, 50), line(1, 50), line(3, 50)])
    assert score(file, [log], since="1999-01-04").count == 1
    assert score(file, [log], until="1999-01-04").count == 1


def test_quantiles_that_cross_are_counted(log: Path, tmp_path: Path) -> None:
    crossed = line(3, 50, [10, 20, 30, 25, 70, 90, 120])
    assert score(write(tmp_path / "f.csv", [line(0, 50), line(1, 50), crossed]), [log]).crossed == 1


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([line(0, 50), line(1, 50)], "1 of 3 calls that queued have no forecast"),
        ([line(0, 50), line(0, 50)], "two forecasts"),
        ([line(0, float("nan"))], "no wait or probability"),
    ],
)
def test_what_is_no_set_of_forecasts_is_refused(
    log: Path, tmp_path: Path, rows: list[list[object]], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        score(write(tmp_path / "f.csv", rows), [log])


def test_a_simple_predictor_knows_only_what_has_happened(log: Path) -> None:
    told = list(baselines.forecasts(baselines.read([log]), "LES"))
    # At 30015 nobody has been served yet; a day later the last wait was 40 s.
    assert [float(row[2]) for row in told] == [60.0, 60.0, 40.0]
