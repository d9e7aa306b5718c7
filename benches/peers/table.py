"""The printed tables."""

from compare import LIMIT, Check, Speed
from machine import Machine


def head(found: Machine) -> str:
    """The machine, on two lines."""
    packages = ", ".join(f"{name} {version}" for name, version in found.packages.items())
    return (
        f"{found.cpu}, {found.cores} cores, {found.system}; load average {found.load_average}\n"
        f"Python {found.python}, {found.rustc}; {packages}\n"
    )


def speeds(centre: str, rounds: int, found: dict[str, Speed]) -> str:
    """One row a peer: its speed, and how many times as fast as each other peer it is."""
    columns = "".join(f"{'÷ ' + name:>17}" for name in found)
    lines = [
        f"{centre}: medians of {rounds} interleaved rounds",
        f"{'peer':<16}{'contacts':>12}{'CPU s':>8}{'contacts/CPU s':>16}{'slowest':>12}{'fastest':>12}{columns}",
    ]
    for name, speed in found.items():
        ratios = "".join(f"{_ratio(speed.times_as_fast_as[other]):>17}" for other in found)
        lines.append(
            f"{name:<16}{speed.contacts:>12,}{speed.cpu_seconds:>8.2f}{speed.contacts_per_cpu_second:>16,.0f}"
            f"{speed.slowest:>12,.0f}{speed.fastest:>12,.0f}{ratios}"
        )
    return "\n".join(lines) + "\n"


def answers(held: dict[str, dict[str, Check]], exact: dict[str, float] | None) -> str:
    """One row a figure: what each peer found, and by how many standard errors it is off."""
    against = "the exact figure" if exact else "the other peers together"
    names = list(next(iter(held.values())))
    lines = [
        f"answers, each with its distance from {against} in standard errors (at most {LIMIT:g})",
        f"{'figure':<18}{'exact' if exact else '':>10}" + "".join(f"{name:>18}" for name in names),
    ]
    for figure, of_peer in held.items():
        known = f"{exact[figure]:.5g}" if exact else ""
        cells = "".join(f"{f'{check.mean:.5g} ({check.z:+.1f})':>18}" for check in of_peer.values())
        verdict = "agree" if all(check.agrees for check in of_peer.values()) else "DISAGREE"
        lines.append(f"{figure:<18}{known:>10}{cells}   {verdict}")
    return "\n".join(lines) + "\n"


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.3g}"
