"""What the tests of training on screen share."""

from __future__ import annotations

import pytest

from tui.train import going
from tui.widgets import work


@pytest.fixture
def as_fast_as_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are not slowed down to be watched, nor do they take more of the test's time than they must."""
    monkeypatch.setattr(going, "WATCH_SECONDS", 0.0)
    monkeypatch.setattr(work, "SLICE_SECONDS", 0.001)
