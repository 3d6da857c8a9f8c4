"""What is to be set, in what is said of a table: found again, and put into other words."""

from __future__ import annotations

import pytest

from microcrad.data.remedies import said_otherwise, setting, settings_in


def told(name: str, value: str) -> str:
    return f"<{name}={value}>"


@pytest.mark.parametrize("name", ["gaps", "label"])
@pytest.mark.parametrize(
    "value", ["skip", "n\u00e4me", "first name", "it's", 'a "b"', "a, b", "set x to y", "1.5"]
)
def test_what_is_to_be_set_is_found_again_with_its_value(name: str, value: str) -> None:
    text = f"It is odd: {setting(name, value)} to mend it."
    assert settings_in(text) == [name]
    assert said_otherwise(text, told) == f"It is odd: <{name}={value}> to mend it."


def test_a_column_is_named_as_a_list_of_columns_takes_it() -> None:
    assert said_otherwise(setting("drop", "a, b"), told) == '<drop="a, b">'
    assert setting("drop", "age") == "set drop to age"


def test_what_stands_in_quotes_is_left_as_it_is() -> None:
    text = "line 2: 'set gaps to skip'. It's odd: set kind to number, or set gaps to mean."
    assert settings_in(text) == ["kind", "gaps"]
    assert said_otherwise(text, told) == (
        "line 2: 'set gaps to skip'. It's odd: <kind=number>, or <gaps=mean>."
    )
