"""The dashboard: the figure, how sure it is, where it comes from; empty, filtered, hostile."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hopnps import doors
from hopnps.models import Delivery, Segment, User, UserPlace
from hopnps.services import figures_funnel, rollups
from tests.conftest import NOON
from tests.services.answers import answer, answers, swept
from tests.web.visitor import Visitor


@pytest.fixture
def ines(app, cast):
    return Visitor(app, cast.colleague("ines"))


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


@pytest.fixture
def page(ines):
    """The dashboard's text as sales read it, for this query."""

    def shown(**query):
        return told(ines.get("/dashboard", query_string=query).text)

    return shown


def the_houses_day() -> date:
    """In Paris it may be tomorrow already."""
    return doors.now().astimezone(ZoneInfo("Europe/Paris")).date()


def told(page: str) -> str:
    """What is read on a page: no tags, single blanks."""
    body = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_before_the_first_answer_the_next_steps_stand_here(camille, cast):
    shown = camille.get("/dashboard").text

    assert "Pas encore de NPS" in told(shown)
    assert "Importer vos clients" in shown
    assert 'class="now"' in shown
    assert "Réponses par note" not in shown


def test_sales_see_no_step_that_they_may_not_take(ines):
    shown = ines.get("/dashboard").text

    assert "Importer vos clients" in shown
    assert "/imports" not in shown
    assert "/admin/survey/" not in shown


def test_the_figure_stands_with_its_interval_and_its_count(session, page):
    answers(session, [10] * 25 + [8] * 55 + [3] * 20)

    shown = page()

    assert "NPS +5 Entre −8 et +18, sur 100 réponses" in shown
    assert "Promoteurs 25 25" in shown
    assert "Trop peu pour conclure : encore" in shown  # thirteen points to either side are not ten


def test_an_nps_never_bears_a_percent_sign(session, ines):
    answer(session, None, 10)

    assert not re.search(r"[+−]\d+\s*%", told(ines.get("/dashboard").text))


def test_few_answers_of_a_store_are_told_with_what_is_missing(session, cast, page):
    bastille = cast.store()
    answer(session, None, 10, store=bastille)
    answers(session, [9] * 40)

    shown = page()

    assert (
        "Trop peu de réponses pour conclure Paris Bastille entre −48 et +98"
        " encore 54 réponses pour ±20 +100 entre −48 et +98" in shown
    )
    assert re.search(r"Sans magasin entre \+\d+ et \+100 \+100", shown)


def test_every_filter_narrows_what_is_shown(session, cast, page):
    nantes = cast.store("Nantes", "Ouest")
    vip = cast.client("claire", tags=["vip"])
    session.commit()
    answer(session, vip, 10, store=nantes, region=nantes.region, days=40, campaign_name="Été 2025")
    for days in range(9):
        answer(session, None, 3, days=days)
    march = (NOON.date() - timedelta(days=3)).isoformat()

    assert "sur 10 réponses" in page()
    for query in (
        {"place": "store:NANTES"},
        {"place": "region:ouest"},
        {"campaign": "Été 2025"},
        {"until": "31/01/2026"},
        {"survey": "relation", "until": "2026-01-31"},
    ):
        assert "sur 1 réponse" in page(**query), query
    assert "sur 4 réponses" in page(since=march)
    assert "Aucune réponse ici" in page(survey="ticket")


def test_a_segment_narrows_the_figure(session, cast, page):
    answer(session, cast.client("claire", tags=["vip"]), 10)
    answer(session, None, 3)
    rule = {"contact": "tags", "has": "vip"}
    session.add(Segment(slug="vip", name="VIP", rule=rule, created_at=NOON))
    session.commit()

    assert "sur 1 réponse" in page(segment="vip")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("survey", "<script>", "Il n’y a pas d’enquête"),
        ("segment", "nowhere", "Il n’y a pas de segment"),
        ("since", "31/02/2026", "n’existe pas"),
        ("until", "demain", "n’est pas une date"),
        ("place", "moon", "Il n’y a pas de magasin"),
        ("place", "region:x", "Il n’y a pas de région"),
    ],
)
def test_a_filter_that_names_nothing_is_said_beside_itself(session, ines, name, value, fault):
    answer(session, None, 10)

    shown = ines.get("/dashboard", query_string={name: value})

    assert shown.status_code == 400
    assert fault in shown.text
    assert value.replace("<", "&lt;").replace(">", "&gt;") in shown.text
    assert "Réponses par note" not in shown.text


