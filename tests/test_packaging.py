"""Installed beside other things: packages of our names, what is built, each Python, old dependencies."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from commands import MODULE
from installing import ROOT, Place, python_of
from samples import always

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCRIPT = [
    sys.executable,
    "-P",
    "-c",
    f"from {PROJECT['scripts']['microcrad'].replace(':', ' import ')}; main()",
]
"""What the installed script does: its folder, and not where one is, is on the path."""
NEURON = ROOT / "microcrad" / "examples" / "neuron.mc"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

APP = """
import asyncio
from pathlib import Path
from tui.app import PlaygroundApp
from tui.state_file import Kept, StateKeeper
async def walk():
    app = PlaygroundApp(Kept("x = 2\\ny = x*x\\nbackward(y)\\n", "y.mc"), StateKeeper(Path("state.toml")))
    async with app.run_test(size=(120, 36)) as pilot:
        for key in ("n", "d", "c", "question_mark", "escape", "2", "3", "1"):
            await pilot.press(key)
            await pilot.pause()
asyncio.run(walk())
"""
"""A walk through every screen, without a terminal."""


# --- where one has packages of the same names ----------------------------------------------------------


def others(folder: Path, shape: str) -> Path:
    """Fill a folder with packages or modules that must not be ours, and with ones that we import."""
    for name in ("tui", "lessons", "click", "rich", "textual", "numpy", "random"):
        file = folder / shape.format(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"raise SystemExit('this is not our {name}')\n")
    return folder


@pytest.mark.parametrize("shape", ["{}.py", pytest.param("{}/__init__.py", marks=pytest.mark.slow)])
@pytest.mark.parametrize("command", always(1, [(SCRIPT,), (MODULE,)]))
@pytest.mark.parametrize("arguments", [["lessons", "list"], ["train", "--data", "xor", "--steps", "1"]])
def test_packages_of_our_names_where_one_is_are_not_taken_for_ours(
    tmp_path: Path, command: list[str], arguments: list[str], shape: str
) -> None:
    done = subprocess.run([*command, *arguments], cwd=others(tmp_path, shape), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, done.stderr if "train" in arguments else "")
    assert done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", always(1, [(SCRIPT,), (MODULE,)]))
def test_nor_are_those_on_ones_own_path(tmp_path: Path, command: list[str]) -> None:
    """What else is on PYTHONPATH is wanted there, so only our own names are tried."""
    for name in ("tui", "lessons"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('this is not ours')\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    here = tmp_path / "here"  # Not the folder of the sources, which would come first.
    here.mkdir()
    done = subprocess.run(
        [*command, "lessons", "list"],
        cwd=here, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "accumulate" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that one is in.")
def test_it_runs_where_the_folder_one_is_in_has_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir ../gone && exec "$@"', "sh", *MODULE, "--version"],
        cwd=gone, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.startswith("microcrad ")


# --- what is built and installed -----------------------------------------------------------------------


def lowest(*lists: list[str]) -> list[str]:
    """Requirements narrowed to the first versions that they allow."""
    return [re.sub(r">=([\d.]+).*", r"==\1", each) for names in lists for each in names]


def test_every_dependency_says_from_which_version() -> None:
    wanted = lowest(PROJECT["dependencies"], PROJECT["optional-dependencies"]["serve"])
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", each) for each in wanted), wanted


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An environment with what builds, and what installs by other ways; needs an index that pip can reach."""
    place = Place.made(tmp_path_factory.mktemp("builder"))
    try:
        place.pip("install", "hatchling", "uv", "pipx")
    except AssertionError as error:
        reason = f"pip reaches no index here: {str(error).strip().splitlines()[-1]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return place


