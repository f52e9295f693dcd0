"""Mails: what leaves is whole, safe and readable, whoever it goes to and whatever their name holds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st

from hopnps.domain import merge
from hopnps.domain.errors import Invalid
from hopnps.services import surveys
from hopnps.services.letters import Letters
from tests.conftest import NOON
from tests.letters import written
from tests.mail_lint import faults, html_of, parsed, plain_of, wire
from tests.services.invited import invite

PUBLIC = "https://avis.example.org"
SENDER = "Cycles Tilleul <bonjour@example.org>"


@pytest.fixture
def compose(session, house):
    letters = Letters(links=house.links, default_sender=SENDER, timezone=house.timezone)

    def write(invitation, **changes):
        return written(session, invitation, letters, **changes)

    return write


@pytest.mark.parametrize("name", ["claire", "tom"])
def test_a_survey_mail_is_whole_and_in_the_recipients_language(session, cast, compose, name):
    person = cast.client(name)

    mail = compose(invite(session, person))

    assert faults(mail.content, public_url=PUBLIC, language=person.language, survey=True) == []
    assert mail.recipient == person.email
    assert mail.sender == "bonjour@example.org"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_mail_about_an_interaction_says_its_date_in_words(session, cast, compose, language):
    tom = cast.client("tom", language=language)
    repair = cast.interaction(
        tom, store=cast.store(), occurred_at=datetime(2025, 8, 31, 23, 30, tzinfo=UTC)
    )

    for survey, template in (("ticket", None), ("relation", None), (None, "reaction")):
        invitation = invite(session, tom, survey=survey, template=template, interaction=repair)
        mail = compose(invitation)
        day = "lundi 1er septembre 2025" if language == "fr" else "Monday 1 September 2025"
        assert day in html_of(mail.content)
        assert day in plain_of(mail.content)
        session.delete(invitation)
        session.delete(invitation.address)


WORST = {
    "first_name": "Маріанна-Ἀλεξάνδρα 👩‍👩‍👧‍👦 <script>alert(1)</script> " * 3,
    "last_name": "بنت إبراهيم O'Neill-d’Aubigné & Söhne =?utf-8?q?x?= \\\" " * 3,
    "company": "." * 80 + "=" * 80 + "Llanfairpwllgwyngyllgogerychwyrndrobwll" * 30,
    "owner": ".\n.\n..\r\nBcc: all@example.org\r\n\r\n.",
    "phone": "\u202e\u2066+33 1 99 00 12 34\x0b\x0c",
    "attributes": {"segment": ["é" * 500, None, {"a": "."}]},
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("mail", ["relation", "ticket", "reaction"])
def test_the_worst_of_clients_gets_a_good_mail(session, cast, compose, mail, language):
    client = cast.client("zoe", language=language, **WORST)
    order = cast.interaction(
        client, store=cast.store(WORST["company"]), kind=WORST["first_name"],
        reference=WORST["company"], agent=WORST["owner"],
    )  # fmt: skip
    asks = mail != "reaction"

    written = compose(
        invite(
            session, client, survey=mail if asks else None, template=None if asks else mail,
            interaction=order,
        )
    )  # fmt: skip

    found = faults(written.content, public_url=PUBLIC, language=language, survey=asks)
    assert found == []
    assert parsed(written.content)["Bcc"] is None


def test_a_plain_word_can_unsubscribe_but_asks_nothing(session, cast, compose):
    claire = cast.client("claire")

    mail = compose(invite(session, claire, survey=None, template="reaction"))

    assert faults(mail.content, public_url=PUBLIC, language="fr") == []
    assert "/s/" not in html_of(mail.content) + plain_of(mail.content)


def test_the_head_names_one_list_one_zone_and_one_way_out(session, cast, compose, house):
    invitation = invite(session, cast.client("claire"))
    content = compose(invitation).content
    mail = parsed(content)

    unsubscribe = house.links.unsubscribe(invitation.id)
    assert f"\r\nList-Unsubscribe: <{unsubscribe}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content
    assert mail["List-Id"] == "<relation.avis.example.org>"
    assert mail["Date"] == "Mon, 02 Mar 2026 13:00:00 +0100"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == SENDER
    assert mail["To"] == "Claire Delmas <claire.delmas@example.org>"


def test_a_second_try_is_the_same_message_and_a_reminder_another(session, cast, compose):
    invitation = invite(session, cast.client("claire"))

    first, again, reminder = compose(invitation), compose(invitation), compose(invitation, number=2)

    assert first.content == again.content
    assert first.message_id.endswith("@avis.example.org>")
    assert first.message_id != reminder.message_id


def test_survey_then_brand_then_setting_say_who_writes(session, cast, compose):
    invitation = invite(session, cast.client("claire"))

    invitation.survey.brand.sender = "Maison Élan <maison@example.org>"
    assert parsed(compose(invitation).content)["From"] == "Maison Élan <maison@example.org>"
    invitation.survey.sender = "atelier@example.org"
    assert compose(invitation).sender == "atelier@example.org"


def test_a_client_whose_language_we_do_not_write_gets_what_there_is(session, cast, compose):
    invitation = invite(session, cast.client("omar", language="ar"))

    assert faults(compose(invitation).content, public_url=PUBLIC, language="en", survey=True) == []


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@example.org",
        "Eve\nX-Evil: 1",
        "Eve\u2028Bcc: all@example.org",
        "Eve\x0b\x0c\x85Bcc: all@example.org",
        '"Eve" <eve@example.org>, all@example.org',
        "=?utf-8?q?Eve?= <eve@example.org>",
        "Eve\\",
        "Ève " * 200,
        "(Eve)",
        "עברית עִברִית",
    ],
)
def test_a_name_adds_neither_a_header_nor_a_recipient(session, cast, compose, name):
    invitation = invite(session, cast.client("zoe", first_name=name, last_name=""))

    mail = parsed(compose(invitation).content)

    assert [one.addr_spec for one in mail["To"].addresses] == ["zoe.lefevre@example.org"]
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert faults(compose(invitation).content, public_url=PUBLIC, language="fr", survey=True) == []


def test_a_brand_cannot_add_a_header_through_the_subject(session, cast, compose):
    invitation = invite(session, cast.client("claire"))
    invitation.survey.brand.name = "Tilleul\r\nBcc: all@example.org\r\n\r\n<script>"

    mail = parsed(compose(invitation).content)

    assert mail["Subject"] == "Votre avis sur Tilleul Bcc: all@example.org <script>"
    assert mail["Bcc"] is None
    assert "<script>" not in html_of(compose(invitation).content)


def test_an_address_with_a_line_break_is_refused(session, cast, compose):
    invitation = invite(session, cast.client("claire"))
    invitation.address.email = "claire@example.org\r\nBcc: all@example.org"

    with pytest.raises(Invalid):
        compose(invitation)


hostile = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=60)
hostile |= st.sampled_from(
    ["<b>x</b>", "{{ contact.email }}", "{% if %}", "&amp;", '"><script>', "]]>", "--=_hopnps_=--"]
)


def test_whatever_a_name_holds_comes_out_as_text(session, cast, compose):
    claire = cast.client("claire", first_name="", last_name="")
    repair = cast.interaction(claire, store=cast.store())
    invitation = invite(session, claire, survey="ticket", interaction=repair)

    @checked(max_examples=15, deadline=None)
    @given(first=hostile, last=hostile, agent=hostile)
    def check(first, last, agent):
        claire.first_name, claire.last_name, repair.agent = first, last, agent
        mail = compose(invitation)
        head = parsed(mail.content)
        assert head["To"].addresses[0].addr_spec == "claire.delmas@example.org"
        assert len(head.items()) == len({name for name, _ in head.items()}) == 11
        shown = " ".join((merge.as_values(first) or "à vous").split())
        assert f"Bonjour {shown}," in " ".join(mail.plain.split())
        assert "<script>" not in mail.html and "<b>" not in mail.html
        assert wire(mail.content) == []

    check()


def test_a_mail_asks_what_its_survey_asked_when_it_was_launched(session, cast, compose):
    invitation = invite(session, cast.client("claire"))
    survey = invitation.survey
    invitation.survey_version = surveys.pinned(session, survey, now=NOON)
    asked = survey.text_in("fr").question
    survey.text_in("fr").question = "Et maintenant ?"
    session.commit()

    mail = compose(invitation)

    assert asked in mail.html and asked in mail.plain
    assert "Et maintenant" not in mail.html
