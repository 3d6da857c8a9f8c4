"""Virtual environments for the tests of what is installed, and the Pythons there are to make them with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "Place", "python_of"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """A virtual environment, and an empty folder in which its programs are run."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, python: str = sys.executable) -> Place:
        """A new one."""
        place = cls(folder)
        place.work.mkdir(parents=True)
        place.run(python, "-m", "venv", str(folder / "venv"))
        return place

    @property
    def work(self) -> Path:
        """Where its programs are run."""
        return self.folder / "work"

    def program(self, name: str) -> str:
        """A program that is installed in it."""
        return str(self.folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / name)

    def pip(self, *arguments: str) -> None:
        """Have pip do something."""
        self.run(self.program("python"), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)

    def run(self, *command: str, **variables: str) -> str:
        """What a command prints, with nothing of these sources on its path; it must succeed."""
        done = self.tried(command, variables)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def tried(
        self, command: tuple[str, ...], variables: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """What comes of a command."""
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        kept = {
            f"MICROCRAD_{name.upper()}": str(self.folder / f"{name}.toml") for name in ("state", "progress")
        }
        return subprocess.run(
            command, cwd=self.work, env={**own, **kept, **variables},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip


@cache
def python_of(version: str) -> str | None:
    """The Python of a version such as "3.12", if it is here: on PATH, or where pyenv keeps its own."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for python in (f"python{version}", *map(str, sorted(kept.glob(f"{version}.*/bin/python")))):
        probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run([python, "-c", probe], capture_output=True, text=True)
        except OSError:
            continue
        if done.stdout.strip() == version:
            return python
    return None
