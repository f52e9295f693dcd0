"""Before a campaign leaves, its mail is looked at as its hardest readers will see it."""

from __future__ import annotations

import pytest

from hopnps.models import NoticeKind
from hopnps.services import audience_gaps, campaign_checks, notices, templates
from tests.conftest import NOON
from tests.sending import CADENCE


@pytest.fixture
def check(session, house):
    def look(campaign):
        return campaign_checks.check(
            session, campaign, links=house.links, cadence=CADENCE, now=NOON
        )

    return look


def finding(check, code):
    return next((one for one in check.findings if one.code == code), None)


def test_the_hardest_readers_are_found_among_those_who_get_it(desk, cast, check):
    cast.client("claire", first_name="", company="")
    long = cast.client("marc", first_name="Marie-Antoinette", last_name="de la Tour-Maubourg")
    zoe = cast.client("zoe", company="Zed", owner="Inès", phone="1")
    tom = cast.client("tom", company="Zed", owner="Inès", phone="1")
    cast.client("omar", first_name="Somebody without any address at all", email="", address="")

    found = {trait: one.contact for one in check(desk.campaign()).samples for trait in one.traits}

    assert found["longest"] is long
    assert found["emptiest"].first_name == ""
    assert found["accents"] is zoe
    assert found["language"] is tom


def test_a_sound_mail_may_leave(desk, cast, check):
    cast.client("claire")
    found = check(desk.campaign())

    assert found.may_leave
    assert {one.level for one in found.findings if one.code in ("subject", "size")} == {"good"}
    assert finding(found, "links_asking").values == {"domain": "avis.example.org"}


def test_who_lacks_what_the_mail_says_is_counted_and_listed(desk, cast, check):
    cast.client("claire", first_name="")
    cast.client("marc")

    gap = finding(check(desk.campaign()), "without_first_name")

    assert (gap.level, gap.values, gap.group) == ("warn", {"count": 1}, "without-first_name")


def test_who_reads_another_language_than_the_mail_is_told(desk, cast, session, check):
    cast.client("tom")
    text = desk.template("relation").current.text_in("fr")
    texts = {"fr": (text.subject, text.body)}
    templates.save(session, slug="relation", name="Relation", texts=texts, now=NOON)

    found = finding(check(desk.campaign()), "no_language")

    assert found.values == {"language": "en", "count": 1, "instead": "fr"}


def test_a_long_subject_is_told(desk, cast, check):
    cast.client("claire")
    desk.new_version(subject="Dites-nous ce que vous pensez de nous, {{ contact.first_name }}" * 2)

    assert finding(check(desk.campaign()), "subject").level == "warn"


def test_a_mail_that_is_cut_does_not_leave(desk, cast, check):
    cast.client("claire", first_name="é" * 60_000)

    found = check(desk.campaign())

    assert (finding(found, "size").level, found.may_leave) == ("fault", False)


def test_a_mail_about_an_order_is_told(desk, cast, check):
    cast.client("claire")

    assert not finding(check(desk.campaign()), "interaction")

    desk.new_version(subject="À propos de {{ interaction.reference }}")
    assert finding(check(desk.campaign()), "interaction").level == "warn"


def test_links_that_no_client_can_open_are_told(desk, cast, session, house):
    from dataclasses import replace

    cast.client("claire")
    nearby = replace(house.links, public_url="http://127.0.0.1:5000")
    found = campaign_checks.check(session, desk.campaign(), links=nearby, cadence=CADENCE, now=NOON)

    assert finding(found, "links_nearby").level == "warn"


def test_nobody_to_write_to_is_no_fault(desk, check):
    found = check(desk.campaign())

    assert (found.samples, found.gaps.languages, found.may_leave) == ([], {}, True)


def test_each_language_has_its_first_reader(desk, cast, session):
    claire, tom = cast.client("claire"), cast.client("tom")
    cast.client("zoe")

    found = audience_gaps.one_of_each_language(session, desk.campaign(), cadence=CADENCE, now=NOON)

    assert found == {"fr": claire, "en": tom}


def test_the_last_test_of_this_very_mail_is_known(desk, cast, session):
    version = desk.template("relation").current
    told = {"email": "camille@tilleul.test", "language": "fr", "now": NOON}
    facts = {"template_version_id": version.id, "survey_id": None, "contact_id": None}
    notices.send(session, NoticeKind.TEST, facts=facts | {"interaction_id": None}, **told)

    assert campaign_checks.latest_test(session, version, "camille@tilleul.test")
    assert not campaign_checks.latest_test(session, version, "sophie@tilleul.test")
    assert not campaign_checks.latest_test(session, desk.new_version(), "camille@tilleul.test")
