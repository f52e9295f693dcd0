"""The same for longer: two workers, 2,000 people, twenty kills. `make test-faults` runs it on both databases."""

from __future__ import annotations

import sys

import pytest

from tests.faults.killing import AT_MOST_A_KILL, kill_workers


@pytest.mark.parametrize("seed", [7])
def test_twenty_kills(nest, app, desk, seed, capsys):
    found = kill_workers(nest, app, desk, people=2_000, kills=20, seed=seed)

    with capsys.disabled():
        sys.stdout.write(f"\n{found}; at most {AT_MOST_A_KILL} in doubt for each kill\n")
    assert found.keeps_the_promise, found
