"""A planted fault of each sort is found, at its line, and it alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import SOUND, changed, problems

from lessons.check.validate import validate
from lessons.fields.problems import LessonError
from lessons.format.loader import load
from microcrad.language.vocabulary import ATTRIBUTES, WORDS

ANSWER = '{ is = "answer", near = 6, abs = 1e-6 }'
GRAD = '{ is = "grad", node = "x", near = 3, rel = 1e-9 }'
FAULT = '  { is = "fault", name = "merged" },\n'
LEAKING = '{ program = "# ownership: manual\\nx = 3\\ny = x*x\\nbackward(y)" }'
STOPPED = '{ program = "# ownership: manual\\nx = 3\\ny = x*x\\nbackward(y)\\nrelease(y)\\nz = y*2" }'
DO = SOUND[SOUND.index(f"check = [\n{FAULT}") : SOUND.rindex("```")]
WRITTEN = """\
check = [{ is = "node", node = "z" }]
miss = [{ fails = 1, attempt = { append = "q = 1" } }]
solution = { append = "z = 1" }
"""
LAST = SOUND[SOUND.index("Switch `merged`") : SOUND.rindex("```")]
COMMIT = "commit = true\n"
SOUGHT = """\
Find it.

```toml step
commit = true
setup = [{ go = "end" }, { select = "x" }]
check = [{ is = "selected", node = "y" }]
miss = [{ fails = 1, attempt = { select = "x" } }]
solution = { select = "y" }
"""
STOP = """\
Stop once `x` has got something.

```toml step
commit = true
setup = { go = "backward" }
check = [{ is = "event", event = "receive x", equals = 1 }]
miss = [{ fails = 1, attempt = { go = "start" } }]
solution = { go = "event receive x" }
"""
CHOOSE = SOUND[SOUND.index("choices = [\n") : SOUND.rindex("```")]
CHOOSE_AND_DO = CHOOSE.replace(DO, f'hides = ["repairs"]\n{DO}')  # What is there goes on into the next step.
SETUP = SOUND[SOUND.index("setup = ") : SOUND.index("\n\n[[question]]")]
FOUND = """\
## Found {#found}
What is `y`?

```toml step
predict = true
setup = { go = "start" }
asked = { node = "y", field = "data" }
check = [{ is = "answer", near = 9, abs = 1e-6 }]
solution = { answer = "9" }
explain = "MEANS."
```

