"""What the tests of faults share."""

from __future__ import annotations

import pytest

from tests.faults.killing import Nest


@pytest.fixture(scope="session")
def nest():
    """Where workers hatch that will be killed."""
    made = Nest()
    yield made
    made.close()
