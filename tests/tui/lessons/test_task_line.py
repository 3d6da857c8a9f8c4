"""A lesson's task above panes that leave it no other room."""

from __future__ import annotations

from tui.lessons.task_line import task_rows


def test_a_task_takes_two_rows_at_most_and_one_that_is_cut_says_so() -> None:
    task = "Predict the gradient of w before it runs, and then run on to the end of the program."
    assert task_rows("Run it.", 80) == [("Task: ", "Run it.")]
    two = task_rows(task, 60)
    assert [head for head, _ in two] == ["Task: ", "      "]
    assert " ".join(text for _, text in two) == task
    cut = task_rows(task, 40)
    assert len(cut) == 2
    assert all(len(head + text) <= 40 - 2 for head, text in cut)
    assert [text for _, text in cut] == [
        "Predict the gradient of w before",
        "it runs, and then run on to the…",
    ]
    assert len(task_rows(task, 5)[0][1]) <= 10, "a row has room for a word, however narrow the screen is"