def test_an_end_before_the_beginning_is_said(ines):
    shown = ines.get("/dashboard?since=2026-03-02&until=2026-03-01")

    assert "La fin est avant le début" in shown.text


def test_names_and_comments_are_shown_as_text(session, cast, ines):
    hostile = '<img src=x onerror="alert(1)">'
    claire = cast.client("claire", first_name=hostile)
    store = cast.store(f"Paris {hostile}")
    answer(session, claire, 3, hostile, store=store, campaign_name=hostile)

    shown = ines.get("/dashboard").text

    assert "<img" not in shown
    assert shown.count("&lt;img src=x") >= 3


def test_a_comment_leads_to_its_client(session, cast, ines):
    claire = cast.client("claire")
    answer(session, claire, 3, "Trois semaines d’attente")

    assert (
        f'href="/admin/contact/details/?id={claire.id}">Claire Delmas</a>'
        in ines.get("/dashboard").text
    )


def test_legacy_answers_are_named_and_counted_apart(session, page):
    answer(session, None, 10)
    answer(session, None, 2, scale="1-10")

    shown = page()

    assert "sur 1 réponse" in shown
    assert "1 réponse sur une ancienne échelle de 1 à 10 est gardée à part" in shown


def test_months_without_answers_break_the_line(session, ines):
    for month in (1, 2, 4):
        answer(session, None, 9, answered_on=date(2026, month, 3))

    shown = ines.get("/dashboard").text

    assert shown.count('class="band"') == 2
    assert "NPS par mois, de janvier 2026 à avril 2026" in shown


def test_the_page_keeps_to_its_content_policy(session, ines):
    answer(session, None, 10, "Merci")

    shown = ines.get("/dashboard")

    assert "'unsafe-inline'" not in shown.headers["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=", shown.text)


def test_the_dashboard_speaks_english(session, ines):
    for _ in range(3):
        answer(session, None, 10)
    ines.post("/language", follow=False, language="en")

    shown = told(ines.get("/dashboard").text)

    assert "NPS +100 Between −7 and +100, on 3 answers" in shown


def quarter(session, promoters, detractors, until, **values):
    """So many promoters and detractors in the days up to this one."""
    for score, number in ((10, promoters), (3, detractors)):
        for days in range(min(number, 20)):
            day = until - timedelta(days=days)
            answers(session, [score] * len(range(days, number, 20)), answered_on=day, **values)


def test_a_difference_that_chance_explains_proves_nothing(session, page):
    quarter(session, 14, 6, date(2026, 3, 31))
    quarter(session, 12, 8, date(2025, 12, 31))

    shown = page(since="2026-01-01", until="2026-03-31")

    assert (
        "Avant, du 3 oct. 2025 au 31 déc. 2025 : +20, entre −21 et +56, sur 20 réponses." in shown
    )
    assert (
        "Ces 20 points de plus tiennent dans la marge d’erreur : rien ne prouve encore une amélioration."
        in shown
    )
    assert "avant +20" in shown


def test_a_difference_that_chance_does_not_explain_is_real(session, page):
    quarter(session, 4, 16, date(2026, 3, 31))
    quarter(session, 18, 2, date(2025, 12, 31))

    shown = page(since="2026-01-01", until="2026-03-31")

    assert "Ces 140 points de moins dépassent la marge d’erreur : la baisse est réelle." in shown


def test_a_period_with_nothing_before_it_is_compared_with_nothing(session, page):
    answer(session, None, 10)

    assert "personne n’a répondu : il n’y a rien à comparer" in page(
        since="2026-03-01", until="2026-03-31"
    )
    assert "Avant" not in page(until="2026-03-31")


def test_without_a_period_the_last_ninety_days_are_compared(session, page):
    today = the_houses_day()
    quarter(session, 5, 5, today)
    quarter(session, 5, 5, today - timedelta(days=100))

    shown = page()

    assert "Ces 90 derniers jours : 0, entre −51 et +51, sur 10 réponses. Avant, du" in shown
    assert "Le même chiffre. Rien ne prouve un changement." in shown


def test_a_preset_stays_one_until_other_days_are_typed(session, ines):
    today = the_houses_day()
    answer(session, None, 10, answered_on=today)
    since = (today - timedelta(days=29)).isoformat()

    preset = ines.get("/dashboard?period=30d")
    sent = ines.get(f"/dashboard?period=30d&since={since}&until={today.isoformat()}")
    typed = ines.get(f"/dashboard?period=30d&since=2026-01-01&until={today.isoformat()}")

    for page in (preset, sent):
        assert 'href="/dashboard?period=30d" aria-current="true"' in page.text
        assert f'name="since" type="date" value="{since}"' in page.text
    assert 'period=30d" aria-current' not in typed.text
    assert 'value="2026-01-01"' in typed.text


