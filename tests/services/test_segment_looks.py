"""What the segment builder asks of the database: a count that does not wait for ever, and the words of the house."""

from __future__ import annotations

import sqlalchemy as sa

from hopnps.models import Campaign
from hopnps.services import segments, surveys
from hopnps.services.patience import within
from hopnps.services.segment_choices import choices
from tests.conftest import NOON

ENDLESS = sa.text(
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 1000000000) SELECT count(*) FROM t"
)


def test_a_look_counts_all_and_shows_ten(session, cast):
    for number in range(12):
        cast.client("claire", external_id=str(number), email=f"c{number}@example.org", tags=["vip"])
    cast.client("marc")

    found = segments.look(session, {"contact": "tags", "has": "vip"}, now=NOON)

    assert found.count == 12
    assert len(found.sample) == 10
    assert {one.first_name for one in found.sample} == {"Claire"}


def test_a_count_that_takes_too_long_is_given_up_and_the_session_lives_on(session, cast):
    cast.client("claire")

    assert within(session, 0.2, lambda: session.scalar(ENDLESS)) is None

    assert segments.look(session, {}, now=NOON).count == 1
    assert within(session, 5, lambda: session.scalar(sa.text("SELECT 7"))) == 7


def test_the_builder_offers_the_words_of_the_house(session, cast):
    nantes = cast.store("Nantes", "Pays de la Loire")
    claire = cast.client("claire", tags=["vip", "Été"], attributes={"dépenses": "12"})
    cast.interaction(claire, kind="livraison", data={"montant": 3}, store_id=nantes.id)

    known = choices(session)

    assert known.stores == ["Nantes"] and known.regions == ["Pays de la Loire"]
    assert set(known.tags) == {"vip", "Été"}
    assert known.attributes == ["dépenses"] and known.details == ["montant"]
    assert known.kinds == ["livraison", "order", "ticket"]
    assert ("relation", surveys.find(session, "relation").name) in known.surveys


def test_a_segment_knows_its_campaigns_the_newest_first(session):
    segment = segments.save(session, None, slug="vip", name="VIP", rule={}, now=NOON)
    survey = surveys.find(session, "relation")
    for name in ("Printemps", "Été"):
        session.add(
            Campaign(
                name=name,
                survey=survey,
                template=survey.template,
                segment=segment,
                due_at=NOON,
                created_at=NOON,
            )
        )
    session.flush()

    assert [one.name for one in segments.used_by(session, segment)] == ["Été", "Printemps"]
