"""Ready bytes -> the SMTP server, by Flask-Mail's settings and connection made safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mailer:
    """The mail server of this installation; helper E writes the rest."""

    config: Mapping[str, Any]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Mailer:
        return cls({key: value for key, value in config.items() if key.startswith("MAIL_")})
