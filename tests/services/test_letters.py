"""Letters: a batch costs a handful of statements, one bad row holds up nobody, and what changed counts at once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import dkim
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from hopnps.domain import merge, verp
from hopnps.domain.errors import Invalid
from hopnps.domain.merge_fields import FIELDS
from hopnps.domain.signing import Signer
from hopnps.domain.smtp_dialogue import dot_stuffed
from hopnps.models import Delivery, DeliveryState, TemplateText
from hopnps.services.letters import Letters
from hopnps.services.merge_values import link_values, values_for
from tests.conftest import NOON
from tests.letters import written
from tests.mail_lint import parsed
from tests.services.invited import invite

SENDER = "Cycles Tilleul <bonjour@example.org>"


@pytest.fixture
def make_letters(house):
    def make(**given):
        return Letters(links=house.links, default_sender=SENDER, timezone=house.timezone, **given)

    return make


@pytest.fixture
def claim(session):
    """These invitations' mails, held by this test."""

    def hold(*invitations):
        for invitation in invitations:
            session.add(
                Delivery(
                    invitation=invitation, state=DeliveryState.SENDING, lease="test", due_at=NOON
                )
            )
        session.commit()
        return "test"

    return hold


def test_a_batch_costs_as_many_statements_as_one_mail(session, cast, claim, make_letters):
    letters = make_letters()
    people = [cast.client(name) for name in ("claire", "tom", "zoe", "omar")]
    first, *others = (invite(session, one) for one in people)
    lease = claim(first)
    letters.write(session, lease, now=NOON)
    session.commit()
    alone = _statements(session, letters, lease)

    claim(*others)
    letters.write(session, lease, now=NOON)  # compiles what is new
    session.commit()

    assert _statements(session, letters, lease) == alone < 8


def _statements(session, letters, lease):
    said = []

    def note(_connection, _cursor, statement, *_more):
        said.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    letters.write(session, lease, now=NOON)
    sa.event.remove(engine, "before_cursor_execute", note)
    session.commit()
    return len([one for one in said if one.startswith("SELECT")])


def test_one_who_cannot_be_written_to_holds_up_nobody(session, cast, claim, make_letters):
    bad, good = invite(session, cast.client("claire")), invite(session, cast.client("tom"))
    bad.address.email = "claire@example.org\r\nBcc: all@example.org"
    claim(bad, good)

    ready, faults = make_letters().write(session, "test", now=NOON)

    assert [one.invitation_id for one in ready] == [good.id]
    assert [type(error) for _id, error in faults] == [Invalid]


def test_a_template_that_cannot_be_filled_in_holds_up_only_its_own_mails(
    session, cast, claim, make_letters
):
    broken = invite(session, cast.client("claire"), survey=None, template="reaction")
    good = invite(session, cast.client("tom"))
    for text in broken.template_version.texts:
        text.html = "{% if contact.first_name %}"
    claim(broken, good)

    ready, faults = make_letters().write(session, "test", now=NOON)

    assert [one.invitation_id for one in ready] == [good.id]
    assert len(faults) == 1


def test_a_brand_that_changes_changes_the_mails_that_are_still_to_leave(
    session, cast, make_letters
):
    letters, invitation = make_letters(), invite(session, cast.client("claire"))
    assert "Nouvelle Maison" not in written(session, invitation, letters).html

    invitation.survey.brand.name = "Nouvelle Maison"
    invitation.survey.brand.sender = "Nouvelle Maison <maison@example.org>"
    session.commit()
    mail = written(session, invitation, letters)

    assert "Nouvelle Maison" in mail.html and "Nouvelle Maison" in mail.subject
    assert mail.sender == "maison@example.org"


@pytest.mark.parametrize("about", ["an order elsewhere", "an order nowhere", "nothing"])
def test_every_field_says_what_a_preview_says(session, house, cast, make_letters, about):
    """The rows that letters are written from and the objects that screens show must not drift apart."""
    claire = cast.client(
        "claire", company="Delmas & Fils", phone="01", owner="Inès", store=cast.store("Lyon"),
        attributes={"vélo": "gravel", "n": 3, "tags": ["a", "b"]},
    )  # fmt: skip
    order = None
    if about != "nothing":
        order = cast.interaction(
            claire,
            store=cast.store("Annecy") if about == "an order elsewhere" else None,
            occurred_at=datetime(2025, 8, 31, 23, 30, tzinfo=UTC),
            agent="Zoé",
            data={"montant": 12.5},
        )
    invitation = invite(session, claire, survey="ticket", interaction=order)
    names = [
        field.name for field in FIELDS if "*" not in field.name and "score_bar" not in field.name
    ]
    names += ['contact.attributes["vélo"]', "contact.attributes.tags", "interaction.data.montant"]
    text = "".join(f"<p>{name}={{{{ {name} }}}}</p>\n" for name in [*names, "links.score_10"])
    _say(session, invitation, text)

    mail = written(session, invitation, make_letters())

    values = values_for(
        contact=claire, brand=invitation.survey.brand, survey=invitation.survey,
        interaction=order, language="fr", timezone=house.timezone, links=house.links,
    )  # fmt: skip
    values["links"] = link_values(house.links, invitation.id, survey=True)
    assert mail.html == merge.html(text, values)
    assert mail.plain == merge.text(text, values)


def _say(session, invitation, text):
    own = sa.update(TemplateText).where(TemplateText.version_id == invitation.template_version_id)
    session.execute(own.values(subject="x", html=text, plain=text))
    session.commit()


def test_bounces_return_to_a_signed_address_of_this_delivery(
    session, house, cast, claim, make_letters
):
    claim(invite(session, cast.client("claire")))

    [one], _faults = make_letters(bounce_address="retour@example.org").write(
        session, "test", now=NOON
    )

    assert verp.read(one.mail.sender, house.links.keys) == one.delivery_id
    assert parsed(one.mail.content)["From"] == SENDER
    assert one.mail.wire == dot_stuffed(one.mail.content)


def test_a_mail_is_signed_for_the_domain_of_its_sender(session, cast, claim, make_letters):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    claim(invite(session, cast.client("claire")))
    asked = []

    def txt(name, timeout=5):
        asked.append(name)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    letters = make_letters(signer=Signer(pem, "s1", ""), bounce_address="retour@example.net")
    [one], _faults = letters.write(session, "test", now=NOON)

    assert dkim.verify(one.mail.content, dnsfunc=txt)
    assert one.mail.wire == dot_stuffed(one.mail.content)
    assert asked == [b"s1._domainkey.example.org."]
    covered = one.mail.content.partition(b" h=")[2].partition(b";")[0]
    assert {b"List-Unsubscribe", b"List-Unsubscribe-Post"} <= {
        *covered.replace(b"\r\n  ", b"").split(b":")
    }
