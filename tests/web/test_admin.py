"""Lists, details and forms: saving goes through the services, nothing typed is lost, deleting asks first."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from hopnps.domain.cadence import Cadence
from hopnps.models import Contact, Interaction, Store, Survey, User
from hopnps.services import addresses, one_shots, stores
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


@pytest.mark.parametrize("noun", ["contact", "store", "region", "segment"])
def test_a_search_of_a_thousand_words_is_answered(camille, noun):
    assert camille.get(f"/admin/{noun}/", query_string={"search": "a " * 1_500}).status_code == 200


def test_a_marketer_adds_a_store(camille, session):
    camille.get("/admin/store/new/")

    page = camille.post("/admin/store/new/", name="Lyon Croix-Rousse", region_id="")

    assert "Créé\u00a0: Lyon Croix-Rousse" in page.text
    assert session.scalars(sa.select(Store.name)).all() == ["Lyon Croix-Rousse"]


def test_a_name_that_is_taken_is_said_at_its_field_and_stays_typed(camille, cast):
    cast.store("Paris Bastille")

    page = camille.post("/admin/store/new/", name="PARIS  bastille", region_id="")

    assert "Paris Bastille existe déjà" in page.text
    assert 'value="PARIS  bastille"' in page.text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize("room", ["contact", "interaction", "store", "region", "user"])
def test_every_list_form_and_detail_page_opens(app, cast, session, room):
    claire = cast.client("claire", store=cast.store())
    cast.interaction(claire)
    sophie = cast.colleague("sophie")
    visitor = Visitor(app, sophie)

    for path in ("", "new/", "details/?id=1", "edit/?id=1", "delete/?id=1"):
        if (room, path) == ("user", "delete/?id=1"):
            continue
        answer = visitor.get(f"/admin/{room}/{path}")
        assert answer.status_code == 200, path
        assert answer.request.path.startswith(f"/admin/{room}/")


def test_sales_change_a_contact_but_neither_delete_nor_touch_stores(app, cast):
    cast.client("claire", store=cast.store())
    ines = Visitor(app, cast.colleague("ines"))

    assert ines.post("/admin/contact/edit/?id=1", email="claire@example.org").status_code == 200
    assert ines.post("/admin/contact/action/", rowid="1", confirmed="yes").status_code == 403
    assert ines.get("/admin/contact/delete/?id=1").status_code == 403
    assert ines.get("/admin/store/details/?id=1").status_code == 200
    assert ines.get("/admin/store/edit/?id=1").status_code == 403
    page = ines.get("/admin/store/").text
    assert "Ajouter" not in page
    assert "/admin/store/edit/" not in page


@pytest.mark.parametrize(
    "id", ["", "0", "7", "-1", "abc", "1;--", "99999999999999999999", "１", "1.0"]
)
def test_an_id_that_names_nothing_is_not_found(camille, id):
    for page in ("details", "edit", "delete"):
        assert (
            camille.client.get(f"/admin/store/{page}/", query_string={"id": id}).status_code == 404
        )


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "//[evil.example",
        "/\\evil.example/",
        "http:evil.example",  # behind a proxy that speaks https, a browser reads http://
        "javascript:alert(1)",
    ],
)
def test_the_way_back_from_a_form_never_leaves_this_site(camille, session, url):
    page = camille.get("/admin/store/new/", query_string={"url": url}).text
    ways = re.findall(r'(?:href|name="url" value)="([^"]*)"', page)
    assert [way for way in ways if "evil" in way or "javascript" in way] == []

    answer = camille.post("/admin/store/new/", follow=False, name="Lyon", region_id="", url=url)
    assert answer.location.startswith("/admin/store/")
    answer = camille.post("/admin/store/action/", follow=False, rowid="1", confirmed="yes", url=url)
    assert answer.location == "/admin/store/"


def test_two_who_save_the_same_at_once_get_one_row_and_a_sentence(camille, session, monkeypatch):
    def quicker(session, place, name):
        place.name, place.name_key = name, "lyon"  # the check saw nothing yet

    monkeypatch.setattr("hopnps.services.stores._name", quicker)

    camille.post("/admin/store/new/", name="Lyon", region_id="")
    page = camille.post("/admin/store/new/", name="Lyon", region_id="")

    assert "enregistré entre-temps" in page.text
    assert 'value="Lyon"' in page.text
    assert session.query(Store).count() == 1


def test_a_refused_deletion_says_why_and_keeps_all(camille, cast, session):
    full, empty = cast.store("Paris Bastille"), cast.store("Lyon Croix-Rousse")
    cast.client("claire", store=full)

    page = camille.post(
        "/admin/store/action/", rowid=[str(empty.id), str(full.id)], confirmed="yes"
    )

    assert "Paris Bastille reste" in page.text
    assert session.query(Store).count() == 2


def test_what_cannot_be_deleted_is_said_before_and_has_no_button(camille, cast):
    full, empty = cast.store("Paris Bastille"), cast.store("Lyon Croix-Rousse")
    cast.client("claire", store=full)

    asked = camille.get(f"/admin/store/delete/?id={full.id}").text
    both = camille.post("/admin/store/action/", rowid=[str(empty.id), str(full.id)]).text

    assert "La suppression n’est pas possible" in asked
    assert "certaines de ces lignes restent" in both
    for page in (asked, both):
        assert "Paris Bastille reste" in page
        assert 'name="confirmed"' not in page
    assert "C’est définitif" in camille.get(f"/admin/store/delete/?id={empty.id}").text


def test_a_segment_of_a_campaign_and_an_order_that_was_asked_about_say_that_they_stay(
    camille, cast, desk
):
    claire = cast.client("claire")
    order = cast.interaction(claire, "C-1")
    desk.send_to(claire, interaction=order)
    segment = desk.campaign().segment

    for path, said in (
        (f"segment/delete/?id={segment.id}", f"{segment.name} reste"),
        (f"interaction/delete/?id={order.id}", "C-1 reste"),
    ):
        page = camille.get(f"/admin/{path}").text
        assert said in page
        assert 'name="confirmed"' not in page


def test_a_store_and_a_region_lead_to_what_belongs_to_them(camille, cast):
    store = cast.store("Paris Bastille", region="Île-de-France")

    page = camille.get(f"/admin/store/details/?id={store.id}").text
    above = camille.get(f"/admin/region/details/?id={store.region.id}").text

    assert "/dashboard?place=store:Paris+Bastille" in page
    for room in ("response", "contact", "interaction"):
        assert f"/admin/{room}/?flt_store_id={store.id}" in page
    assert f"/admin/store/?flt_region_id={store.region.id}" in above


def test_an_accent_does_not_send_a_region_to_the_end(camille, session):
    for name in ("Sud", "Île-de-France", "Ouest"):
        stores.save_region(session, None, name=name)
    session.commit()

    page = camille.get("/admin/region/").text

    assert page.index(">Île-de-France<") < page.index(">Ouest<") < page.index(">Sud<")


def test_a_deletion_without_a_choice_changes_nothing(camille, cast):
    cast.store()

    assert "Aucune ligne" in camille.post("/admin/store/action/").text


def test_contacts_are_found_by_name_number_address_store_answer_and_tag(camille, cast):
    claire = cast.client("claire", store=cast.store(), last_score=3, last_category="detractor")
    cast.client("zoe", tags=["vip", "vip-gold"])
    cast.client("tom", tags=["vip"], external_id="K-100%")

    def found(**asked) -> set[str]:
        page = camille.client.get("/admin/contact/", query_string=asked).text
        return {name for name in ("Claire", "Zoé", "Tom") if f">{name} " in page}

    assert found() == {"Claire", "Zoé", "Tom"}
    assert found(search="delmas CLAIRE") == {"Claire"}
    assert found(search="zoe LEFEVRE") == {"Zoé"}
    assert found(search="claire.delmas@") == {"Claire"}
    assert found(search="Claire.Delmas@example.org") == {"Claire"}
    assert found(search="K-100%") == {"Tom"}
    assert found(search="%") == {"Tom"}
    assert found(flt0_0=str(claire.store_id)) == {"Claire"}
    assert found(flt1_1="detractor") == {"Claire"}
    assert found(flt2_2="en") == {"Tom"}
    assert found(flt3_3="vip") == {"Zoé", "Tom"}
    assert found(flt3_3="vip-gold", flt1_1="") == {"Zoé"}
    assert found(search="nobody") == set()


def test_in_a_very_long_list_old_contacts_are_found_by_beginnings_and_the_page_says_so(
    camille, cast, monkeypatch
):
    monkeypatch.setattr("hopnps.services.list_search.NEWEST", 1)
    claire, marc = cast.client("claire", external_id="K-7"), cast.client("marc")

    found = {
        words: [f"/details/?id={one.id}" in listed(camille, words) for one in (claire, marc)]
        for words in ("delmas", "DELMAS clai", "elmas", "K-7", "berli", "claire.d")
    }

    assert found["delmas"] == found["DELMAS clai"] == found["K-7"] == [True, False]
    assert found["berli"] == [False, True]  # one of the newest
    assert found["elmas"] == [False, False]
    assert "sont lus mot à mot" in camille.get("/admin/contact/?search=elmas").text


def listed(camille, words):
    return camille.get(f"/admin/contact/?search={words}").text.split("<main")[1]


def test_a_filter_that_cannot_be_is_told_and_left_out(camille, cast):
    cast.client("claire")

    page = camille.get("/admin/contact/?flt0_0=abc").text

    assert "Claire Delmas" in page
    assert 'class="alert' in page


def test_orders_are_found_by_day_at_the_houses_place(camille, cast):
    claire = cast.client("claire")
    cast.interaction(
        claire, "C-1", occurred_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    )  # Paris: the 2nd

    assert "C-1" in camille.get("/admin/interaction/?flt1_1=2026-03-02&flt2_2=2026-03-02").text
    assert "C-1" not in camille.get("/admin/interaction/?flt2_2=2026-03-01").text


def test_a_long_list_is_paged_without_counting(camille, cast, session):
    session.add_all(
        Contact(
            external_id=f"K{n}",
            last_name=f"Client {n:03}",
            created_at=cast.now,
            updated_at=cast.now,
        )
        for n in range(60)
    )
    session.commit()
    statements = []
    event.listen(
        session.get_bind(), "before_cursor_execute", lambda *said: statements.append(said[2])
    )

    first = camille.get("/admin/contact/").text
    second = camille.get("/admin/contact/?page=1").text

    assert "Client 059" in first
    assert "Client 009" not in first
    assert "Client 009" in second
    assert "Page suivante" in first
    assert "Page suivante" not in second
    assert [one for one in statements if "count(" in one.lower()] == []
    assert camille.get("/admin/contact/?page=-5&sort=99&page_size=1000000").status_code == 200


def test_an_order_is_typed_at_the_houses_time_with_details(camille, cast, session):
    claire = cast.client("claire")

    camille.post(
        "/admin/interaction/new/",
        client=claire.email,
        kind="order",
        reference="C-88120",
        occurred_at="2026-03-02T13:00",
        store_id="",
        data="Objet: casque\n\nMontant: 214,90 €",
    )

    order = session.query(Interaction).one()
    assert order.occurred_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert order.data == {"Objet": "casque", "Montant": "214,90 €"}


def test_several_faults_stand_above_and_at_their_fields_and_all_stays_typed(camille):
    page = camille.post(
        "/admin/interaction/new/",
        client="claire@example.org",
        kind="x" * 201,
        occurred_at="yesterday",
        data="no colon here",
        agent="Samir",
    ).text

    assert "Des champs sont à revoir" in page
    assert "Écrivez une date et une heure" in page
    assert "Écrivez un «\u00a0nom\u00a0: valeur\u00a0» par ligne" in page
    for typed in ("claire@example.org", "no colon here", "Samir", "yesterday"):
        assert typed in page


def test_hostile_words_are_shown_as_text_everywhere(camille, cast):
    evil = "<script>alert(1)</script>"
    store = cast.store(evil, region=evil)
    claire = cast.client(
        "claire",
        first_name=evil,
        company=evil,
        tags=[evil],
        attributes={evil: evil},
        store=store,
        notes=evil,
    )
    cast.interaction(claire, evil, kind=evil, agent=evil, data={evil: evil}, store=store)

    for path in (
        "contact/",
        "contact/details/?id=1",
        "contact/edit/?id=1",
        "contact/delete/?id=1",
        "interaction/",
        "interaction/details/?id=1",
        "interaction/edit/?id=1",
        "store/",
        "store/details/?id=1",
        "store/delete/?id=1",
        "contact/?search=" + evil,
    ):
        page = camille.get(f"/admin/{path}").text
        assert evil not in page, path
        assert "&lt;script&gt;" in page, path


def test_a_contacts_page_says_whether_they_may_be_asked(camille, cast, session):
    claire = cast.client("claire")
    assert "Une enquête peut partir" in camille.get("/admin/contact/details/?id=1").text

    address = addresses.ensure(session, claire.address)
    address.last_asked_at = datetime.now(UTC)
    session.commit()
    assert "Pas avant le" in camille.get("/admin/contact/details/?id=1").text

    address.unsubscribed_at = datetime.now(UTC)
    session.commit()
    page = camille.get("/admin/contact/details/?id=1").text
    assert "a demandé à ne plus recevoir de mails" in page
    assert "désinscrit le" in page


def test_a_contacts_page_tells_their_story(camille, cast, session):
    claire = cast.client("claire")
    survey = session.query(Survey).filter_by(slug="ticket").one()
    one_shots.send(
        session,
        contact=claire,
        survey=survey,
        interaction=cast.interaction(claire, "R-20418"),
        nonce="n",
        by="Samir Benali",
        cadence=Cadence(60),
        expiry_days=90,
        now=cast.now,
    )
    session.commit()

    page = camille.get("/admin/contact/details/?id=1").text

    assert f"{survey.name}, R-20418\u00a0: en attente d’envoi" in page
    assert "Par Samir Benali" in page
    assert "Ticket R-20418" in page


def test_an_admin_hands_out_a_link_and_shuts_the_door_again(app, cast, session):
    sophie = Visitor(app, cast.colleague("sophie"))
    sophie.post("/admin/user/new/", email="leo@tilleul.test", role="sales", name="Léo", language="")
    leo = session.query(User).filter_by(email="leo@tilleul.test").one()
    assert "invité" in sophie.get("/admin/user/").text

    page = sophie.post(f"/admin/user/link/?id={leo.id}").text
    assert "https://avis.example.org/password/" in page

    sophie.post(f"/admin/user/login-right/?id={leo.id}")
    session.expire_all()
    assert leo.disabled_at is not None
    me = session.query(User).filter_by(email="sophie.marchal@tilleul.test").one()
    assert "dernier administrateur" in sophie.post(f"/admin/user/login-right/?id={me.id}").text
