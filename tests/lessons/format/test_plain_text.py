"""A lesson's Markdown as plain text: marks go, and what they mark stays."""

import pytest

from lessons.format.plain_text import plain


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
