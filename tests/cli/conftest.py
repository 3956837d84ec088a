"""Commands are run where nothing is found by chance."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _in_a_clean_folder(clean_folder):
    """Keep every test of this room in an empty folder of its own."""