"""
"""A task before the first one."""
LONG = "These words go on and on. "

PLANTED = [
    # the file's form
    ("format = 1\n", "", "format is missing"),
    ("format = 1", "format = 2", "reads format 1"),
    ('id = "sound"', 'id = "So und"', "expected small letters"),
    ('id = "sound"', 'id = "other"', "the file is called sound.md"),
    ('title = "A sound lesson"', "title = 3", "title is 3, expected a text"),
    ("minutes = 2", 'minuets = 2', "there is no field 'minuets'. Did you mean minutes?"),
    ("minutes = 2", "part = 6", "part is 6"),
    ("minutes = 2", 'mode = "play"', "mode is 'play'"),
    ("minutes = 2", "minutes = = 2", "this is not TOML"),
    ("minutes = 2", "minutes = " + "[" * 20_000, "its numbers or brackets are beyond all measure"),
    ("minutes = 2", "minutes = " + "9" * 5_000, "its numbers or brackets are beyond all measure"),
    ("## Do {#do}", "## Do", "expected a slug"),
    ("## Do {#do}", "## Do {#Do it}", "expected a slug"),
    ("## Do {#do}", "## Do {#choose}", "the slug 'choose' is that of line"),
    ("Switch `merged` on and go to the end.\n", "", "the step has no text"),
    ("minutes = 2", 'minutes = 2\nownership = "mine"', "ownership is 'mine'"),
    # fields of a step
    ("predict = true", "predikt = true", "Did you mean predict?"),
    # what Markdown has and no screen shows
    ("Two slots.\n", "| slot | of |\n|---|---|\n| 0 | x |\n", "a table cannot be shown"),
    ("Two slots.\n", "### Slots\n", "a heading cannot be shown"),
    ("Two slots.\n", "Two [slots](https://example.org).\n", "a link cannot be shown"),
    ("Two slots.\n", "> Two slots.\n", "a quotation cannot be shown"),
    ("Two slots.\n", "***\n", "a rule across the page cannot be shown"),
    ("About `x` and `y`.", "![x](x.png)", "a picture cannot be shown"),
    ("What is `x.grad` at the end?\n", "- What is `x.grad` at the end?\n", "ends in no paragraph"),
    ("predict = true\n", "", "Add predict = true"),
    ("predict = true\n", 'predict = true\nhides = ["past"]\n', "hides takes later, findings, repairs"),
    ('asked = { node = "x", field = "grad" }\n', "", "predict needs asked"),
    ('asked = { node = "x", field = "grad" }', 'asked = { node = "x", field = "slope" }', "'slope'"),
    (f"check = [\n  {ANSWER},\n]", "check = []", "check is empty"),
    ('hint = ["Count slots.", "3 for each."]', 'hint = "Count slots."', "hint is"),
    ('solution = { choose = "edge" }\n', "", "solution is missing"),
    ('{ choose = "edge" }', '"edge"', "expected a table with one move"),
    ('{ choose = "edge" }', '{ chose = "edge" }', "Did you mean choose?"),
    ('{ go = "end" }]\n```\n', '{ go = "there" }]\n```\n', "no place to go"),
    ('{ go = "end" }]\n```\n', '{ go = "event sent x" }]\n```\n', "'sent x' is no event, expected one of"),
    ('[{ fault = "merged" }, { go = "end" }]', '[{ fault = "merge" }, { go = "end" }]', "mean merged?"),
    ('answer = "6"', 'answer = "six"', "expected a number such as"),
    # checks
    ('is = "grad"', 'is = "gard"', "there is no check 'gard' in playground lessons. Did you mean grad?"),
    ('is = "grad", node = "x"', 'is = "grad", nod = "x"', "node is missing"),
    ('is = "grad", node = "x"', 'is = "grad", at = "now", node = "x"', "at is 'now'"),
    (", rel = 1e-9", "", "near needs a tolerance"),
    ("near = 6, abs = 1e-6", "abs = 1e-6", "tolerances of near"),
    (", near = 3, rel = 1e-9", "", "there is nothing to compare with"),
    (GRAD, '{ is = "loss", below = 1 }', "no check 'loss' in playground lessons"),
    (GRAD, '{ is = "refcount", node = "x" }', "Add equals, at_least or at_most"),
    (GRAD, '{ is = "shape", node = "y", like = "x +" }', "expected an expression"),
    (GRAD, '{ is = "equivalent", node = "y", to = "x*x" }', "needs a tolerance"),
    (GRAD, '{ is = "not", of = [{ is = "finite" }] }', "not needs say"),
    (GRAD, '{ is = "any", of = [] }', "of is empty"),
    (GRAD, '{ is = "event", event = "boom x" }', "'boom x' is no event"),
    (GRAD, '{ is = "differs", node = "x", fault = "wrong", abs = 1 }', "fault is 'wrong'"),
    (GRAD, '{ is = "node", node = "x", op = "sinh" }', "op is 'sinh'"),
    # what is said of wrong attempts
    ("{ answer = 3,", "{ ansver = 3,", "there is no field 'ansver'"),
    ('attempt = [{ fault = "merged" }, { go = "start" }], ', "", "attempt is missing"),
    ('why = "All nodes stay."', 'wy = "All nodes stay."', "there is no field 'wy'"),
    ('{ is = "choice", id = "edge" }', '{ is = "choice", id = "corner" }', "expected one of the choices"),
    ("predict = true", 'curve = { node = "y", over = "x", from = 3, until = 1 }\npredict = true', "be less"),
    ("predict = true", 'curve = { node = "y", over = "x", from = 3 }\npredict = true', "until is missing"),
    # questions
    ("What is dy/dx at `x = {x}`?", "What is dy/dx at `x = {z}`?", "numbers has no 'z'"),
    ("numbers = { x = [2, 9] }", "numbers = { x = [9, 2] }", "expected [least, largest]"),
    ("numbers = { x = [2, 9] }", "numbers = { x = [2, 9], k = [1, 2] }", "does not stand in the program"),
    ("x = {x}\ny = x*x\n", "x = {x}\ny = x^2\n", "cannot be read"),
    ('field = "grad"\nabs = 1e-6\n', 'field = "grad"\n', "an answer needs a tolerance"),
    ('node = "x"\nfield = "grad"\n', 'node = "w"\nfield = "grad"\n', "no node is called 'w'"),
    ('explain = "Two slots of {x} each: {answer}."\n', "", "explain is missing"),
    ("Two slots of {x} each", "Two slots of {z} each", "explain has {z}, but numbers has no 'z'"),
    ('{ answer = "{x}", say', '{ answer = "2*{x}", say', "question square: why 1 is never said"),
    ('{ answer = "{x}", say', '{ answer = "{x} +", say', "why 1: Found '1 +'"),
    ('{ answer = "{x}", say', '{ answer = "{x}", sy', "why 1: expected { answer"),
    ('field = "grad"\nabs = 1e-6\nwhy', 'field = "live"\nabs = 0\nwhy', "Leave node out"),
    ("abs = 1e-6\nwhy", 'abs = 1e-6\nfault = "merge"\nwhy', "Did you mean merged?"),
    ('title = "A sound lesson"', 'title = "A sound lesson"\npart = 1', "it has 1 quick questions"),
    ('title = "A sound lesson"', 'title = "A sound lesson"\npart = 1\nshown = ["."]', "it ends with 1 lines"),
    ("minutes = 2", f"minutes = 2\nshown = [{'word ' * 20!r}]", "takes 2 rows; there is room for 1"),
    ("numbers = { x = [2, 9] }", "numbers = { x = [400, 900] }\nwords = 1", "no field 'words'"),
    # taken
    ('{ program = """\nx = 3', '{ program = """\nx = q', "the program cannot be read"),
    ('{ is = "choice", id = "edge" }', '{ is = "finite" }', "choices need a check"),
    ('solution = { choose = "edge" }', 'solution = { choose = "node" }', "own solution does not pass it"),
    ('when = { is = "fault", name = "merged" }', 'when = { is = "fault", name = "leak" }', "not reach it"),
    (GRAD, '{ is = "grad", node = "x", at = "end", near = 3, rel = 1e-9 }', "why 1 passes the step"),
    (f"{FAULT}  {GRAD},\n", '  { is = "finite" },\n', "it is passed as it begins"),
    ('say = "9 is', 'id = "three", say = "9 is', None),
    ("{ answer = 9,", "{ answer = 3,", "the attempt of why 2 does not reach it"),
    ("{ answer = 9,", "{ answer = 6,", "the attempt of why 2 passes the step"),
    (', why = "All nodes stay."', "", "choice node is wrong and has no why"),
    ("near = 6, abs = 1e-6", "near = 7, abs = 1e-6", "own solution does not pass it"),
    ('asked = { node = "x", field', 'asked = { node = "w", field', "there is no w.grad"),
    ('asked = { node = "x", field', 'asked = { node = "y", field', "but y.grad comes out as 1"),
    ('""" }\n\n[[question]]', '""" }\n\n[[question]]', None),
    ("predict = true\n", 'predict = true\nsetup = { go = "end" }\n', "is there as the step begins"),
    ("predict = true\n", 'predict = true\nsetup = { go = "event 900" }\n', "there is no event 900 to go to"),
    ("predict = true\n", 'predict = true\nsetup = { select = "w" }\n', "no node is called 'w' here"),
    ("{ go = \"end\" }]\nexplain", "{ go = \"line 9\" }]\nexplain", "there is no line 9 to go to"),
    (GRAD, '{ is = "equivalent", node = "y", to = "log(-x*x)", abs = 1 }', "finite almost nowhere"),
    # passes that are not earned, right answers that are refused, answers that are given away
    ("miss = [{ fails = 1, attempt = { go = \"end\" } }]\n", "", "check 1 has no near miss"),
    ("miss = [{ fails = 1", "miss = [{ fails = 2", "fails check 1 first, not check 2"),
    ("miss = [{ fails = 1", "miss = [{ fails = 3", "fails is 3, expected the number of a check, from 1 to 2"),
    ('{ go = "end" } }]', '[{ fault = "merged" }, { go = "end" }] }]', "miss 1 passes the step"),
    ('{ go = "end" } }]', '{ line = "9 y = x" } }]', "there is no line 9: the program has 3"),
    ('{ go = "end" } }]', '{ line = "y = x" } }]', "begins with no number of a line"),
    ("Count slots.", "Each is 3, so it gets 6.", "hint 1 says 6, which is the answer"),
    ("Count slots.", "3 + 3, and that is 6.0 for both.", "hint 1 says 6.0, which is the answer"),
    ("Count slots.", "`x.grad` is `6 - 0`, or 3 + 3.", None),
    ("3 is one slot. There are two.", "3 is one slot. Both are = 6.", "why 1 says 6, which is the answer"),
    ("What is `x.grad` at the end?", "Is `x.grad` about 6.0000001?", "the task says 6.0000001"),
    ("Count slots.", "Not 6.01.", "a hint names 6.01, which is not taken as an answer"),
    ("Two slots.\n", "It makes `x.grad` 6.\n", "the text says 'x.grad 6', which is the answer"),
    ("About `x` and `y`.", "Here dy/dx = 6.", "the introduction says 'dy/dx = 6', which is the answer"),
    ("at the end?", "at the end, if it was 6?", "the task says 6, which is the answer"),
    ("## Predict", f"{FOUND.replace('MEANS', '`x` receives 6.0')}## Predict",
     "explain of step found says 'x receives 6.0', which is the answer"),
    ("## Predict", f"{FOUND.replace('MEANS', '`y.grad` is 6, and 6')}## Predict", None),
    ("Two slots.\n", "`y.grad` is 6. `x.grad` is 6 - 0.\n", None),
    ("choices = [\n", f"setup = [{LEAKING}]\nchoices = [\n", "how to repair what is wrong here: Write"),
    (CHOOSE, f'setup = [{LEAKING}]\nhides = ["repairs"]\n{CHOOSE}', "step do: it says how to repair"),
    (CHOOSE, f'setup = [{LEAKING}]\nhides = ["repairs"]\n{CHOOSE_AND_DO}', None),
    ("What is `x.grad` at the end?", "What is `x.grad` at the end? Two digits.", None),
    ("choices = [\n", f'setup = [{STOPPED}, {{ go = "line 5" }}]\nhides = ["repairs"]\nchoices = [\n',
     "it tells of an error that lies ahead"),
    (CHOOSE, f'setup = [{STOPPED}, {{ go = "line 5" }}]\nhides = ["later"]\n{CHOOSE_AND_DO}', None),
    (LAST, SOUGHT, None),
    (LAST, SOUGHT.replace(COMMIT, ""), "passed as the cursor walks over it"),
    (LAST, SOUGHT.replace(COMMIT, "").replace("Find it.", "Go to `y`."), None),
    (LAST, STOP, None),
    (LAST, STOP.replace(COMMIT, ""), "passed as one walks past it"),
    (LAST, STOP.replace(COMMIT, "").replace("equals", "at_least"), None),
    (DO, WRITTEN, "after the solution it fails at its start"),
    (DO, WRITTEN.replace('node = "z"', 'node = "z", at = "end"'), None),
    # text
    ("About `x` and `y`.", "About `x` and `yy`.", "no program of this lesson has the name yy"),
    ("About `x` and `y`.", "About `dy/dx` and `x.grad`.", None),
    ("About `x` and `y`.", f"About {', '.join(f'`{word}`' for word in sorted(WORDS | ATTRIBUTES))}.", None),
    ("x = 3\n", "net = MLP(2, [4, 1])\nx = 3\n", None),
    ("About `x` and `y`.", "About `net.l0.n0.w0`.", "no program of this lesson has the name net"),
    ("About `x` and `y`.", "About `dq/dx`.", "no program of this lesson has the name dq"),
    ('{ id = "node", text', '{ id = "edge", text', "another choice has the id 'edge' too"),
    ("Two slots.", LONG * 60, "Split it"),
    ("Two slots.", "w" * 35, "has 35 columns"),
    ("What is `x.grad` at the end?", LONG * 8, "the task takes"),
    ('"3 for each."', f'"{LONG * 8}"', "hint 2 takes"),
    ('"3 is one slot. There are two."', f'"{LONG * 8}"', "why 1 takes"),
    ('"All nodes stay."', f'"{LONG * 8}"', "why of choice node takes"),
    ('title = "A sound lesson"', f'title = "{LONG * 2}"', "the title has"),
    ("About `x` and `y`.", LONG * 80, "the text above the first step"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"), PLANTED, ids=[f"{i}: {row[2]}" for i, row in enumerate(PLANTED)]
)
def test_a_planted_fault_is_found_where_it_is(old: str, new: str, said: str | None) -> None:
    text = changed_once(old, new)
    found = problems(text)
    if said is None:
        assert found == []
        return
    assert any(said in problem.message for problem in found), found
    assert len({problem.message for problem in found}) <= 5, found
    for problem in found:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert str(problem).startswith(f"sound.md:{problem.line}: error: ")


def changed_once(old: str, new: str) -> str:
    """The sound lesson with the first place of a text replaced."""
    assert old in SOUND, old
    return SOUND.replace(old, new, 1)


def test_the_sound_lesson_is_sound() -> None:
    assert problems(SOUND) == []


@pytest.mark.parametrize(
    ("change", "mark"),
    [
        (("minutes = 2", "minuets = 2"), "minuets = 2"),
        (('title = "A sound lesson"', "title = 3"), "title = 3"),
        ((GRAD, '{ is = "gard" }'), "gard"),
        (("{ answer = 9,", "{ answer = 3,"), "9 is the product"),
        ((', why = "All nodes stay."', ', wy = "All"'), "wy ="),
        (('solution = { choose = "edge" }', "solution = { chose = 1 }"), "chose"),
        (("near = 6, abs = 1e-6", "near = 7, abs = 1e-6"), "## Predict"),
        (("About `x` and `y`.", "About `x` and `yy`."), "+++"),
        (("choices = [\n", 'setup = { select = "w" }\nchoices = [\n'), 'select = "w"'),
        ((SETUP, 'setup = { go = "event 9" }'), "event 9"),
        (("Two slots.", "Two slots.\n\n### Three"), "### Three"),
        (("About `x` and `y`.", "\nAbout:\n\n> `y`"), "> `y`"),
    ],
)
def test_a_problem_names_its_line(change: tuple[str, str], mark: str) -> None:
    text = changed(change)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if mark in line]
    assert problems(text)[0].line in lines, problems(text)


def test_names_that_a_program_makes_are_names() -> None:
    text = changed(
        ("x = 3\n", "net = MLP(2, [4, 1])\nx = 3\n"),
        ("About `x` and `y`.", "About `net.l0.n0.w0`, `net.layers[0].neurons[3].w[1]`, `net.parameters()`."),
    )
    assert problems(text) == []
    assert "the name l3" in problems(text.replace("net.l0.n0", "net.l3.n0"))[0].message


def test_what_is_wrong_in_a_setup_or_a_solution_is_told_once() -> None:
    for change in (
        ("choices = [\n", 'setup = { select = "w" }\nchoices = [\n'),
        ('"6" }, {', '"6" }, { select = "w" }, {'),
    ):
        assert len(problems(changed(change))) == 1


def test_a_check_that_is_not_sound_is_counted_all_the_same() -> None:
    """What is said of the checks below it goes by the numbers that they have in the file."""
    text = changed(('is = "fault", name = "merged" },\n  { is', 'is = "falt", name = "merged" },\n  { is'))
    found = problems(text.replace("miss = [{ fails = 1", "miss = [{ fails = 2"))
    assert [each.message for each in found if "fails" in each.message] == []


def test_all_mistakes_of_a_file_are_found_at_once() -> None:
    found = problems(
        changed(("minutes = 2", "minutes = true"), ("predict = true", "predict = 1"), (GRAD, "{ is = 3 }"))
    )
    assert len(found) == 3 + 1  # Without predict, asked has nothing to hide.


def test_a_file_without_a_header_or_steps_is_told_what_it_needs() -> None:
    assert "a line +++" in problems("# A title\n")[0].message
    assert "header has no end" in problems("+++\nformat = 1\n")[0].message
    assert any(
        "there is no step" in each.message for each in problems('+++\nformat = 1\nid = "sound"\n+++\n')
    )
    unended = SOUND.replace('[{ go = "end" }]\n```\n', "").rstrip("`\n")
    assert any("has no end" in each.message for each in problems(unended))


# --- several files -------------------------------------------------------------------------------------


def write(folder: Path, id_: str, *needs: str, name: str = "") -> Path:
    path = folder / f"{name or id_}.md"
    path.write_text(changed(('id = "sound"', f'id = "{id_}"\nneeds = {list(needs)}')), encoding="utf-8")
    return path


def test_needs_have_to_exist_and_not_go_round(tmp_path: Path) -> None:
    paths = [write(tmp_path, "one", "two"), write(tmp_path, "two", "three"), write(tmp_path, "three", "thre")]
    found = validate(paths)
    assert [problem.message for problem in found] == ["needs: there is no lesson 'thre'. Did you mean three?"]
    assert found[0].file.endswith("three.md")
    paths[2] = write(tmp_path, "three", "one")
    said = [problem.message for problem in validate(paths)]
    assert len(said) == 3
    assert "needs goes round in a circle: one needs two needs three needs one." in said
    paths[2] = write(tmp_path, "three")
    assert validate(paths) == []
    assert validate(paths[:1], [load(paths[1])]) == []


def test_an_id_belongs_to_one_lesson(tmp_path: Path) -> None:
    paths = [write(tmp_path, "one", name="01-one"), write(tmp_path, "one", name="02-one")]
    (problem,) = validate(paths)
    assert "another lesson has the id 'one' too" in problem.message
    assert problem.line == 3


def test_a_lesson_that_cannot_be_read_is_not_reported_as_missing(tmp_path: Path) -> None:
    paths = [write(tmp_path, "one", "two"), write(tmp_path, "two")]
    paths[1].write_text("nothing")
    assert {Path(problem.file).name for problem in validate(paths)} == {"two.md"}


def test_files_that_are_not_text_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="cannot be read"):
        load(tmp_path / "none.md")
    (tmp_path / "bytes.md").write_bytes(b"+++\n\xff")
    with pytest.raises(LessonError, match=r"bytes.md:2: error: byte 4 is not UTF-8"):
        load(tmp_path / "bytes.md")
