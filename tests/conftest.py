"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples at every run, and no clock: a test's outcome depends on the code alone.
settings.register_profile("microcrad", deadline=None, derandomize=True)
settings.load_profile("microcrad")


@pytest.fixture(autouse=True, scope="session")
def nobodys_progress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the progress of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROCRAD_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.toml"))
        yield
