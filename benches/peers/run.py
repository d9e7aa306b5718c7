"""Runs every peer in turn, several rounds, and says how fast each is and whether their answers agree.

    python benches/peers/run.py [--rounds 5] [--scale 1.0] [--centre NAME]… [--peer NAME]… [--seed 1] [--out FILE]

Rounds are interleaved (A B C D, A B C D, …), so a machine that slows down slows all. Each run has a seed of its own,
so the peers' answers are independent. Exit status: 0 when all answers agree, 1 when some do not, 2 when a peer fails.

Sunline runs beside the others when the `sunline` package can be imported by this Python and `sunline_peer.py` stands
beside this file. That file keeps the contract of every peer, which `README.md` spells out: flags `--centre NAME
--contacts N --seed S`, one line of JSON, the clock as in `peer.py`, the first `WARM_UP` contacts not counted.
"""

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import machine
import table
from centre import (
    AGENTS,
    CONTACTS_MIN,
    ERLANG_A_AGENTS,
    PATIENCE_MEAN_S,
    SERVICE_MEAN_S,
    THRESHOLD_S,
    arrival_gap_mean_s,
)
from compare import Check, Rounds, Run, checks, speeds
from erlang_a import ErlangA

HERE = Path(__file__).resolve().parent

#: The answers that a peer prints for each centre.
FIGURES = {
    "erlang-a": ("service_level", "abandoned", "mean_wait_s", "occupancy"),
    "two-skill": ("service_level", "abandoned", "mean_wait_s", "occupancy", "served_at_level_1"),
}


class PeerFailed(Exception):
    """A peer did not keep its contract; the message says which one and how."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One simulator, as a command."""

    name: str
    command: tuple[str, ...]
    contacts: int  #: Contacts in one round at scale 1: one or two CPU seconds.
    centres: tuple[str, ...] = tuple(AGENTS)

    def run(self, centre: str, contacts: int, seed: int) -> Run:
        """Runs the peer once, in a process of its own."""
        flags = ("--centre", centre, "--contacts", str(contacts), "--seed", str(seed))
        before = _children_cpu_seconds()
        process = subprocess.run([*self.command, *flags], capture_output=True, text=True)
        spent = _children_cpu_seconds() - before
        if process.returncode != 0:
            raise PeerFailed(f"{self.name} ended with status {process.returncode}: {process.stderr.strip()}")
        try:
            line = json.loads(process.stdout)
            run = Run(
                contacts=line["contacts"],
                cpu_seconds=line["cpu_seconds"],
                contacts_per_cpu_second=line["contacts_per_cpu_second"],
                answers=line["answers"],
                standard_errors=line["standard_errors"],
                process_cpu_seconds=spent,
            )
        except (ValueError, KeyError, TypeError) as wrong:
            raise PeerFailed(f"{self.name} did not print the line of the contract: {wrong!r}") from wrong
        figures = set(FIGURES[centre])
        if run.contacts != contacts or set(run.answers) != figures or set(run.standard_errors) != figures:
            raise PeerFailed(f"{self.name} answered another question: {process.stdout.strip()}")
        return run


