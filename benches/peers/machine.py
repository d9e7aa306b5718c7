"""The machine and the tools that a measurement belongs to."""

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("sunline", "simpy", "ciw", "numpy", "pyworkforce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Facts for the head of the table and for the JSON file."""

    cpu: str
    cores: int
    system: str
    python: str
    rustc: str
    packages: dict[str, str]  #: Version by name, of those that are installed.
    load_average: list[float]  #: When this was asked.


def describe() -> Machine:
    """This machine, now."""
    return Machine(
        cpu=_cpu_model(),
        cores=os.cpu_count() or 0,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        rustc=subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip(),
        packages={name: found for name in _PACKAGES if (found := _version(name))},
        load_average=load_average(),
    )


def load_average() -> list[float]:
    """Processes that wanted a core, over the last 1, 5 and 15 minutes."""
    return [round(load, 2) for load in os.getloadavg()]


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
