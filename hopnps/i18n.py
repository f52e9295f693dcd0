"""English sentences in the code -> the visitor's language, from the catalogues beside this file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, format_date, format_datetime, format_decimal, get_locale

from hopnps.domain.errors import HopNPSError
from hopnps.domain.languages import DEFAULT, ENGLISH, LANGUAGES

FOLDER = Path(__file__).parent / "translations"


class Catalogues(Domain):
    """Reads the .po files as they are: nothing has to be compiled at set-up, nothing compiled is committed."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return catalogue(locale.language) if locale else NullTranslations()


@cache
def catalogue(language: str) -> NullTranslations:
    """All sentences we have in this language, from all of its files."""
    merged = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


_domain = Catalogues(domain="hopnps")
gettext: Callable[..., str] = _domain.gettext
ngettext: Callable[..., str] = _domain.ngettext
lazy_gettext: Callable[..., Any] = _domain.lazy_gettext


def language() -> str:
    """The language of this page: the visitor's, if we speak it. Our sentences are English where we do not."""
    locale = get_locale()
    if locale is None:
        return DEFAULT
    return locale.language if locale.language in LANGUAGES else ENGLISH


def say(error: HopNPSError) -> str:
    """An error's sentence in the visitor's language, its dates and figures written out."""
    said = {key: _spoken(value) for key, value in error.values.items() if key != "id"}
    return gettext(error.message, **error.values | said)


def _spoken(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_datetime(value, "short")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_decimal(value)
    return format_date(value, "d MMMM y") if isinstance(value, date) else value
