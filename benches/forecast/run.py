"""All figures of wait prediction on a log: the engine's predictor and the simple ones, scored alike.

    make forecast LOGS="calls-1999-01.csv ..." SINCE=1999-04-01

Learning goes online through all logs; only days from SINCE on are scored. Writes forecasts, scores and the calibration
plot to out/forecast.
"""

import argparse
import json
import sys
from pathlib import Path

import baselines
from score import score
from sunline.__main__ import main as sunline


def main() -> int:
    """Makes and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--since", default="")
    parser.add_argument("--until", default="9999")
    parser.add_argument("--out", type=Path, default=Path("out/forecast"))
    chosen = parser.parse_args()
    out: Path = chosen.out
    out.mkdir(parents=True, exist_ok=True)
    logs = [str(log) for log in chosen.logs]
    own = out / "sunline.csv"
    if status := sunline(["forecast", *logs, "--out", str(own), "--plot", str(out / "calibration.svg")]):
        return status
    files = {"sunline": own}
    for name in baselines.NAMES:
        files[name] = out / f"{name}.csv"
        baselines.main([name, *logs, "--out", str(files[name])])
    scores = {
        name: score(file, chosen.logs, chosen.since, chosen.until).figures() for name, file in files.items()
    }
    (out / "scores.json").write_text(json.dumps(scores, indent=1))
    print(f"{'':12} {'contacts':>8} {'RMSE s':>8} {'MAE s':>8} {'pinball':>8} {'cover':>6} {'crossed':>7}")
    for name, figures in scores.items():
        print(
            f"{name:12} {figures['contacts']:8} {figures['rmse']:8.2f} {figures['mae']:8.2f}"
            f" {figures['pinball']:8.3f} {figures['coverage80']:6.3f} {figures['crossed']:7}"
        )
    ours = scores["sunline"]
    print("below each quantile:", " ".join(f"{share:.3f}" for share in ours["below"]))
    for horizon, figures in ours["within"].items():
        print(
            f"P(wait <= {horizon} s): Brier {figures['brier']:.4f}, announced - true {figures['bias']:+.4f},"
            f" mean distance over tenths {figures['ece']:.4f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
