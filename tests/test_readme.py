"""The README: its commands, its program and its Python code do what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples import always

from microcrad.session.moves import make_move
from microcrad.session.session import Session

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_first_screen_says_what_it_is_shows_it_and_gives_two_commands() -> None:
    first = "\n".join(README.split("\n")[:20])
    assert "playground for understanding backpropagation" in first
    assert "git clone" in first
    assert "make play" in first
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", first):
        assert (ROOT / picture).read_text(encoding="utf-8").startswith("<svg")
    assert "docs/images/at-work.svg" in first


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)(.*?)\)", README):
        assert (ROOT / link).exists(), link


def test_every_picture_is_shown_on_some_page() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = re.findall(
        r"!\[[^]]*\]\((?:docs/)?images/(.*?)\)", "".join(page.read_text("utf-8") for page in pages)
    )
    assert set(shown) == {picture.name for picture in (ROOT / "docs/images").iterdir()}


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make (\w+)", README))
    assert {"play", "test", "check"} <= targets
    for target in targets - {"the", "without"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_its_first_minute_is_what_the_first_two_keys_show() -> None:
    first, second = re.findall(r"`(do/d.*?)`", README)
    session = Session((ROOT / "microcrad/examples/neuron.mc").read_text(encoding="utf-8"))
    make_move(session, "start_of_backward")
    for number in (first, second):
        make_move(session, "next")
        assert number in session.moment.sentence


def test_its_program_runs() -> None:
    """The language block is one program, and every line of it is read."""
    (text,) = blocks("mc")
    session = Session(text)
    make_move(session, "last")
    assert session.errors == ()
    assert session.snapshot.output


@pytest.mark.parametrize("command", always(2, re.findall(r"^\$ microcrad (.*)$", README, re.MULTILINE)))
def test_its_plain_commands_run(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "microcrad", *command.split()], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0
    assert done.stdout


def test_its_python_prints_what_its_comments_say_and_writes_a_program_of_its_graph(tmp_path: Path) -> None:
    (code,) = blocks("python")
    script = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = re.findall(r"print\(.*?\)\s+# (\S+):", code)
    assert said
    assert done.stdout.split() == said
    session = Session((tmp_path / "graph.mc").read_text(encoding="utf-8"))
    assert session.errors == ()
    assert 7.0 in [session.run.end.row(node).grad for node in session.run.end.nodes]
