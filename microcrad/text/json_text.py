"""What our JSON files have in common: numbers that JSON lacks, and saying what is wrong with a file.

Python's own `json` comes with the first text of it: opening the app waits for none.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["brief", "in_json", "parsed", "written"]


def in_json(x: float) -> float | str:
    """A number as strict JSON can hold it: `nan` and the infinities are the strings `nan`, `inf`, `-inf`."""
    return x if math.isfinite(x) else "nan" if math.isnan(x) else str(x)


def parsed(text: str) -> object:
    """What a JSON text holds. Raises `ValueError` with the reason, a sentence's end, if it is none."""
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})") from None
    except (ValueError, RecursionError):  # A number of thousands of digits; thousands of brackets.
        raise ValueError("its numbers or brackets are beyond all measure") from None


def written(found: object, **options: Any) -> str:
    """Something as a text of JSON; `options` are those of `json.dumps`."""
    import json

    return json.dumps(found, **options)


def brief(found: object) -> str:
    """What was found in a file, in a few words."""
    if found is None:
        return "missing"
    if isinstance(found, list | dict):
        return f"a {'list' if isinstance(found, list) else 'object'} of {len(found)}"
    text = written(found, default=str)  # Dates, of a file that is not JSON.
    return text if len(text) <= 40 else text[:37] + "..."
