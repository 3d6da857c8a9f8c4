"""A class: thirty reports are written, handed in, and gathered, with all that goes wrong with files."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import microcrad

from lessons.catalogue import catalogue
from lessons.format.lesson import Lesson
from lessons.progress.class_table import gather
from lessons.progress.handed_in import read_report, report_text
from lessons.progress.progress import Progress, StepProgress, to_toml
from lessons.progress.progress_file import ProgressKeeper
from lessons.take.taking import Taking
from lessons.take.tried import Tried
from microcrad.errors import ContentError, NewerError
from microcrad.session.session import Session
from microcrad.text.visible import visible

LESSONS = {lesson.id: lesson for lesson in catalogue().lessons}
TAKEN = ("nudge", "graph", "chain-rule", "accumulate")
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
NAMES = [
    "Ada",
    "Zoë",
    "李",
    '=HYPERLINK("x")',
    "Bo\x1b[31m",
    "Ada",
    *(f"Learner {n:02}" for n in range(7, 31)),
]


def learner(seed: int) -> Progress:
    """What somebody did: some lessons, some tasks of each, with the mistakes that lessons know."""
    chance = random.Random(seed)
    progress = Progress()
    for id_ in TAKEN[: chance.randint(1, len(TAKEN))]:
        lesson = LESSONS[id_]
        for place in range(chance.randint(1, len(lesson.steps))):
            step = lesson.steps[place]
            tried = Tried(chance.randint(1, 5))
            for number, why in enumerate(step.whys, 1):
                if chance.random() < 0.3:
                    tried = tried.recognised(why.id or str(number))
                    if why.attempt[0].name == "answer":
                        tried = tried.answered(why.attempt[0].value)
            when = NOW - timedelta(days=chance.randint(0, 9), minutes=place)
            passed = when if chance.random() < 0.9 else None
            done = StepProgress(passed, chance.random() < 0.2, tried, chance.randint(0, 3))
            progress = progress.at_step(id_, step.slug, when, done, done=place == len(lesson.steps) - 1)
    return progress


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Progress]:
    """Thirty reports in the folder `handed-in`, as the command writes them: what they are of, by file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MICROCRAD_LESSONS", raising=False)
    (tmp_path / "handed-in").mkdir()
    found = {}
    for seed, name in enumerate(NAMES, 1):
        progress = learner(seed)
        own = tmp_path / f"progress-{seed}.toml"
        own.write_text(to_toml(progress), encoding="utf-8")
        monkeypatch.setenv("MICROCRAD_PROGRESS", str(own))
        file = f"{seed:02}.json"
        made = microcrad("lessons", "progress", "report", "--name", name, f"handed-in/{file}")
        assert made.exit_code == 0, made.stderr
        found[file] = progress
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "teacher.toml"))
    return found


def rows_of(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """The rows of a CSV table by learner and lesson."""
    return {(row["learner"], row["lesson"]): row for row in csv.DictReader(io.StringIO(text))}


def test_a_class_of_thirty_is_gathered(reports: dict[str, Progress], tmp_path: Path) -> None:
    """One report is damaged, one of a newer version, two have one name: they are told apart and said."""
    damaged, newer = tmp_path / "handed-in" / "09.json", tmp_path / "handed-in" / "10.json"
    text = damaged.read_text(encoding="utf-8")
    damaged.write_text(text.replace('"seen": false', '"seen": true', 1), encoding="utf-8")
    newer.write_text(
        newer.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'), encoding="utf-8"
    )
    result = microcrad("lessons", "progress", "gather", "handed-in", "--csv")
    assert result.exit_code == 1
    said = result.stderr.splitlines()
    assert len(said) == 2
    assert "09.json" in said[0]
    assert "damaged" in said[0]
    assert "10.json" in said[1]
    assert "newer microcrad" in said[1]
    rows = rows_of(result.stdout)
    good = {file: progress for file, progress in reports.items() if file not in ("09.json", "10.json")}
    assert len(rows) == sum(len(progress.lessons) for progress in good.values())
    named = {"01.json": "Ada (01.json)", "06.json": "Ada (06.json)"}
    for file, progress in good.items():
        name = named.get(file, NAMES[int(file[:2]) - 1])
        if name.startswith("="):
            name = f"'{name}"  # A spreadsheet works nothing out, and a terminal neither.
        for id_, done in progress.lessons.items():
            row = rows[visible(name), id_]
            assert int(row["passed"]) == sum(step.passed is not None for step in done.steps.values())
            assert int(row["tries"]) == sum(step.tries for step in done.steps.values())
            assert int(row["hints"]) == sum(step.hints for step in done.steps.values())
            assert done.left is not None
            assert row["last day"] == done.left.astimezone().date().isoformat()
    assert not (tmp_path / "teacher.toml").exists()  # Nothing came into the teacher's own progress.


def test_what_is_met_most_stands_under_the_table(reports: dict[str, Progress]) -> None:
    result = microcrad("lessons", "progress", "gather", "handed-in", "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    counted = Counter(
        (id_, slug, why)
        for progress in reports.values()
        for id_, done in progress.lessons.items()
        for slug, step in done.steps.items()
        for why in step.tried.wrong
    )
    assert {(e["lesson"], e["task"], e["what"]): e["learners"] for e in found["wrong"]} == counted
    learners = [each["learners"] for each in found["met"]]
    assert learners == sorted(learners, reverse=True)
    sentences = {each["what"] for each in found["met"]}
    assert any("is the road through y" in sentence for sentence in sentences)
    text = microcrad("lessons", "progress", "gather", "handed-in").stdout
    assert "Met most often:" in text
    assert "Wrong answers given most often:" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    plain = microcrad("lessons", "progress", "gather", "--plain", "handed-in/02.json").stdout
    assert "Zoë, nudge: " in plain


def test_a_report_is_merged_into_nobodys_progress(reports: dict[str, Progress], tmp_path: Path) -> None:
    keeper = ProgressKeeper(tmp_path / "teacher.toml")
    keeper.change(lambda progress: progress.merged(learner(99)))
    before = (tmp_path / "teacher.toml").read_bytes()
    result = microcrad("lessons", "progress", "import", "handed-in/01.json")
    assert result.exit_code == 1
    assert "merged into nobody's progress" in result.stderr
    assert "gather handed-in/01.json" in result.stderr
    assert (tmp_path / "teacher.toml").read_bytes() == before


def test_a_report_that_is_there_twice_counts_once(reports: dict[str, Progress], tmp_path: Path) -> None:
    """It is named, as is a file that is too large, of which nothing is said that holds for programs."""
    one, again = tmp_path / "handed-in" / "01.json", tmp_path / "handed-in" / "again.json"
    again.write_bytes(one.read_bytes())
    (tmp_path / "handed-in" / "large.json").write_text(" " * 2_000_000, encoding="utf-8")
    result = microcrad("lessons", "progress", "gather", "handed-in", "--csv")
    assert result.exit_code == 1
    said = result.stderr.splitlines()
    assert said == [
        "Left out: 'handed-in/again.json' is the same report as 'handed-in/01.json'.",
        "Left out: 'handed-in/large.json' is larger than 1,000,000 bytes.",
    ]
    again.unlink()
    assert microcrad("lessons", "progress", "gather", "handed-in", "--csv").stdout == result.stdout


def test_nothing_to_gather_and_nothing_to_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "mine.toml"))
    nothing = microcrad("lessons", "progress", "report", "mine.json")
    assert nothing.exit_code == 1
    assert "No lesson was begun yet" in nothing.stderr
    assert not (tmp_path / "mine.json").exists()
    (tmp_path / "empty").mkdir()
    assert "There is no report in 'empty'" in microcrad("lessons", "progress", "gather", "empty").stderr
    assert microcrad("lessons", "progress", "gather", "gone.json").exit_code == 1
    (tmp_path / "other.json").write_text("[1, 2]")
    other = microcrad("lessons", "progress", "gather", "other.json")
    assert (other.exit_code, other.stdout) == (1, "")
    assert "is not a report" in other.stderr
    assert microcrad("lessons", "progress", "gather", "other.json", "--csv", "--json").exit_code == 2


