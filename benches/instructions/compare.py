"""Compares the instruction counts of one run with the baseline, or renews it; called by `check`.

    compare.py HOME COMPILER [--renew]

HOME is where gungraun left one summary.json a case; COMPILER is what `rustc --version` says.
"""

import json
import sys
from pathlib import Path

BASELINE = Path(__file__).parent / "baseline.json"
MOST = 0.05
"""Growth over the baseline that is borne, as a share."""

RENEW = "benches/instructions/check --renew"


def counted(home: Path) -> dict[str, int]:
    """Instructions by case, `function.case`."""
    counts = {}
    for path in sorted(home.rglob("summary.json")):
        summary = json.loads(path.read_text())
        (profile,) = (p for p in summary["profiles"] if p["tool"] == "Callgrind")
        name = f"{summary['function_name']}.{summary['id']}"
        counts[name] = profile["data"]["total"]["metrics"]["Ir"]["values"]["new"]
    if not counts:
        raise SystemExit(f"no summary.json below {home}: gungraun counted nothing")
    return counts


def verdict(before: int | None, now: int | None) -> tuple[str, bool]:
    """What is said of a case, and whether it fails."""
    if before is None:
        return "not in the baseline", True
    if now is None:
        return "in the baseline only", True
    change = now / before - 1
    said = f"{change:+.1%}"
    if change > MOST:
        return f"{said}  above +{MOST:.0%}", True
    return said, False


def main() -> int:
    home, compiler, *options = sys.argv[1:]
    if options not in ([], ["--renew"]):
        raise SystemExit(f"unknown option {' '.join(options)}; there is only --renew")
    counts = counted(Path(home))
    if options:
        baseline = {"compiler": compiler, "instructions": counts}
        BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
        print(f"{BASELINE.name} renewed: {len(counts)} cases, {compiler}")
        return 0
    baseline = json.loads(BASELINE.read_text())
    known = baseline["instructions"]
    failed = 0
    print(f"{'instructions':<28}{'baseline':>12}{'now':>12}  change")
    for case in sorted(known.keys() | counts.keys()):
        before, now = known.get(case), counts.get(case)
        said, fails = verdict(before, now)
        failed += fails
        columns = (
            f"{n:>12,}" if n is not None else f"{'–':>12}" for n in (before, now)
        )
        print(f"{case:<28}{''.join(columns)}  {said}")
    if compiler != baseline["compiler"]:
        print(f"The baseline was made with {baseline['compiler']}, this is {compiler}: told, and no failure.")
        return 0
    if failed:
        print(
            f"{failed} of {len(known.keys() | counts.keys())} cases fail. If that is meant: {RENEW}"
        )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
