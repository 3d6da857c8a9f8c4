"""Progress: merging loses nothing, and neither do files, accidents and two copies at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.progress.progress import (
    INTERVALS,
    LessonProgress,
    Progress,
    Recall,
    StepProgress,
    from_toml,
    to_toml,
)
from lessons.progress.progress_file import ProgressKeeper, progress_file
from lessons.take.tried import Tried

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)

whens = st.integers(0, 10_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
counts = st.dictionaries(st.sampled_from(["1", "own", "-1.5"]), st.integers(1, 5))
tried = st.builds(Tried, st.integers(0, 9), counts, counts)
steps = st.builds(StepProgress, st.none() | whens, st.booleans(), tried, st.integers(0, 3))
slugs = st.sampled_from(["predict", "bug", "make"])
recalls = st.none() | st.builds(Recall, st.integers(0, len(INTERVALS) - 1), whens)
taken = st.builds(
    LessonProgress,
    st.dictionaries(slugs, steps),
    slugs | st.just(""),
    st.none() | whens,
    st.none() | whens,
    recalls,
)
progresses = st.builds(Progress, st.dictionaries(st.sampled_from(["nudge", "graph", "order"]), taken))


@given(progresses)
def test_what_is_written_is_read_back(progress: Progress) -> None:
    assert from_toml(to_toml(progress), "the text") == progress


@given(progresses, progresses, progresses)
def test_merging_is_the_same_in_any_order_and_however_often(a: Progress, b: Progress, c: Progress) -> None:
    assert a.merged(a) == a
    assert a.merged(b) == b.merged(a)
    assert a.merged(b).merged(c) == a.merged(b.merged(c))
    assert a.merged(b).merged(b) == a.merged(b)


@given(progresses, progresses)
def test_merging_loses_nothing(a: Progress, b: Progress) -> None:
    both = a.merged(b)
    for progress in (a, b):
        for id_, lesson in progress.lessons.items():
            merged = both.of(id_)
            assert lesson.finished is None or (
                merged.finished is not None and merged.finished <= lesson.finished
            )
            for slug, step in lesson.steps.items():
                assert merged.steps[slug].seen >= step.seen
                assert merged.steps[slug].hints >= step.hints
                for one, other in (
                    (step.tried.met, merged.steps[slug].tried.met),
                    (step.tried.wrong, merged.steps[slug].tried.wrong),
                ):
                    assert all(other[key] >= count for key, count in one.items())
                assert step.passed is None or merged.steps[slug].passed is not None


def test_tries_stop_at_the_pass_that_counts() -> None:
    """Without a pass the most are kept; what is tried after the first pass is none."""
    three, two, nine = (Tried(tries) for tries in (3, 2, 9))
    progress = at(Progress(), "one", step=StepProgress(None, tried=three))
    assert progress.of("order").open_tries == {"one": three}
    progress = at(progress, "one", 1, step=StepProgress(NOW, tried=Tried(4)))
    assert progress.of("order").steps["one"].tries == 4
    for later in (StepProgress(None, tried=nine), StepProgress(NOW + timedelta(hours=1), tried=two)):
        progress = at(progress, "one", 2, step=later)
        assert progress.of("order").steps["one"].tries == 4
    assert progress.of("order").open_tries == {}


def at(
    progress: Progress,
    slug: str,
    minute: int = 0,
    *,
    passed: bool = True,
    done: bool = False,
    step: StepProgress | None = None,
) -> Progress:
    """A step was come to, after so many minutes."""
    when = NOW + timedelta(minutes=minute)
    done_by_now = step or StepProgress(when if passed else None, tried=Tried(1))
    return progress.at_step("order", slug, when, done_by_now, done=done)


def test_a_lesson_remembers_when_each_step_was_passed_first_and_where_it_was_left() -> None:
    progress = at(at(at(Progress(), "one"), "two", 1, passed=False), "one", 2, done=True)
    lesson = progress.of("order")
    assert lesson.steps["one"].passed == NOW
    assert lesson.steps["two"].passed is None
    assert (lesson.at, lesson.finished) == ("one", NOW + timedelta(minutes=2))
    assert progress.of("nudge") == LessonProgress()
    assert progress.without("order") == Progress()


def test_questions_are_due_after_1_3_7_and_21_days() -> None:
    assert INTERVALS == (1, 3, 7, 21)
    progress = at(Progress(), "last", done=True)
    assert Progress().of("order").due is None
    now = NOW
    for days in (1, 3, 7, 21, 21):
        due = progress.of("order").due
        assert due == now.astimezone().date() + timedelta(days=days)
        now += timedelta(days=days)
        progress = progress.asked("order", now, right=True)
    progress = progress.asked("order", now, right=False)
    assert progress.of("order").due == now.astimezone().date() + timedelta(days=1)
    assert progress.of("order").finished == NOW


# --- files ---------------------------------------------------------------------------------------------


def test_a_keeper_keeps_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "progress.toml"
    keeper = ProgressKeeper(path)
    assert not path.exists()
    keeper.change(lambda progress: at(progress, "one"))
    assert keeper.problem == ""
    read = from_toml(path.read_text(), "")
    assert ProgressKeeper(path).progress == keeper.progress == read == at(Progress(), "one")
    assert path.stat().st_mode & 0o077 == 0
    assert {file.name for file in path.parent.iterdir()} == {"progress.toml", "progress.lock"}


def test_two_keepers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    one, two = ProgressKeeper(tmp_path / "p.toml"), ProgressKeeper(tmp_path / "p.toml")
    one.change(lambda progress: at(progress, "one"))
    two.change(lambda progress: at(progress, "two"))
    one.change(lambda progress: at(progress, "three"))
    assert set(ProgressKeeper(tmp_path / "p.toml").progress.of("order").steps) == {"one", "two", "three"}
    two.change(lambda progress: progress.without("order"))
    assert one.change(lambda progress: progress) == Progress()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lessons.progress.progress import StepProgress
from lessons.progress.progress_file import ProgressKeeper
keeper = ProgressKeeper(Path(sys.argv[1]))
for i in range(25):
    now = datetime.now(UTC)
    slug = f"{sys.argv[2]}-{i}"
    keeper.change(lambda p: p.at_step("order", slug, now, StepProgress(now), done=False))
    assert not keeper.problem, keeper.problem
"""


