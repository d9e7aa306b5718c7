"""`forecast`: what would each caller of these logs have been told on joining the queue?"""

import csv
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import timedelta
from pathlib import Path

from sunline.cli.command import Command
from sunline.prediction import LogForecasts, forecast_logs


def _seconds(text: str) -> timedelta:
    try:
        length = timedelta(seconds=float(text))
    except (ValueError, OverflowError) as error:
        raise ArgumentTypeError(f"{text!r} is no number of seconds") from error
    if length < timedelta(0):
        raise ArgumentTypeError(f"{text} is below zero")
    return length


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("logs", type=Path, nargs="+", metavar="LOG", help="call logs (CSV), in any order")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where the forecasts go (CSV)"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the calibration (needs matplotlib)")
    parser.add_argument(
        "--credit",
        type=_seconds,
        default=timedelta(seconds=90),
        metavar="SECONDS",
        help="what a caller of priority 2 or more gains on joining (default 90)",
    )
    parser.add_argument(
        "--apart",
        action="append",
        metavar="TYPE",
        help="a type served by agents of its own; may be repeated (default IN)",
    )


def _run(wish: Namespace) -> int:
    logs: list[Path] = wish.logs
    names = [log.name for log in logs]
    if len(set(names)) < len(names):
        print("two logs have the same name; the rows of a forecast could not be told apart")
        return 1
    apart: list[str] = wish.apart or ["IN"]
    told = forecast_logs(logs, credit=wish.credit, apart=apart)
    out: Path = wish.out
    _write(told, out)
    record = told.record
    print(f"{out}: {len(told.table)} forecasts")
    if record is not None:
        print(
            f"of {record.count} who waited and were served: RMSE {record.rmse_s:.2f} s,"
            f" pinball {record.pinball_s:.3f} s, bias {record.bias_s:+.2f} s,"
            f" {100 * record.coverage80:.1f} % within the 80 % interval"
        )
        if wish.plot is not None:
            record.plot().savefig(wish.plot)
    return 0


def _write(told: LogForecasts, out: Path) -> None:
    """The exchange format: figures of waits to a millisecond, probabilities to five digits."""
    table = told.table
    names = [column.name for column in table.columns]
    columns = [table.to_list(name) for name in names]
    digits = [".5f" if name.startswith("p") else ".3f" for name in names]
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in zip(*columns, strict=True):
            figures = (format(x, form) for x, form in zip(row[2:], digits[2:], strict=True))
            writer.writerow([*row[:2], *figures])


COMMAND = Command(
    name="forecast",
    help="Forecast the wait of each caller of a log, as it would have been told on joining.",
    add_arguments=_add_arguments,
    run=_run,
)
