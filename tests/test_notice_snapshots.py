"""Every mail to a colleague as it leaves, in both languages, beside the one we once read and found good.

After a change that is meant: `HOPNPS_SNAPSHOTS=write pytest tests/test_notice_snapshots.py`, then read the difference.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from hopnps.links import Links
from hopnps.models import Brand, Campaign, Notice, NoticeKind, Role, User
from hopnps.services import brands, campaign_runs, notice_mails
from hopnps.services.notice_words import WORDS
from tests.conftest import NOON
from tests.kept import FOLDER, head_of, kept
from tests.mail_lint import faults, html_of, plain_of

LINKS = Links("https://avis.example.org", ("a-key-for-snapshots",))
CASES = [(str(kind), language) for kind in WORDS for language in ("fr", "en")]


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_mail_to_a_colleague_leaves_as_it_was_read_and_found_good(session, kind, language):
    composed = _composed(session, kind, language)

    said = faults(composed.content, public_url=LINKS.public_url, language=language, mass=False)
    assert said == []
    name = f"{kind}.{language}"
    assert kept("notices", f"{name}.txt", head_of(composed.content) + plain_of(composed.content))
    assert kept("notices", f"{name}.html", html_of(composed.content))


def test_every_kind_of_words_is_kept_and_no_other():
    wanted = {f"{kind}.{language}.{end}" for kind, language in CASES for end in ("txt", "html")}

    assert {path.name for path in (FOLDER / "notices").iterdir()} == wanted
    assert set(WORDS) == set(NoticeKind) - {NoticeKind.TEST}  # which says what its template says


def test_a_hostile_name_is_text_in_the_mail(session):
    composed = _composed(session, "welcome", "fr", name='<a href="https://evil.example">Eve</a>')

    assert "evil.example" in composed.plain
    assert '<a href="https://evil' not in composed.html


def _composed(session, kind, language, name="Léo Blin"):
    """With ids, keys and a clock that never change; nothing is written."""
    brand: Brand = brands.house(session)
    brand.name, brand.address_line = "Cycles Tilleul", "12 rue des Tilleuls, 69003 Lyon"
    people = {"sophie.marchal": ("Sophie Marchal", Role.ADMIN), "leo.blin": (name, Role.SALES)}
    for number, (word, (full_name, role)) in enumerate(people.items(), start=41):
        email = f"{word}@tilleul.test"
        session.add(User(id=number, email=email, name=full_name, role=role, created_at=NOON))
    notice = Notice(
        id=36,
        kind=kind,
        email="leo.blin@tilleul.test",
        name=name,
        language=language,
        facts=_facts(session, kind),
        created_at=NOON,
        created_by="Sophie Marchal",
    )
    session.add(notice)
    session.flush()
    composed = notice_mails.compose(
        notice,
        links=LINKS,
        default_sender="Cycles Tilleul <bonjour@example.org>",
        timezone=ZoneInfo("Europe/Paris"),
        now=NOON,
    )
    session.rollback()
    return composed


def _facts(session, kind):
    if kind != NoticeKind.PAUSED:
        return {"user_id": 42}
    campaign = Campaign(id=7, name="Printemps <2026>", created_at=NOON, due_at=NOON)
    session.add(campaign)
    session.flush()
    said = "550 5.7.1 <b>Message refused</b>"
    return {"campaign_id": campaign.id, "why": f"{campaign_runs.BY_POLICY}\n{said}"}
