"""`make test`: lint beside all tests, in random order, on as many processes and databases as this machine allows."""

from __future__ import annotations

import importlib.util
import os
import sys
from subprocess import PIPE, STDOUT, Popen

import pytest


def main() -> int:
    _keep_what_is_compiled()
    lint = Popen(["make", "--no-print-directory", "lint"], stdout=PIPE, stderr=STDOUT, text=True)
    failed = pytest.main([*_options(), *sys.argv[1:]])
    said, _ = lint.communicate()
    print(f"\nmake lint, beside the tests:\n{said}")
    if lint.returncode:
        print("*** LINT FAILED: see above.")
    return failed or lint.returncode


def _options() -> list[str]:
    options = ["-n", "4", "--dist", "worksteal"]
    if importlib.util.find_spec("pgserver") is None:
        print(
            "*** NO POSTGRESQL for this Python (its wheel ends at 3.12): tests run on SQLite only."
        )
        options += ["--database", "sqlite"]
    return options


def _keep_what_is_compiled() -> None:
    """Each process that a test starts would compile everything anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


if __name__ == "__main__":
    sys.exit(main())
