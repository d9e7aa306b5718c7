"""What can be read out of a day's calls, and that the committed files say just that."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bank_log import Call, LogError, read_day
from describe_day import describe
from infer_agents import infer

HERE = Path(__file__).parent
LOG = HERE / "bank-day.csv"
DAY = date(1999, 5, 10)
CALL = Call(type="PS", queued=True, queue_entry_s=0, wait_s=0, outcome="served", start_s=0, service_s=60, agent="A01")
HEADER = (
    "date,type,priority,customer,vru_entry_s,vru_s,queued,queue_entry_s,wait_s,outcome,service_start_s,service_s,agent"
)


def _log(folder: Path, *rows: str) -> Path:
    log = folder / "log.csv"
    log.write_text("\n".join((HEADER, *rows)) + "\n")
    return log


def test_an_agent_without_a_call_for_just_45_minutes_is_still_there() -> None:
    (ann,) = infer([CALL, replace(CALL, start_s=60 + 2700)])
    assert ann.presence_s == [(0, 2820)]


def test_an_agent_without_a_call_for_longer_was_away() -> None:
    (ann,) = infer([CALL, replace(CALL, start_s=60 + 2701)])
    assert ann.presence_s == [(0, 60), (2761, 2821)]
    assert ann.present_s == 120


def test_a_short_call_inside_a_long_one_does_not_end_the_presence_early() -> None:
    (ann,) = infer([replace(CALL, service_s=3000), replace(CALL, start_s=100), replace(CALL, start_s=5000)])
    assert ann.presence_s == [(0, 5060)]


def test_calls_are_taken_in_order_of_their_start_whatever_their_order_in_the_log() -> None:
    (ann,) = infer([replace(CALL, start_s=9000), CALL])
    assert ann.presence_s == [(0, 60), (9000, 9060)]


def test_each_agent_has_the_types_served_and_the_mean_of_the_known_lengths() -> None:
    days = infer(
        [
            replace(CALL, agent="A02"),
            CALL,
            replace(CALL, type="NE", start_s=100, service_s=100),
            replace(CALL, type="NE", start_s=300, service_s=None),
        ]
    )
    assert [day.agent for day in days] == ["A01", "A02"]
    assert days[0].types == {"NE": 2, "PS": 1}
    assert days[0].mean_service_s == 80


def test_calls_that_no_agent_took_say_nothing_of_agents() -> None:
    lost = replace(CALL, outcome="abandoned", start_s=None, service_s=None, agent=None)
    assert infer([lost, replace(CALL, agent=None)]) == []


def test_a_service_whose_times_were_lost_begins_when_the_wait_ends(tmp_path: Path) -> None:
    row = "1999-05-10,PS,1,4513,46926,5,1,46931,71,served,86400,0,A22"
    (call,) = read_day(_log(tmp_path, row), DAY)
    assert (call.start_s, call.service_s, call.span_s) == (47002, None, (47002, 47002))


def test_a_service_of_more_than_an_hour_has_no_known_length(tmp_path: Path) -> None:
    row = "1999-05-10,PS,1,4513,100,5,0,105,0,served,104,{},A22"
    calls = read_day(_log(tmp_path, row.format(3600), row.format(3601)), DAY)
    assert [call.service_s for call in calls] == [3600, None]


def test_a_day_that_is_not_in_the_log_is_refused() -> None:
    with pytest.raises(LogError, match="bank-day.csv has no call on 1999-05-11"):
        read_day(LOG, date(1999, 5, 11))


def test_a_file_that_is_no_log_is_refused() -> None:
    with pytest.raises(LogError, match="has no column date"):
        read_day(HERE / "bank-day-agents.csv", DAY)


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="log.csv line 2.*'soon'"):
        read_day(_log(tmp_path, "1999-05-10,PS,1,1,100,5,0,105,0,served,soon,3,A22"), DAY)


def test_a_day_on_which_nobody_was_served_cannot_be_described(tmp_path: Path) -> None:
    log = _log(tmp_path, "1999-05-10,PS,1,1,100,5,1,105,9,abandoned,-1,-1,")
    with pytest.raises(LogError, match="no call was served"):
        describe(read_day(log, DAY))


def test_nobody_is_present_outside_the_hours_of_their_calls() -> None:
    calls = read_day(LOG, DAY)
    for day in infer(calls):
        spans = [call.span_s for call in calls if call.agent == day.agent and call.span_s is not None]
        assert len(spans) == day.types.total()
        assert all(any(begin <= start and end <= out for begin, out in day.presence_s) for start, end in spans)
        assert {begin for begin, _ in day.presence_s} <= {start for start, _ in spans}
        assert {out for _, out in day.presence_s} <= {end for _, end in spans}


def test_the_committed_agents_are_what_the_script_infers() -> None:
    command = [sys.executable, str(HERE / "infer_agents.py"), "--log", str(LOG), "--date", DAY.isoformat()]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == (HERE / "bank-day-agents.csv").read_text()


def test_the_readme_holds_the_tables_as_they_come_out() -> None:
    assert describe(read_day(LOG, DAY)) in (HERE / "README.md").read_text()
