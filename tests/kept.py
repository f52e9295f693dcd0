"""What leaves the house today, beside what we once read and found good."""

from __future__ import annotations

import os
from pathlib import Path

from tests.mail_lint import parsed

FOLDER = Path(__file__).parent / "snapshots"


def kept(folder: str, name: str, text: str) -> bool:
    """Fails where the text has changed; HOPNPS_SNAPSHOTS=write keeps the new one, to be read in the difference."""
    path = FOLDER / folder / name
    if os.environ.get("HOPNPS_SNAPSHOTS") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"{name} has changed"
    return True


def head_of(content: bytes) -> str:
    """The lines of a mail's head, decoded, and an empty one."""
    return "".join(f"{name}: {value}\n" for name, value in parsed(content).items()) + "\n"
