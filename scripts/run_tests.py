"""`make test`'s last step: all tests in random order, on as many processes and databases as this machine allows."""

from __future__ import annotations

import importlib.util
import sys

import pytest


def main() -> int:
    options = ["-n", "4", "--dist", "worksteal"]
    if importlib.util.find_spec("pgserver") is None:
        print(
            "*** NO POSTGRESQL for this Python (its wheel ends at 3.12): tests run on SQLite only."
        )
        options += ["--database", "sqlite"]
    return pytest.main([*options, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
