"""The pages in docs: every console example in them is run, and prints what the page says."""

from __future__ import annotations

import dataclasses
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from samples import always

from microcrad.examples import examples
from microcrad.export import FORMATS, Graph, GraphEdge, Node
from microcrad.train.settings import SETTINGS
from microcrad.train.training_faults import TRAINING_FAULTS
from tui.commands.main import main

FOLDER = Path(__file__).parent.parent / "docs"
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted(FOLDER.glob("*.md"))}


def blocks(page: str) -> list[str]:
    """The console blocks of a page."""
    return re.findall(r"^```console\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)


def examples_of(page: str) -> list[tuple[str, str]]:
    """The commands of a page, each with what it says they print."""
    found = (re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE) for block in blocks(page))
    return [example for block in found for example in block]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a page's reader is: beside the example programs, with `microcrad` installed."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for example in examples():
        (folder / f"{example.slug}.mc").write_text(example.text, encoding="utf-8")
    bin_ = folder / "bin"
    bin_.mkdir()
    script = bin_ / "microcrad"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m microcrad "$@"\n')
    script.chmod(0o755)
    return folder


PIPELINE = re.compile(r"(?:(printf '[^']*') \| )?microcrad ([^|<>&;]*?)( 2>/dev/null)?(?: \| (.*))?")
"""What is piped into a command, its arguments, whether its errors are kept apart, what it is piped into."""


def output(command: str, folder: Path) -> str:
    """What a terminal would show of a command, run in this process where a shell does no more than pipe."""
    found = PIPELINE.fullmatch(command)
    if found is None:
        return shell(command, folder)
    before, arguments, quiet, after = found.groups()
    given = shell(before, folder) if before else ""
    result = CliRunner().invoke(main, shlex.split(arguments), input=given)
    printed = result.stdout if quiet else result.output
    return shell(after, folder, printed) if after else printed


def shell(command: str, folder: Path, given: str = "") -> str:
    """What a terminal would show of a shell's command."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        input=given,
        env={**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("page", always(2, [page for page in PAGES if examples_of(page)]))
def test_the_page_shows_what_its_commands_print(
    page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, as its reader types them: later ones use what earlier ones wrote."""
    monkeypatch.chdir(folder)
    for command, printed in examples_of(page):
        assert output(command, folder) == printed, command


PYTHON = [
    (page, code)
    for page, text in PAGES.items()
    for code in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[page for page, _ in PYTHON])
def test_the_pages_python_runs_and_what_it_asserts_holds(page: str, code: str) -> None:
    assert "assert" in code, page
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_page_of_commands_has_an_example_of_every_option() -> None:
    found = examples_of("commands")
    commands = "\n".join(command for command, _ in found)
    assert "".join(f"$ {command}\n{printed}" for command, printed in found) == "".join(blocks("commands"))
    words = [
        "run",
        "explain",
        "diagnose",
        "gradcheck",
        "export",
        "--to dot",
        "--to mermaid",
        "--to svg",
        "--to json",
        "--step",
        "--view",
        "--from",
        "--plain",
        "--json",
        "--at",
        "--fault",
        "lessons new",
        "lessons check",
        "lessons take",
    ]
    for word in (*words, "--to", "-o"):
        assert word in commands
    assert "--fail-on-leak" in PAGES["commands"]


def test_the_page_of_commands_lists_every_format() -> None:
    for row in FORMATS.values():
        assert re.search(
            rf"^\| `{row.name}` \| {row.title}\b.*\| `{re.escape(row.suffix)}` \|$", PAGES["commands"], re.M
        )


def test_the_page_of_training_lists_every_setting_and_fault() -> None:
    for row in SETTINGS.values():
        star = " *" if row.needs_rewind else ""
        option = f"--{row.name.replace('_', '-')}"
        assert f"| `{option}`{star} | {row.does} | {row.expects} |\n" in PAGES["training"]
    for fault in TRAINING_FAULTS.values():
        assert f"| `{fault.name}` | {fault.does} | {fault.look} |\n" in PAGES["training"]


def test_the_page_of_graphs_has_every_field() -> None:
    fields = re.findall(r"^\| `(\w+)` \|", PAGES["graph"], re.MULTILINE)
    mine = [[field.name for field in dataclasses.fields(each)] for each in (Graph, Node, GraphEdge)]
    assert fields == ["format", "version", *mine[0], *mine[1], *mine[2]]


def test_the_index_has_every_page_once() -> None:
    linked = re.findall(r"^- \[([\w-]+)\.md\]\(\1\.md\): .+\.$", PAGES["README"], re.MULTILINE)
    assert sorted(linked) == sorted(set(PAGES) - {"README"})


ROOT = FOLDER.parent
TEXTS = [
    *sorted(FOLDER.glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
]


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """What a link can point at in a page: its headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)(.*?)\)", prose(page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_every_module_and_name_of_the_library_is_where_the_page_says(page: Path) -> None:
    for dotted in re.findall(r"`(microcrad(?:\.\w+)+)`", page.read_text(encoding="utf-8")):
        assert pkgutil.resolve_name(dotted) is not None, dotted


def test_the_files_that_contributing_names_are_there() -> None:
    """Its recipes are followed to the letter, so their paths have to be true."""
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(paths) > 20
    for path in paths:
        assert "NN-" in path or (ROOT / path).exists(), path
