"""The stub of the compiled part says what the compiled part is, and the package ships its types."""

import importlib.resources
import subprocess
import sys
from pathlib import Path

import sunline
from sunline import _native

PROJECT = Path(__file__).resolve().parents[1]


def test_the_stub_is_the_module(tmp_path: Path) -> None:
    """Every class, method, argument and constant, both ways, by mypy's own comparison."""
    known = tmp_path / "known"
    known.write_text("sunline._native.__all__  # a list that PyO3 makes of the names compared here\n")
    settings = ["--mypy-config-file", "pyproject.toml", "--allowlist", str(known)]
    compared = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "sunline._native", *settings],
        cwd=PROJECT,
        env={"MYPY_CACHE_DIR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """A stub that promises one function more is found out."""
    package = tmp_path / "promising"
    package.mkdir()
    (package / "__init__.py").write_text("def kept() -> int:\n    return 1\n")
    (package / "__init__.pyi").write_text("def kept() -> int: ...\ndef broken() -> int: ...\n")
    compared = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "promising"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "MYPY_CACHE_DIR": str(tmp_path / "cache"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert compared.returncode != 0
    assert "broken" in compared.stdout


def test_the_package_ships_its_types() -> None:
    files = importlib.resources.files(sunline)
    assert files.joinpath("py.typed").is_file()
    assert files.joinpath("_native.pyi").is_file()


def test_the_version_is_that_of_the_compiled_part() -> None:
    assert sunline.__version__ == _native.__version__
