"""Lists, details and forms: saving goes through the services, nothing typed is lost, deleting asks first."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hopnps.models import Store
from tests.web.visitor import Visitor


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def test_a_marketer_adds_a_store(camille, session):
    camille.get("/admin/store/new/")

    page = camille.post("/admin/store/new/", name="Lyon Croix-Rousse", region_id="")

    assert "Créé : Lyon Croix-Rousse" in page.text
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