def main() -> int:
    """Runs, prints, writes; gives the exit status."""
    wish = _command_line()
    try:
        peers = [peer for peer in _peers() if not wish.peer or peer.name in wish.peer]
    except PeerFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    if unknown := set(wish.peer or ()) - {peer.name for peer in peers}:
        print(f"no such peer here: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    here = machine.describe()
    print(table.head(here))
    centres: dict[str, object] = {}
    all_agree = True
    for centre in wish.centre or AGENTS:
        able = [peer for peer in peers if centre in peer.centres]
        try:
            rounds = _run_rounds(able, centre, wish)
        except PeerFailed as failure:
            print(failure, file=sys.stderr)
            return 2
        exact = _exact(centre)
        held = dict(_all_checks(rounds, centre, exact))
        all_agree &= all(check.agrees for of_peer in held.values() for check in of_peer.values())
        print(table.speeds(centre, wish.rounds, speeds(rounds)))
        print(table.answers(held, exact) if held else "answers: not compared (needs two peers)\n")
        centres[centre] = _as_json(rounds, exact, held)
    at_end = machine.load_average()
    print(f"load average at the end: {at_end}")
    if wish.out:
        report = {
            "machine": asdict(here),
            "load_average_at_end": at_end,
            "rounds": wish.rounds,
            "seed": wish.seed,
            "centres": centres,
        }
        wish.out.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if all_agree else 1


def _command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs every peer in turn and compares them.")
    parser.add_argument("--rounds", type=int, default=5, help="times that each peer runs (default 5)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on every peer's contacts (default 1)")
    parser.add_argument("--centre", action="append", choices=sorted(AGENTS), help="only this one (may be repeated)")
    parser.add_argument("--peer", action="append", help="only this one (may be repeated)")
    parser.add_argument("--seed", type=int, default=1, help="first seed (default 1)")
    parser.add_argument("--out", type=Path, help="write everything as JSON to this file")
    wish = parser.parse_args()
    if wish.rounds < 1 or wish.scale <= 0:
        parser.error("--rounds must be at least 1 and --scale above 0")
    return wish


def _peers() -> Iterator[Peer]:
    """Every peer that can run here, Sunline first; says which cannot."""
    script = HERE / "sunline_peer.py"
    if find_spec("sunline") is None:
        print("skipped: sunline (the package `sunline` cannot be imported by this Python)")
    elif not script.exists():
        print(f"skipped: sunline (there is no {script.name} beside run.py)")
    else:
        yield Peer("sunline", (sys.executable, str(script)), 1_000_000)
    yield Peer("rust_loop", (_build_rust_loop(),), 10_000_000)
    yield Peer("python_loop", (sys.executable, str(HERE / "python_loop.py")), 1_500_000)
    yield Peer("simpy", (sys.executable, str(HERE / "simpy_peer.py")), 400_000)
    yield Peer("simpy_processes", (sys.executable, str(HERE / "simpy_processes.py")), 200_000)
    yield Peer("simpy_textbook", (sys.executable, str(HERE / "simpy_textbook.py")), 40_000)
    yield Peer("ciw", (sys.executable, str(HERE / "ciw_peer.py")), 30_000, centres=("erlang-a",))


def _build_rust_loop() -> str:
    """Builds the Rust peer as its lock file says and gives the path of the binary."""
    manifest = HERE / "rust_loop" / "Cargo.toml"
    build = ["cargo", "build", "--release", "--locked", "--message-format=json-render-diagnostics"]
    built = subprocess.run([*build, "--manifest-path", str(manifest)], capture_output=True, text=True)
    if built.returncode != 0:
        raise PeerFailed(f"rust_loop does not build: {built.stderr.strip()}")
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return str(next(message["executable"] for message in messages if message.get("executable")))


def _run_rounds(peers: list[Peer], centre: str, wish: argparse.Namespace) -> Rounds:
    rounds: Rounds = {peer.name: [] for peer in peers}
    for number in range(wish.rounds):
        for place, peer in enumerate(peers):
            contacts = max(round(peer.contacts * wish.scale), CONTACTS_MIN)
            rounds[peer.name].append(peer.run(centre, contacts, wish.seed + 100 * number + place))
    return rounds


def _exact(centre: str) -> dict[str, float] | None:
    """The figures that are known without simulating."""
    if centre != "erlang-a":
        return None
    gap = arrival_gap_mean_s(ERLANG_A_AGENTS)
    return ErlangA(ERLANG_A_AGENTS, gap, SERVICE_MEAN_S, PATIENCE_MEAN_S).answers(THRESHOLD_S)


def _all_checks(rounds: Rounds, centre: str, exact: dict[str, float] | None) -> Iterator[tuple[str, dict[str, Check]]]:
    if exact is None and len(rounds) < 2:
        return
    for figure in FIGURES[centre]:
        yield figure, checks(rounds, figure, exact[figure] if exact else None)


def _as_json(rounds: Rounds, exact: dict[str, float] | None, held: dict[str, dict[str, Check]]) -> dict[str, object]:
    return {
        "speeds": {name: asdict(speed) for name, speed in speeds(rounds).items()},
        "exact": exact,
        "checks": {
            figure: {name: asdict(check) | {"agrees": check.agrees} for name, check in of_peer.items()}
            for figure, of_peer in held.items()
        },
        "runs": {name: [asdict(run) for run in runs] for name, runs in rounds.items()},
    }


def _children_cpu_seconds() -> float:
    """CPU time of all processes that this one started and that have ended, user and system."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
