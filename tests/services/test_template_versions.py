"""An old version comes back as a new one; a mail is shown to people who are not there."""

from __future__ import annotations

import pytest

from hopnps.domain.errors import NotFound, Refused
from hopnps.models import Contact
from hopnps.services import template_previews, templates
from tests.conftest import NOON


def said(version):
    return sorted((text.language, text.subject, text.body) for text in version.texts)


def changed(session, subject="Autre chose"):
    template = templates.find(session, "relation")
    texts = {text.language: (text.subject, text.body) for text in template.current.texts}
    texts["fr"] = (subject, texts["fr"][1])
    return templates.save(session, slug="relation", name=template.name, texts=texts, now=NOON)


def test_a_version_is_restored_as_a_new_one_equal_to_it(session):
    template = changed(session)
    first, second = template.versions

    third = templates.restore(session, template, 1, by="Sophie", now=NOON)

    assert (third.number, third.created_by) == (3, "Sophie")
    assert said(third) == said(first) != said(second)


def test_what_says_the_same_already_is_not_restored(session):
    template = changed(session)

    with pytest.raises(Refused, match="same as today"):
        templates.restore(session, template, 2, now=NOON)
    with pytest.raises(NotFound):
        templates.restore(session, template, 7, now=NOON)
    assert template.current.number == 2


def test_nobody_invented_for_a_preview_is_ever_stored(session, house):
    text = templates.find(session, "relation").current.text_in("fr")
    places = {"links": house.links, "timezone": house.timezone}

    for who in template_previews.NAMES:
        reader = template_previews.reader(session, who)
        mail = template_previews.shown(session, text, reader, **places)
        assert mail.subject and "{{" not in mail.subject
    session.commit()

    assert session.query(Contact).count() == 0


def test_a_client_is_shown_their_mail_about_their_latest_order(session, house, cast):
    claire = cast.client("claire")
    cast.interaction(claire, "R-1")
    text = templates.find(session, "ticket").current.text_in("fr")

    reader = template_previews.reader(session, str(claire.id))
    mail = template_previews.shown(
        session, text, reader, links=house.links, timezone=house.timezone
    )

    assert reader.interaction.reference == "R-1"
    assert "lundi 2 mars 2026" in mail.plain
    with pytest.raises(NotFound):
        template_previews.reader(session, "424242")