def test_a_report_is_read_back_and_shows_that_it_was_changed() -> None:
    progress = learner(3)
    text = report_text(progress, "  Ada  ", NOW)
    report = read_report(text, "it")
    assert (report.name, report.made) == ("Ada", NOW)
    for id_, done in progress.lessons.items():
        assert report.progress.of(id_).steps == done.steps
    assert read_report(json.dumps(json.loads(text)), "it") == report  # However it is laid out.
    for old, new in (('"tries": ', '"tries": 1'), ("Ada", "Eve"), ('"nudge"', '"order"')):
        with pytest.raises(ContentError, match="damaged"):
            read_report(text.replace(old, new, 1), "it")
    with pytest.raises(NewerError):
        read_report(text.replace('"version": 1', '"version": 7'), "it")
    with pytest.raises(ContentError):
        read_report(to_toml(progress), "it")


def test_a_lesson_that_is_not_here_is_told_by_its_ids() -> None:
    tried = Tried(2).recognised("own").answered("5")
    progress = Progress().at_step("theirs", "do", NOW, StepProgress(NOW, tried=tried), done=False)
    found = gather({"a.json": read_report(report_text(progress, "", NOW), "a.json")}, LESSONS.values())
    assert found.rows[0].learner == "(a.json)"
    assert (found.rows[0].lesson, found.rows[0].tasks, found.rows[0].met) == ("theirs", 1, ("own",))
    assert found.wrong[0].what == "5"


# --- what is counted while a lesson is taken -------------------------------------------------------------


def begun(lesson: Lesson, **more: object) -> Taking:
    """A lesson of the playground, begun."""
    return Taking(lesson, Session(), **more)  # type: ignore[arg-type]


def test_wrong_answers_and_misconceptions_are_counted_up_to_the_pass() -> None:
    taking = begun(LESSONS["accumulate"])
    for said in ("6", "6", "12", "8", "x", "7", "6"):
        taking.answer(said)
    tried = taking.view.tried
    assert tried.tries == 4  # The same again is no try, and neither is what is no number, or comes after.
    assert dict(tried.wrong) == {"6": 1, "12": 1, "8": 1}
    assert dict(tried.met) == {"1": 1, "5": 1}
    taking.skip()
    assert taking.view.tries == 4
    taking.reset()
    assert taking.view.tried == tried


def test_tries_of_another_day_count_on_at_steps_that_were_not_passed() -> None:
    earlier = {"predict": Tried(3, {"1": 2}, {"6": 2})}
    taking = begun(LESSONS["accumulate"], earlier=earlier)
    assert taking.view.tries == 3
    taking.answer("6")
    assert taking.view.tried == Tried(4, {"1": 3}, {"6": 3})
    taking.answer("7")
    assert taking.view.tries == 5
    taking.next()
    assert taking.view.tries == 0
