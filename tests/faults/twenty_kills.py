"""The same for longer: two workers, 2,000 people, twenty kills. `make test-faults` runs it on both databases."""

from __future__ import annotations

import pytest

from tests.faults.killing import AT_MOST_A_KILL, kill_workers


@pytest.mark.parametrize("seed", [7])
def test_twenty_kills(app, desk, tmp_path, seed):
    found = kill_workers(app, desk, tmp_path, people=2_000, kills=20, seed=seed)

    print(f"{found}; at most {AT_MOST_A_KILL} in doubt for each kill")
    assert found.keeps_the_promise, found
