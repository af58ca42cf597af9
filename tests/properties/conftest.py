"""What all properties share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.building import quick_builds

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    """Builds are many here, so they are quick."""
    with quick_builds():
        yield
