"""The environment -> the folder of this installation, and the secrets that are made there once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def instance_folder(environ: Mapping[str, str]) -> Path:
    """The folder of this installation, made if it is not there yet."""
    folder = Path(environ.get("HOPNPS_INSTANCE") or "instance").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def made_once(folder: Path, name: str) -> str:
    """A secret of this installation: read from its file, or made there at the first start.

    Raises ValueError for an empty file: with an empty key everybody could sign.
    """
    path = folder / name
    if not path.exists():
        _make(path)
    secret = path.read_text().strip()
    if not secret:
        raise ValueError(f"{path} is empty: delete it, a new one is then made")
    return secret


def _make(path: Path) -> None:
    """For its owner alone, and whole or not at all: of two processes that start together the second reads the first's."""
    with NamedTemporaryFile("w", dir=path.parent) as file, suppress(FileExistsError):
        file.write(secrets.token_urlsafe(32))
        file.flush()
        path.hardlink_to(file.name)