def test_the_trend_and_the_table_can_be_switched_and_keep_the_filters(session, cast, ines):
    nantes = cast.store("Nantes", "Ouest")
    answer(session, None, 10, store=nantes, region=nantes.region)

    shown = ines.get("/dashboard?survey=relation&step=week&by=region").text

    assert "NPS par semaine" in told(shown)
    assert "Semaine du NPS" in told(shown)
    assert 'href="/dashboard?survey=relation&amp;by=region"' in shown  # back to months
    assert (
        "/dashboard?survey=relation&amp;by=region&amp;step=week&amp;place=region:Ouest"
        in unquote(shown)
    )


def test_stores_are_ranked_only_where_they_can_be_told_apart(session, cast, page):
    for name, promoters, detractors in (("Annecy", 60, 0), ("Brest", 30, 15), ("Caen", 28, 17)):
        store = cast.store(name, "R")
        quarter(session, promoters, detractors, NOON.date(), store=store)

    shown = page()

    assert (
        re.search(r"Se place devant Annecy .* Ne se distinguent pas de l’ensemble", shown) is None
    )
    assert "Se place devant Annecy" in shown
    assert re.search(r"Se placent derrière Brest .* Caen", shown)


def test_mails_lead_to_the_people_behind_each_number(session, cast, ines):
    claire = cast.client("claire")
    invitation = cast.invitation(claire)
    session.add(Delivery(invitation=invitation, state="sent", due_at=NOON, sent_at=NOON))
    answer(session, claire, 3, "Trop long", invitation=invitation, survey=invitation.survey)

    assert "Mails partis 1 Clics 100,0 % des mails 1" in told(ines.get("/dashboard").text)
    for stage in ("sent", "clicked", "answered", "commented"):
        assert "Claire Delmas" in ines.get(f"/dashboard/mails?stage={stage}").text
    assert "Personne." in ines.get("/dashboard/mails?stage=sent&until=2026-01-01").text
    assert ines.get("/dashboard/mails?stage=moved").status_code == 404
    assert ines.get("/dashboard/mails?stage=sent&until=demain").status_code == 400


@pytest.mark.parametrize(
    "query",
    [{}, {"place": "store:Nantes"}, {"segment": "vip"}, {"campaign": "Été"}, {"period": "12m"}],
)
def test_a_number_leads_to_as_many_answers(session, cast, ines, query):
    nantes = cast.store("Nantes", "Ouest")
    claire = cast.client("claire", tags=["vip"])
    rule = {"contact": "tags", "has": "vip"}
    session.add(Segment(slug="vip", name="VIP", rule=rule, created_at=NOON))
    today = (NOON.date() - the_houses_day()).days  # before noon, in days
    for days in range(today, today + 3):
        answer(session, None, 3, days=days, store=nantes, region=nantes.region)
        answer(session, claire, 9, days=days, campaign_name="Été")
    answer(session, None, 9, days=today + 600)
    answer(session, None, 9, scale="1-10")

    shown = ines.get("/dashboard", query_string=query).text
    counted = int(re.search(r"sur (\d+) réponses", told(shown))[1])
    way = html.unescape(re.search(r'href="([^"]+)">sur ', shown)[1])

    assert ines.get(way).text.count('class="score ') == counted
    bar = re.search(r'href="([^"]+flt_score=[39][^"]*)" aria-label="Note [39]\s: (\d+)', shown)
    assert ines.get(html.unescape(bar[1])).text.count('class="score ') == int(bar[2])


def test_an_open_page_is_told_only_what_is_new(session, ines):
    answer(session, None, 10)
    mark = ines.get("/dashboard/figures").headers["ETag"]
    known = {"headers": {"If-None-Match": mark}}

    assert mark.strip('"') in ines.get("/dashboard").text
    assert ines.get("/dashboard/figures", **known).status_code == 304
    assert ines.get("/dashboard/figures?survey=relation", **known).status_code == 200
    answer(session, None, 3)
    fresh = ines.get("/dashboard/figures", **known)

    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != mark
    assert 'data-answers="2"' in fresh.text
    assert "<html" not in fresh.text


