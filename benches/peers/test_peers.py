"""The formula is right, the peers keep their contract, and one that simulates another centre is found out."""

import json
import subprocess
import sys
from math import exp
from pathlib import Path

import ciw_peer
import pytest
import python_loop
import simpy_peer
from centre import BATCHES, CONTACTS_MIN, WARM_UP, stretches
from compare import Run, checks
from erlang_a import ErlangA
from peer import Tally
from run import Peer, PeerFailed

HERE = Path(__file__).parent


def test_with_endless_patience_the_formula_is_erlang_c() -> None:
    # Gans, Koole and Mandelbaum 2003: 14 agents, 10 erlangs, about one in six waits.
    answers = ErlangA(14, arrival_gap_mean_s=18, service_mean_s=180, patience_mean_s=1e12).answers(1e-9)
    assert 1 - answers["service_level"] == pytest.approx(0.1741, abs=5e-5)


def test_with_patience_like_service_the_number_inside_is_poisson() -> None:
    # Whoever is inside leaves at one rate, served or not: an infinite-server queue with 48 erlangs.
    answers = ErlangA(50, arrival_gap_mean_s=1 / 48, service_mean_s=1, patience_mean_s=1).answers(1e-9)
    chances = [exp(-48)]
    for inside in range(1, 300):
        chances.append(chances[-1] * 48 / inside)
    queued = sum((inside - 50) * chance for inside, chance in enumerate(chances) if inside > 50)
    assert answers["abandoned"] == pytest.approx(queued / 48, rel=1e-9)
    assert answers["service_level"] == pytest.approx(sum(chances[:50]), rel=1e-7)


def test_given_time_everyone_is_answered_who_does_not_leave() -> None:
    answers = ErlangA(100, arrival_gap_mean_s=300 / 95, service_mean_s=300, patience_mean_s=600).answers(3600)
    assert answers["service_level"] == pytest.approx(1 - answers["abandoned"], abs=1e-9)


def test_one_agent_and_one_short_wait_by_hand() -> None:
    # Nobody has patience to speak of, so the queue is empty or holds one: three states, solved on paper.
    answers = ErlangA(1, arrival_gap_mean_s=1, service_mean_s=1, patience_mean_s=1e-6).answers(1e-9)
    assert answers["service_level"] == pytest.approx(1 / 2, rel=1e-5)
    assert answers["abandoned"] == pytest.approx(1 / 2, rel=1e-5)
    assert answers["occupancy"] == pytest.approx(1 / 2, rel=1e-5)


def test_the_stretches_are_the_warm_up_and_then_all_the_rest() -> None:
    found = stretches(100_003)
    assert found[0] == WARM_UP and len(found) == 1 + BATCHES
    assert sum(found) == 100_003
    assert max(found[1:]) - min(found[1:]) <= 1


@pytest.mark.parametrize("centre", ["erlang_a", "two_skill"])
def test_the_loop_and_simpy_live_the_same_life(centre: str) -> None:
    # Same seed, same draws in the same order: only the clock's arithmetic may differ in the last digit.
    loop = Tally.of_all(getattr(python_loop, centre)(50_000, 7))
    simpy = Tally.of_all(getattr(simpy_peer, centre)(50_000, 7))
    assert (loop.answered, loop.in_time, loop.abandoned) == (simpy.answered, simpy.in_time, simpy.abandoned)
    assert loop.at_level_1 == simpy.at_level_1
    assert loop.waited_s == pytest.approx(simpy.waited_s, rel=1e-6)


def test_ciw_counts_each_contact_once() -> None:
    batches = ciw_peer.erlang_a(8_000, 7)
    everyone = Tally.of_all(batches)
    assert len(batches) == BATCHES
    # All who came after the warm-up, give or take those inside at its end and at the run's.
    assert everyone.answered + everyone.abandoned == pytest.approx(8_000 - WARM_UP, abs=150)


def test_all_peers_agree_and_the_report_holds_every_run(tmp_path: Path) -> None:
    out = tmp_path / "peers.json"
    # Shorter runs hardly leave the quiet in which they begin, and their standard errors are too small.
    flags = ["--rounds", "2", "--scale", "0.5", "--seed", "7", "--out", str(out)]
    called = subprocess.run([sys.executable, str(HERE / "run.py"), *flags], capture_output=True, text=True)
    assert called.returncode == 0, called.stdout + called.stderr
    centres = json.loads(out.read_text())["centres"]
    both = {"sunline", "rust_loop", "python_loop", "simpy", "simpy_processes", "simpy_textbook"}
    assert set(centres["erlang-a"]["runs"]) == both | {"ciw"}
    assert set(centres["two-skill"]["runs"]) == both
    assert all(len(runs) == 2 for centre in centres.values() for runs in centre["runs"].values())


def _run(mean_wait_s: float) -> Run:
    return Run(
        contacts=1000,
        cpu_seconds=1.0,
        contacts_per_cpu_second=1000.0,
        answers={"mean_wait_s": mean_wait_s},
        standard_errors={"mean_wait_s": 0.1},
        process_cpu_seconds=1.0,
    )


def test_a_peer_that_simulates_another_centre_is_found_out() -> None:
    rounds = {"a": [_run(9.0), _run(9.1)], "b": [_run(9.1), _run(9.0)], "c": [_run(10.0), _run(10.1)]}
    against_exact = checks(rounds, "mean_wait_s", exact=9.08)
    assert [check.agrees for check in against_exact.values()] == [True, True, False]
    assert not checks(rounds, "mean_wait_s", exact=None)["c"].agrees


@pytest.mark.parametrize(
    "printed", ["nothing like JSON", "{}", '{"contacts": 1}', "[]"], ids=["prose", "empty", "short", "list"]
)
def test_a_peer_that_breaks_the_contract_is_named(printed: str) -> None:
    broken = Peer("broken", (sys.executable, "-c", f"print({printed!r})"), contacts=CONTACTS_MIN)
    with pytest.raises(PeerFailed, match="broken"):
        broken.run("erlang-a", CONTACTS_MIN, 1)


def test_a_peer_that_answers_another_question_is_named() -> None:
    line = {"contacts": 5, "cpu_seconds": 1, "contacts_per_cpu_second": 5, "answers": {}, "standard_errors": {}}
    other = Peer("other", (sys.executable, "-c", f"print({json.dumps(line)!r})"), contacts=CONTACTS_MIN)
    with pytest.raises(PeerFailed, match="other answered another question"):
        other.run("erlang-a", CONTACTS_MIN, 1)


@pytest.mark.parametrize(
    "script",
    ["python_loop.py", "simpy_peer.py", "simpy_processes.py", "simpy_textbook.py", "ciw_peer.py", "sunline_peer.py"],
)
def test_too_few_contacts_are_refused(script: str) -> None:
    flags = ["--centre", "erlang-a", "--contacts", "100", "--seed", "1"]
    called = subprocess.run([sys.executable, str(HERE / script), *flags], capture_output=True, text=True)
    assert called.returncode == 2 and "--contacts must be at least" in called.stderr
