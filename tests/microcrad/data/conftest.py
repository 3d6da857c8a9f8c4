"""What the tests of data share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from microcrad.data import DataSet, read_csv


@pytest.fixture
def table(tmp_path: Path) -> Any:
    """Reads a text as a table."""

    def read(text: str | bytes, **options: Any) -> DataSet:
        file = tmp_path / "mine.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_csv(file, **options)

    return read
