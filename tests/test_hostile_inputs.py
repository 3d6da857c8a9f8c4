"""Files that somebody damaged, of every kind: each is taken, or refused in a sentence of ours."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from samples import spread

from lessons.catalogue import ours
from lessons.format.loader import load
from lessons.format.translations import lesson_in
from lessons.progress.progress import Progress, StepProgress, to_toml
from lessons.progress.progress_file import ProgressKeeper
from lessons.progress.recall import count_due
from lessons.take.tried import Tried
from microcrad.data.csv_file import read_csv
from microcrad.data.idx import read_idx
from microcrad.errors import MicrocradError
from microcrad.examples import examples
from microcrad.export import from_json as graph_from_json
from microcrad.export import graph_of
from microcrad.export.graph_program import graph_program
from microcrad.export.json_graph import to_json as graph_to_json
from microcrad.language.parser import parse
from microcrad.run.interpreter import TYPING
from microcrad.run.result import run_program
from microcrad.session.file import restore, saved
from microcrad.session.file import to_json as session_to_json
from microcrad.session.session import Session
from microcrad.timeline.snapshot import Snapshot
from microcrad.train import saved as models
from microcrad.train.configuration import Configuration
from microcrad.train.settings import restored
from microcrad.train.trainer import Trainer
from tui.files import open_file
from tui.lessons.lesson_walk import left_in
from tui.state_file import Kept, StateKeeper

NEURON = next(example.text for example in examples() if example.slug == "neuron")
TODAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """One sort of file: what it is called, a sound one, and all that is done with one that was read."""

    name: str
    sound: Callable[[], bytes]
    read: Callable[[Path], object]


def session() -> bytes:
    lived = Session(NEURON)
    return session_to_json(saved(lived, "neuron", folded=(1, 2), cursor=(1, 2))).encode()


def read_session(path: Path) -> None:
    _, place = open_file(path)
    assert place is not None
    restore(Session(), place, limits=TYPING)


def graph() -> bytes:
    run = run_program(NEURON)
    return graph_to_json(graph_of(Snapshot(run.program, run.log, len(run.log)))).encode()


def read_graph(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    graph_from_json(text)
    assert parse(graph_program(text, path.name)).errors == ()


def state() -> bytes:
    kept = Kept(NEURON, "neuron.mc", "/a/neuron.mc", NEURON, session().decode())
    folder = Path("sound")
    folder.mkdir(exist_ok=True)
    keeper = StateKeeper(folder / "state.toml")
    keeper.set_aside(kept)
    keeper.keep(kept, {"data": "spirals", "hidden": "5 5"})
    return (folder / "state.toml").read_bytes()


def read_state(path: Path) -> None:
    keeper = StateKeeper(path)
    if keeper.state.current is not None:
        left_in(keeper.state.current)
    keeper.keep(Kept("a = 1\n", "a.mc"), {})
    assert keeper.left is not None
    restored(keeper.state.training)


def progress() -> bytes:
    done = Progress().at_step("nudge", "look", TODAY, StepProgress(TODAY, tried=Tried(2)), done=True)
    return to_toml(done.asked("nudge", TODAY, right=True)).encode()


def read_progress(path: Path) -> None:
    keeper = ProgressKeeper(path)
    count_due(keeper.progress, TODAY.date())
    keeper.change(lambda found: found.asked("nudge", TODAY, right=True))
    count_due(keeper.progress, TODAY.date())


def model() -> bytes:
    trainer = Trainer(Configuration(points=20, hidden=(3,)))
    return models.to_json(models.saved(trainer)).encode()


def pictures() -> bytes:
    return bytes([0, 0, 8, 3]) + struct.pack(">3I", 6, 2, 2) + bytes(range(24))


def read_pictures(path: Path) -> None:
    labels = path.with_name("labels")
    labels.write_bytes(bytes([0, 0, 8, 1]) + struct.pack(">I", 6) + bytes([0, 1, 0, 1, 2, 0]))
    read_idx(path, labels)


def read_translation(path: Path) -> None:
    original = ours() / "01-nudge.md"
    (path.parent / original.name).write_bytes(original.read_bytes())
    lesson_in(path)


KINDS = {
    "session": Kind("a.mcs", session, read_session),
    "model": Kind("a.json", model, lambda path: models.load(str(path))),
    "graph": Kind("a.json", graph, read_graph),
    "lesson": Kind("01-nudge.md", (ours() / "01-nudge.md").read_bytes, load),
    "translation": Kind("01-nudge.de.md", (ours() / "01-nudge.de.md").read_bytes, read_translation),
    "progress": Kind("progress.toml", progress, read_progress),
    "state": Kind("state.toml", state, read_state),
    "table": Kind("a.csv", lambda: b"w,h,kind\n" + b"1,2,red\n3,4.5,blue\n" * 9, read_csv),
    "pictures": Kind("pictures", pictures, read_pictures),
}

HOSTILE = [
    b"", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\r", b"\n\n", b'"', b"'''", b"[" * 20_000, b"{" * 20_000,
    b'{"a":' * 5_000, b"9" * 5_000, b"1e999", b"-1", b"nan", b"NaN", b"true", b"null", b"2.5", b"[]", b"{}",
    b"9999-12-31T23:59:59-23:59", b"0001-01-01T00:00:00+23:59", b"18446744073709551616", b"\x1b]0;x\x07",
    b"\\ud800", b"+++", b"```", b"## a {#a}\n", b",,,", b"x" * 200_000, b"\x1f\x8b", b"\x7f\xff\xff\xff",
]  # fmt: skip


def damaged(sound: bytes, draw: random.Random) -> bytes:
    """The same file after one to four accidents: bytes lost, doubled, moved, changed or put in between."""
    data = sound
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        start = draw.randrange(len(data) + 1)
        end = min(len(data), start + draw.choice((1, 1, 4, 20, 200)))
        part = data[start:end]
        other = draw.choice(
            [draw.choice(HOSTILE), draw.choice(HOSTILE), part * 2, bytes([draw.randrange(256)]), b""]
        )
        data = data[:start] + other + (data[end:] if draw.random() < 0.9 else b"")
        if draw.random() < 0.3:  # A value in the place of another one.
            words = data.split()
            if words:
                data = data.replace(draw.choice(words), draw.choice(HOSTILE), 1)
    return data


def take(name: str, numbers: range, folder: Path) -> None:
    """Read so many damaged files of a kind; each is taken, or refused in a sentence."""
    kind = KINDS[name]
    sound = kind.sound()
    (folder / kind.name).write_bytes(sound)
    kind.read(folder / kind.name)  # So that it is the damage that is refused.
    for number in numbers:
        place = folder / str(number)
        place.mkdir()
        file = place / kind.name
        file.write_bytes(damaged(sound, random.Random(f"{name} {number}")))
        try:
            kind.read(file)
        except MicrocradError as error:
            said = str(error)
            assert len(said.split()) > 3, (name, number, said[:300])
            assert "Traceback" not in said
        except Exception as error:
            raise AssertionError(f"{name} {number}: {type(error).__name__}: {error}"[:500]) from error


@pytest.mark.parametrize("name", spread(3, KINDS))
def test_forty_of_a_kind(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    take(name, range(40), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_thousand_of_a_kind(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    take(name, range(40, 1000), tmp_path)
