"""A salesperson of Lille at every door: they open, list, count, change and delete Lille, and nothing of Lyon shows."""

from __future__ import annotations

import re

import pytest

from hopnps import access
from hopnps.domain.scope import only
from hopnps.models import Contact, Interaction, Invitation, Region, Response, Role, Store, UserPlace
from tests.services.answers import answer
from tests.web.doors import SAMPLES
from tests.web.visitor import Visitor

SECRET = "Croix-Rousse"  # stands in every name of Lyon
IDS = {"hopnps_contact": "contact", "hopnps_response": "response", "hopnps_region": "region"} | {
    "hopnps_interaction": "interaction",
    "hopnps_store": "store",
}


@pytest.fixture
def lille(cast, session):
    """Claire and her order, mail and answer in Lille."""
    store = cast.store("Lille", region="Nord")
    claire = cast.client("claire", store=store)
    cast.interaction(claire, "L-1", store=store)
    answer(session, claire, 9, comment="Vive Lille", store=store, region=store.region)
    session.commit()
    return store


@pytest.fixture
def lyon(cast, session):
    """The same of Zoé in Lyon; each of her rows bears the secret."""
    store = cast.store(SECRET, region=f"Rhône {SECRET}")
    zoe = cast.client("zoe", last_name=SECRET, company=SECRET, store=store)
    about = cast.interaction(zoe, SECRET, store=store, agent=SECRET)
    answer(session, zoe, 3, comment=SECRET, store=store, region=store.region, agent=SECRET)
    given = session.query(Response).filter_by(contact_id=zoe.id).one()
    return {"contact": zoe, "interaction": about, "response": given} | {
        "store": store,
        "region": store.region,
    }


@pytest.fixture
def ines(app, cast, session, lille):
    """She may see Lille only."""
    user = cast.colleague("ines")
    user.places.append(UserPlace(store=lille))
    session.commit()
    return Visitor(app, user)


@pytest.fixture
def marketer_of_lille(app, cast, lille):
    """Who may change and delete, as a host could know them: narrowed as well."""
    visitor = Visitor(app, cast.colleague("camille"))
    may = access.Principal(
        "1", "Camille", roles=frozenset({Role.MARKETER}), scope=only(stores=(lille.id,))
    )
    app.extensions["hopnps"].find_principal = lambda: may
    return visitor


def test_lists_hold_her_store_alone(ines, lyon):
    for room, own in (("contact", "Delmas"), ("interaction", "L-1"), ("response", "Vive Lille")):
        page = ines.get(f"/admin/{room}/").text
        assert own in page
        assert SECRET not in page
    assert "Lille" in ines.get("/admin/store/").text


def test_nothing_of_lyon_shows_at_any_door(app, ines, lyon):
    """Each page that is open to her, with each row of Lyon asked for by number and by name."""
    told = [
        (path, query)
        for endpoint, path in _paths(app, lyon)
        for query in _asked(endpoint, lyon)
        if SECRET in _unechoed(ines.client.get(f"{path}{query}").text)
    ]

    assert told == [], "\n".join(map(str, told))


@pytest.mark.parametrize("act", ["details", "edit", "delete"])
def test_a_row_of_lyon_is_not_there(app, marketer_of_lille, lyon, act):
    found = []
    for room, name in IDS.items():
        if f"{room}.{act}_view" in app.view_functions:
            path = f"/admin/{name}/{act}/?id={lyon[name].id}"
            answers = [marketer_of_lille.get(path)]
            if act != "details":
                answers.append(marketer_of_lille.post(path, confirmed="1", name="Taken"))
            found += [(path, one.status_code) for one in answers if one.status_code != 404]

    assert found == []


def test_of_many_chosen_rows_only_those_of_her_place_are_deleted(
    marketer_of_lille, cast, session, lyon
):
    lost = cast.client("marc", store=session.query(Store).filter_by(name="Lille").one()).id
    other = cast.client("tom", store=lyon["store"]).id
    session.commit()

    marketer_of_lille.post("/admin/contact/action/", rowid=[lost, other], confirmed="1")

    session.expire_all()
    assert session.get(Contact, lost) is None
    assert session.get(Contact, other) is not None
    assert session.get(Interaction, lyon["interaction"].id) is not None


def test_choices_and_filters_name_her_places_only(ines, lyon):
    form = ines.get("/admin/contact/new/").text

    assert (
        re.findall(r"<option[^>]*>(Lille|–)</option>", form.split('name="store_id"')[1])[0]
        == "Lille"
    )
    assert SECRET not in form + ines.get("/admin/contact/").text


def test_she_cannot_write_into_another_store(ines, session, lyon):
    page = ines.post("/admin/contact/new/", email="neu@example.org", store_id=str(lyon["store"].id))

    assert page.status_code == 200
    assert session.query(Contact).filter_by(email="neu@example.org").count() == 0


def test_she_writes_to_nobody_in_lyon(ines, session, lyon):
    answer = ines.post("/send", contact=lyon["contact"].id, what="survey:relation", nonce="n")

    assert answer.status_code == 404
    assert session.query(Invitation).count() == 0


def test_a_region_lies_in_a_region_but_not_in_itself(app, cast, session, lille):
    camille = Visitor(app, cast.colleague("camille"))
    camille.post("/admin/region/new/", name="Hauts-de-France")
    wide = session.query(Region).filter_by(name="Hauts-de-France").one()
    north = lille.region

    camille.post(f"/admin/region/edit/?id={north.id}", name="Nord", parent_id=str(wide.id))
    session.expire_all()
    assert north.parent is wide

    page = camille.post(
        f"/admin/region/edit/?id={wide.id}", name="Hauts-de-France", parent_id=str(north.id)
    )
    assert "ne peut faire partie d’elle-même" in page.text
    session.expire_all()
    assert wide.parent is None


def test_a_place_of_a_colleague_stays(app, ines, cast, session):
    alone = Store(name="Roubaix", name_key="roubaix")
    session.query(UserPlace).one().store = alone
    session.add(alone)
    session.commit()

    page = Visitor(app, cast.colleague("camille")).post(
        f"/admin/store/delete/?id={alone.id}", confirmed="1"
    )

    assert "c’est le lieu attribué à un collègue" in page.text


def _paths(app, lyon):
    """Every address that is looked at, with the numbers of Lyon's rows where it names a row."""
    numbers = {str(row.id) for row in lyon.values()}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for number in numbers if rule.arguments - SAMPLES.keys() else ("1",):
                values = {name: SAMPLES.get(name, number) for name in rule.arguments}
                yield rule.endpoint, rule.build(values)[1]


def _unechoed(page):
    """Without what she herself typed."""
    return re.sub(rf'value="{SECRET}"|(q|search)(=|%3D){SECRET}', "", page)


def _asked(endpoint, lyon):
    """What is asked at a door: nothing, and rows of Lyon by number (`id`, `contact`, ...) and by name (`q`, `search`)."""
    numbers = "&".join(f"{name}={row.id}" for name, row in lyon.items())
    own = IDS.get(endpoint.partition(".")[0])
    named = f"&id={lyon[own].id}" if own else ""
    return "", f"?{numbers}{named}", f"?q={SECRET}&search={SECRET}"


def test_a_form_that_refuses_names_nobody_of_lyon(ines, lyon):
    page = ines.post(
        "/admin/contact/new/",
        email=lyon["contact"].email,
        store_id=str(lyon["store"].id),
        source="crm",
        external_id="zoe",
    )
    again = ines.post("/admin/contact/new/", email=lyon["contact"].email)

    assert SECRET not in page.text + again.text