def test_a_salesperson_of_nantes_sees_nantes(session, cast, ines):
    nantes, bastille = cast.store("Nantes", "Ouest"), cast.store()
    user = session.query(User).one()
    session.add(UserPlace(user_id=user.id, store_id=nantes.id))
    answer(session, None, 10, "Bravo", store=nantes, region=nantes.region)
    answer(session, None, 3, "Hélas", store=bastille, region=bastille.region)

    shown = ines.get("/dashboard").text

    assert "sur 1 réponse" in told(shown)
    assert "de vos magasins" in shown
    assert "Bravo" in shown
    assert "Hélas" not in shown
    assert "Bastille" not in shown
    assert ines.get("/dashboard?place=store:Paris Bastille").status_code == 400


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "survey",
                "period",
                "since",
                "until",
                "place",
                "campaign",
                "segment",
                "by",
                "step",
                "stage",
                "page",
            ]
        ),
        st.sampled_from(
            ["", "1", "9999-12-31", "0001-01-01", "1900-01-01", "2200-12-31", "30d", "year", "sent"]
        )
        | st.sampled_from(
            ["store:", "region:" + "x" * 300, "’; DROP", "\u0301", "-1", "9" * 40, "%00"]
        )
        | st.text(max_size=20).filter(lambda text: "\0" not in text),
        max_size=5,
    )
)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
def test_no_address_breaks_the_dashboard(ines, query):
    for path in ("/dashboard", "/dashboard/figures", "/dashboard/mails"):
        assert ines.get(path, query_string=query).status_code in (200, 400, 404)


def test_who_served_what_product_and_the_language_narrow_too(session, cast, page):
    claire = cast.client("claire")
    bike = cast.interaction(claire, data={"produit": "Vélo cargo"})
    mail = cast.invitation(claire, interaction_id=bike.id)
    answer(session, claire, 10, agent="Léa", language="en", invitation=mail)
    answer(session, None, 2, agent="Omar", language="fr")

    assert "sur 2 réponses" in page()
    for query in ({"agent": "lea"}, {"product": "VELO CARGO"}, {"language": "en"}):
        assert "NPS +100 Entre −48 et +98, sur 1 réponse" in page(**query)
    for by, words in (("agent", "Léa"), ("product", "Vélo cargo"), ("language", "Anglais")):
        assert words in page(by=by)


def test_comments_are_searched_by_words_and_category_while_the_figures_stay(session, page):
    answer(session, None, 10, "Très bon accueil")
    answer(session, None, 3, "Mauvais accueil, trop d’attente")

    both = page(q="accueil")
    assert "Très bon accueil" in both
    assert "Mauvais accueil" in both
    one = page(q="ACCUEIL attente", category="detractor")
    assert "Mauvais accueil" in one
    assert "Très bon" not in one
    assert "sur 2 réponses" in one
    assert "Aucun commentaire ne dit cela" in page(q="vélo")


def test_the_house_formula_stands_beside_the_official_one_when_asked(session, page):
    answers(session, [10] * 25 + [8] * 55 + [3] * 20)

    assert "compte comme promoteur" not in page()
    shown = page(formula="house")
    assert "NPS +5 Entre −8 et +18" in shown
    assert "Formule maison, où un 8 compte comme promoteur : +60, entre +43 et +74" in shown


def test_votes_in_doubt_are_shown_with_what_they_could_change(session, cast, page):
    for score in (10, 10, 3):
        answer(session, None, score)
    answer(session, None, 9, evidence="click-only")
    mail = cast.invitation(cast.client("claire"))
    session.add(swept(mail, 0, opened=11))
    rollups.put_in_visits(session)
    session.commit()

    shown = page()

    assert "NPS +50" in shown
    assert "Votes envoyés par quelqu’un 3 Votes qui ne tiennent qu’à un clic 1" in shown
    assert (
        "Passages de machines, non comptés 1 Notes ouvertes par des machines, non comptées 11"
        in shown
    )
    assert "Sans aucun vote douteux : +33" in shown
    assert "Avec tous : +20" in shown


def test_an_excluded_answer_counts_nowhere(session, page):
    answer(session, None, 10)
    answer(session, None, 0, excluded_at=NOON, comment="Robot")

    shown = page()

    assert "NPS +100" in shown
    assert "Robot" not in shown


def test_where_very_many_mails_left_they_are_counted_when_asked(session, cast, page, monkeypatch):
    mail = cast.invitation(cast.client("claire"))
    session.add(Delivery(invitation=mail, due_at=NOON, state="sent", sent_at=NOON))
    answer(session, None, 10)
    monkeypatch.setattr(figures_funnel, "MANY", 0)

    assert "Compter ce que sont devenus les mails" in page()
    assert "Mails partis 1" in page(mails="yes")