def test_two_copies_of_the_app_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    copies = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("a", "b", "c")]
    assert [copy.wait(60) for copy in copies] == [0, 0, 0]
    assert len(from_toml(path.read_text(), "").of("order").steps) == 75


@pytest.mark.parametrize(
    "text",
    ["", "version = ", "version = 1\n", "version = 0\nlessons = {}\n", 'version = "1"\nlessons = {}\n',
     "version = 1\n[lessons.order]\nat = 3\nsteps = {}\n", "version = 1\nlessons = 3\n",
     'version = 1\n[lessons.order]\nat = ""\n[lessons.order.steps.one]\ntries = "2"\nseen = true\n',
     'version = 1\n[lessons.a]\nat = ""\nsteps = {}\nrecall = { level = 9, asked = 2026-01-01T00:00:00Z }\n',
     'version = 1\n[lessons.a]\nat = ""\nsteps = {}\nrecall = { level = 1.0, asked = 2026-01-01T00:00:00 }\n',
     'version = 1\n[lessons.a]\nat=""\nsteps = {}\nrecall = { level = true, asked = 2026-01-01T00:00:00 }\n',
     'version = 1\n[lessons.a]\nat = ""\nsteps = {}\nrecall = { level = nan, asked = 2026-01-01T00:00:00 }\n',
     'version = 1\n[lessons.a]\nat = ""\nleft = 9999-12-31T23:59:59-23:59\nsteps = {}\n',
     'version = 1\n[lessons.a]\nat = ""\nleft = 2026-01-01\nsteps = {}\n',
     'version = 1\nlessons = { a = 3 }\n', "version = 1\nlessons = " + "[" * 20_000,
     "\x00\x01"],
    ids=lambda text: repr(text[:40]),
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_set_aside_and_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "progress.toml"
    for number in (1, 2):
        path.write_bytes(text.encode())
        keeper = ProgressKeeper(path)
        aside = tmp_path / f"progress.unreadable-{number}.toml"
        assert aside.read_bytes() == text.encode()
        assert aside.name in keeper.problem
        assert keeper.progress == Progress()
        keeper.change(lambda progress: at(progress, "one"))
        assert keeper.problem == ""
        assert from_toml(path.read_text(), "") == at(Progress(), "one")
    assert not (tmp_path / "progress.unreadable-3.toml").exists()


def test_bytes_that_are_no_text_are_set_aside_as_well(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe")
    assert "p.unreadable-1.toml" in ProgressKeeper(tmp_path / "p.toml").problem


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("version = 2\nnew = true\n")
    keeper = ProgressKeeper(path)
    assert "newer microcrad" in keeper.problem
    keeper.change(lambda progress: at(progress, "one"))
    assert path.read_text() == "version = 2\nnew = true\n"
    assert keeper.progress == at(Progress(), "one")


def test_what_cannot_be_kept_is_said_and_kept_as_soon_as_it_can(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file stands where the folder should")
    path = tmp_path / "folder" / "p.toml"
    keeper = ProgressKeeper(path)
    keeper.change(lambda progress: at(progress, "one"))
    assert "Progress cannot be kept" in keeper.problem
    (tmp_path / "folder").unlink()
    other = ProgressKeeper(path)
    other.change(lambda progress: at(progress, "two"))
    keeper.change(lambda progress: at(progress, "three"))
    assert keeper.problem == ""
    assert set(from_toml(path.read_text(), "").of("order").steps) == {"one", "two", "three"}


def test_the_place_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "mine.toml"))
    assert progress_file() == tmp_path / "mine.toml"
    monkeypatch.delenv("MICROCRAD_PROGRESS")
    assert progress_file().name == "progress.toml"