@pytest.fixture(scope="module")
def built(builder: Place) -> Path:
    """A folder with the wheel and the sdist."""
    subprocess.run(
        [builder.program("python"), "-m", "hatchling", "build", "-d", str(builder.work)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return builder.work


def wheel(built: Path) -> Path:
    """The built wheel."""
    (found,) = built.glob("*.whl")
    return found


def sources() -> set[str]:
    """Every file of our packages, by its place in the sources."""
    files = [path for name in ("microcrad", "tui", "lessons") for path in (ROOT / name).rglob("*.*")]
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_what_is_built_holds_every_file_and_no_other(built: Path) -> None:
    here = sources()
    assert {"tui/app.tcss", "microcrad/export/runtime.c", "microcrad/py.typed"} <= here
    packed = {name for name in zipfile.ZipFile(wheel(built)).namelist() if ".dist-info/" not in name}
    assert packed == here
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert here | {"README.md", "LICENSE", "pyproject.toml", "tests/conftest.py"} <= names
    assert not {name.partition("/")[0] for name in names} & {".venv", "node_modules", ".git"}


def works(place: Place) -> None:
    """See that what is installed runs: commands that read each kind of file that ships, and every screen."""
    command, python = place.program("microcrad"), place.program("python")
    said = f"microcrad {version_here()}\n"
    assert place.run(command, "--version") == place.run(python, "-m", "microcrad", "--version") == said
    assert "0.7616" in place.run(command, "run", str(NEURON))
    assert "accumulate" in place.run(command, "lessons", "list")
    assert "program_end()" in place.run(command, "export", str(NEURON), "--to", "c")
    assert place.run(command, "reference", "relu")
    assert "accuracy" in place.run(command, "train", "--data", "digits", "--steps", "1")
    place.run(python, "-c", APP)


def version_here() -> str:
    """The version in the sources."""
    (version,) = re.findall(r'__version__ = "(.*)"', (ROOT / "microcrad" / "__init__.py").read_text("utf-8"))
    return str(version)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_works_with_each_python(tmp_path: Path, built: Path, version: str) -> None:
    python = python_of(version)
    if python is None:
        pytest.skip(f"There is no Python {version} here.")
    place = Place.made(tmp_path, python)
    place.pip("install", str(wheel(built)))
    works(place)
    others(place.work, "{}.py")
    assert "accumulate" in place.run(place.program("microcrad"), "lessons", "list")
    assert "accumulate" in place.run(place.program("python"), "-m", "microcrad", "lessons", "list")


@pytest.mark.slow
def test_it_works_with_its_dependencies_at_their_lowest(tmp_path: Path, built: Path) -> None:
    python = python_of(VERSIONS[0])  # Later ones came after some of these versions.
    if python is None:
        pytest.skip(f"There is no Python {VERSIONS[0]} here.")
    place = Place.made(tmp_path, python)
    needed = lowest(PROJECT["dependencies"], PROJECT["optional-dependencies"]["serve"])
    place.pip("install", str(wheel(built)), *needed)
    works(place)
    place.run(place.program("python"), "-c", "import tui.serve.server")


@pytest.mark.slow
def test_the_sdist_can_be_installed(tmp_path: Path, built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    place = Place.made(tmp_path)
    place.pip("install", str(archive))
    works(place)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["uvx", "pipx"])
def test_the_ways_to_run_it_that_the_readme_names(tmp_path: Path, builder: Place, way: str) -> None:
    assert "`pipx install .`" in (ROOT / "README.md").read_text(encoding="utf-8")
    kept = {
        name: str(tmp_path / name) for name in ("UV_CACHE_DIR", "UV_TOOL_DIR", "PIPX_HOME", "PIPX_BIN_DIR")
    }
    said = f"microcrad {version_here()}\n"
    if way == "uvx":
        from_here = ("--python", sys.executable, "--from", str(ROOT), "microcrad", "--version")
        assert builder.run(builder.program("uvx"), *from_here, **kept) == said
    else:
        builder.run(builder.program("pipx"), "install", "--python", sys.executable, str(ROOT), **kept)
        assert builder.run(str(tmp_path / "PIPX_BIN_DIR" / "microcrad"), "--version", **kept) == said
