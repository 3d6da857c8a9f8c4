"""A lesson's Markdown as plain text: marks go, and what they mark stays."""

import pytest

from lessons.format.plain_text import Paragraph, paragraphs, plain, prose_and_task, unshown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A **leaf** has\nno operands.", "A leaf has no operands."),
        ("Press **w**, then `x` and **>**.", "Press w, then x and >."),
        ("The length is `(w.grad**2)**0.5`.", "The length is (w.grad**2)**0.5."),
        ("`a**2` and **`b**2`** and `c`", "a**2 and b**2 and c"),
        ("A lone ` and a lone ** stay out of the way.", "A lone  and a lone ** stay out of the way."),
    ],
)
def test_marks_go_and_code_keeps_its_powers(markdown: str, expected: str) -> None:
    assert plain(markdown) == expected


def test_every_entry_of_a_list_is_a_line_and_code_keeps_its_own() -> None:
    text = """\
First
this.
- one **entry**
  in two lines
- another
    - inside it

1. Add a line.
2. Run it:

   ```
   x = 2

   y = x
   ```

```
a = 1
  b
```
Last, <b> and 2 < 3.
"""
    assert list(paragraphs(text)) == [
        Paragraph("First this."),
        Paragraph("- one entry in two lines"),
        Paragraph("- another"),
        Paragraph("- inside it"),
        Paragraph("1. Add a line."),
        Paragraph("2. Run it:"),
        Paragraph("x = 2\n\ny = x", True),
        Paragraph("a = 1\n  b", True),
        Paragraph("Last, <b> and 2 < 3."),
    ]
    assert list(unshown(text, task=True)) == []


def test_the_last_paragraph_is_the_task_and_nothing_else_can_be() -> None:
    text = "Why.\n\n- a\n- b\n\nDo this,\nthen that."
    assert prose_and_task(text) == ("Why.\n\n- a\n- b", "Do this, then that.")
    assert prose_and_task("") == ("", "")
    assert [line for line, _ in unshown("Do this:\n\n1. a\n2. b", task=True)] == [2]
    assert list(unshown("Do this:\n\n1. a\n2. b")) == []


def test_what_cannot_be_shown_is_named_with_its_line() -> None:
    found = list(unshown("One.\n\n| a |\n|---|\n| 1 |\n\n> so\n\nsee [it](x)"))
    assert [(line, said.partition(" cannot")[0]) for line, said in found] == [
        (2, "a table"), (6, "a quotation"), (8, "a link"),
    ]  # fmt: skip
