"""The house in order: who may import whom, what is documented, closed, translated; schema and models agree."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from hopnps import database
from hopnps.i18n import FOLDER, catalogue
from hopnps.models import Base, Delivery
from hopnps.services import rollup_gaps
from hopnps.settings import SETTINGS
from tests.conftest import NOON
from tests.services.answers import answer, swept

ROOT = Path(__file__).parent.parent
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None}


def test_nobody_imports_whom_they_may_not():
    """In a process of its own: it silences the loggers of the one it runs in, for all tests after it."""
    linter = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]

    found = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout


def test_every_module_says_what_it_turns_into_what():
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "hopnps").rglob("*.py")
        if not path.read_text().lstrip().startswith('"""')
    ]

    assert silent == []


def test_every_setting_is_documented():
    page = (ROOT / "docs/settings.md").read_text()
    example = (ROOT / "instance/config.py.example").read_text()

    assert [one.key for one in SETTINGS if f"`{one.key}`" not in page] == []
    assert [one.key for one in SETTINGS if one.key not in example] == []
    assert [one.key for one in SETTINGS if not one.help] == []


def test_every_merge_field_is_documented():
    from hopnps.domain.merge import FIELDS

    page = (ROOT / "docs/merge-fields.md").read_text()

    assert FIELDS
    assert [field.name for field in FIELDS if f"`{field.name}`" not in page] == []


def test_every_endpoint_is_guarded_or_listed_as_public(app):
    from tests.web.doors import PUBLIC, guarded

    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {name for name in endpoints if not guarded(app, name)} == PUBLIC


@pytest.mark.own_app
def test_schema_equals_models_after_upgrade_downgrade_upgrade(house):
    engine = house.db.engine
    house.session.rollback()

    database.downgrade(engine, "base")
    database.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": database.is_ours,
                "version_table": database.VERSION_TABLE,
                "compare_type": True,
            },
        )
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.own_app
def test_an_older_house_keeps_its_clients_and_mails_through_the_upgrade(house, cast):
    claire = cast.client("claire", store=cast.store("Lyon Part-Dieu", region="Rhône"))
    mail = Delivery(invitation=cast.invitation(claire), due_at=NOON)
    house.session.add(mail)
    house.session.commit()

    database.downgrade(house.db.engine, "0001")
    database.upgrade(house.db.engine)

    house.session.expire_all()
    assert mail.invitation.contact.store.name == "Lyon Part-Dieu"


@pytest.mark.own_app
def test_an_older_house_counts_the_machines_that_came(house, cast):
    for name, score in (("claire", 3), ("tom", None), ("zoe", 10)):
        mail = cast.invitation(cast.client(name))
        house.session.add(swept(mail, score))
    answer(house.session, None, 9, invitation=mail)

    database.downgrade(house.db.engine, "0005")
    database.upgrade(house.db.engine)

    assert rollup_gaps.find(house.session) == []


def test_every_message_has_its_french():
    french = catalogue("fr")._catalog

    assert sorted(repr(one) for one in _messages() if not french.get(one)) == []


def test_no_message_has_two_translations():
    """Of two files' words for the same message one would win by its file's name, on the other's pages too."""
    found: dict[object, set[object]] = {}
    for path in (FOLDER / "fr").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                found.setdefault(message.id, set()).add(message.string)

    assert {one: words for one, words in found.items() if one and len(words) > 1} == {}


def test_every_french_message_fills_the_same_gaps():
    french = catalogue("fr")._catalog
    gaps = re.compile(r"%\(\w+\)[sd]")

    wrong = [
        one
        for one in _messages()
        if isinstance(one, str) and set(gaps.findall(one)) != set(gaps.findall(french.get(one, "")))
    ]

    assert wrong == []


def test_french_signs_keep_to_their_words():
    """A no-break space stands before : ; ? ! and inside « », so that no sign begins a line alone."""
    loose = re.compile(r" [:;?!»%](?![(}])|« |\w[;?!»](?=\s|$)|\w: |«\w")

    texts = [french for english, french in catalogue("fr")._catalog.items() if english]

    assert texts
    assert sorted(text for text in texts if loose.search(text)) == []


@cache
def _messages() -> set:
    """Every sentence of code and templates; for a plural its key in the compiled catalogue."""
    methods, options = parse_mapping_cfg((ROOT / "babel.cfg").open())
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS, directory_filter=_is_source)
    return {
        message if isinstance(message, str) else (message[0], 0)
        for _file, _line, message, _comments, _context in found
        if message
    }


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {".venv", "node_modules", "tests", "build", ".git"}
