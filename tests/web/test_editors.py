"""The editors of mails, surveys and brands: admins change them, marketers look, everybody sees the real result."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image as Pictures

from hopnps.models import Brand, Image, Survey, Template
from tests.web.visitor import Visitor


@pytest.fixture
def sophie(app, cast):
    return Visitor(app, cast.colleague("sophie")).client


@pytest.fixture
def camille(app, cast):
    return Visitor(app, cast.colleague("camille"))


def row_of(session, table, slug):
    session.expire_all()
    return session.scalars(sa.select(table).filter_by(slug=slug)).one()


def typed(client, address):
    """What stands in the form behind this address, as a browser would send it."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return typed_in(page.text)


def typed_in(page):
    """What stands in the form of this page."""
    from html.parser import HTMLParser

    found, state = {}, {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            here = dict(attrs)
            if tag == "input" and here.get("type") not in ("file", "checkbox", "submit", "search"):
                found[here["name"]] = here.get("value") or ""
            if tag == "select":
                state["select"] = here["name"]
            if tag == "option" and "selected" in here:
                found[state["select"]] = here["value"]
            if tag == "textarea":
                state["area"] = here["name"]
                found[here["name"]] = ""

        def handle_endtag(self, tag):
            if tag == "textarea":
                state.pop("area")

        def handle_data(self, data):
            if "area" in state:
                found[state["area"]] += data

    Reader().feed(page.split("<main")[1])
    return {name: value.removeprefix("\r\n").removeprefix("\n") for name, value in found.items()}


def picture(colour="#17624a"):
    written = BytesIO()
    Pictures.new("RGB", (200, 60), colour).save(written, "PNG")
    written.seek(0)
    return written


def test_saving_a_mail_makes_a_version_and_saving_it_unchanged_makes_none(sophie, session):
    template = row_of(session, Template, "relation")
    address = f"/admin/template/edit/?id={template.id}"
    form = typed(sophie, address)

    sophie.post(address, data=form | {"body_fr": form["body_fr"].replace("\n", "\r\n")})
    assert row_of(session, Template, "relation").current.number == 1
    answer = sophie.post(address, data=form | {"subject_fr": "Un mot de {{ brand.name }}"})

    assert answer.status_code == 302
    current = row_of(session, Template, "relation").current
    assert current.number == 2
    assert current.created_by == "Sophie Marchal"
    assert current.text_in("fr").subject == "Un mot de {{ brand.name }}"
    assert (
        current.text_in("en").body
        == row_of(session, Template, "relation").versions[0].text_in("en").body
    )


def test_a_mistyped_field_is_told_at_its_field_and_nothing_typed_is_lost(sophie, session):
    template = row_of(session, Template, "relation")
    address = f"/admin/template/edit/?id={template.id}"

    answer = sophie.post(
        address, data=typed(sophie, address) | {"subject_fr": "Bonjour {{ contact.fristname }}"}
    )

    assert "Un champ est à revoir" in answer.text
    assert "contact.first_name" in answer.text
    assert "Bonjour {{ contact.fristname }}" in answer.text
    assert row_of(session, Template, "relation").current.number == 1


def test_a_survey_mail_cannot_lose_its_buttons(sophie, session):
    template = row_of(session, Template, "relation")
    address = f"/admin/template/edit/?id={template.id}"
    form = typed(sophie, address)

    sophie.post(
        address, data=form | {"body_fr": form["body_fr"].replace("{{ links.score_bar }}", "")}
    )

    assert row_of(session, Template, "relation").current.number == 1


def test_a_preview_shows_what_is_typed_and_saves_nothing(sophie, session):
    template = row_of(session, Template, "relation")
    form = typed(sophie, f"/admin/template/edit/?id={template.id}")
    form["body_fr"] = form["body_fr"].replace("Un clic suffit.", "Un seul clic suffit.")
    form["body_fr"] = form["body_fr"].replace("\n", "\r\n")  # as browsers send it

    shown = sophie.post("/admin/template/preview/?language=fr", data=form)
    broken = sophie.post(
        "/admin/template/preview/?language=fr", data=form | {"body_fr": "<mjml><mj-body>"}
    )

    assert "Un seul clic suffit." in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert broken.status_code == 422
    assert "&lt;mj-body&gt;" in broken.text
    assert row_of(session, Template, "relation").current.number == 1


def test_a_marketer_looks_at_mails_but_does_not_change_them(camille, session):
    template = row_of(session, Template, "ticket")

    page = camille.get(f"/admin/template/details/?id={template.id}").text
    mail = camille.get(f"/admin/template/mail/?id={template.id}&language=en")

    assert "Votre demande du" in page and "Your request of" in page
    assert '<html lang="en"' in mail.text
    assert camille.get(f"/admin/template/edit/?id={template.id}").status_code == 403
    shown = camille.post("/admin/template/preview/?language=fr", subject_fr="x", body_fr="x")
    assert shown.status_code == 403


@pytest.mark.parametrize("room", ["template", "survey", "brand"])
def test_sales_and_strangers_stay_outside(app, cast, room):
    assert Visitor(app).client.get(f"/admin/{room}/").location.startswith("/login")
    assert Visitor(app, cast.colleague("ines")).get(f"/admin/{room}/").status_code == 403


def test_a_new_mail_starts_from_the_ready_made_one(sophie, session):
    form = typed(sophie, "/admin/template/new/")

    answer = sophie.post("/admin/template/new/", data=form | {"name": "Été 2026"})
    again = sophie.post("/admin/template/new/", data=form | {"name": "Été 2026"})

    assert answer.status_code == 302
    assert row_of(session, Template, "ete-2026").current.number == 1
    assert again.status_code == 200


def test_a_survey_is_changed_in_both_languages_with_its_pages(sophie, session):
    survey = row_of(session, Survey, "ticket")
    address = f"/admin/survey/edit/?id={survey.id}"
    form = typed(sophie, address) | {
        "question_fr": "Et maintenant ?",
        "title_detractor_en": "We are truly sorry.",
        "comment_prompt_promoter_fr": "",
        "background_colour_passive_fr": "#123A5C",
        "edit_days": "14",
    }

    answer = sophie.post(
        address,
        data=form | {"logo_promoter_fr_file": (picture(), "logo.png")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 302, answer.text
    survey = row_of(session, Survey, "ticket")
    assert survey.text_in("fr").question == "Et maintenant ?"
    assert survey.edit_days == 14
    assert survey.page_for("detractor", "en").title == "We are truly sorry."
    assert survey.page_for("promoter", "fr").comment_prompt == ""
    assert survey.page_for("promoter", "fr").logo.width == 200
    assert survey.page_for("passive", "fr").background_colour == "#123a5c"
    page = sophie.get(f"/admin/survey/page/?id={survey.id}&language=en&score=3").text
    assert "We are truly sorry." in page


def test_two_colours_that_cannot_be_read_are_refused_with_the_nearest(sophie, session):
    survey = row_of(session, Survey, "ticket")
    address = f"/admin/survey/edit/?id={survey.id}"
    form = typed(sophie, address) | {
        "text_colour_passive_fr": "#888888",
        "background_colour_passive_fr": "#999999",
    }

    page = sophie.post(address, data=form).text

    assert "#999999" in page
    assert row_of(session, Survey, "ticket").page_for("passive", "fr").text_colour == "#ffffff"


def test_a_survey_cannot_take_a_mail_without_buttons(sophie, session):
    survey = row_of(session, Survey, "relation")
    reaction = row_of(session, Template, "reaction")
    address = f"/admin/survey/edit/?id={survey.id}"

    sophie.post(address, data=typed(sophie, address) | {"template_id": str(reaction.id)})

    assert row_of(session, Survey, "relation").template.slug == "relation"


def test_a_brand_takes_a_logo_and_gives_it_back(sophie, session):
    brand = row_of(session, Brand, "house")
    address = f"/admin/brand/edit/?id={brand.id}"
    form = typed(sophie, address) | {"name": "Cycles Tilleul"}

    sophie.post(
        address,
        data=form | {"logo_file": (picture(), "logo.png")},
        content_type="multipart/form-data",
    )
    assert row_of(session, Brand, "house").logo.width == 200
    sophie.post(address, data=form)
    assert row_of(session, Brand, "house").logo is not None
    sophie.post(address, data=form | {"remove_logo": "y"})

    assert row_of(session, Brand, "house").logo is None
    assert row_of(session, Brand, "house").name == "Cycles Tilleul"


def test_a_drawing_with_a_program_in_it_is_refused(sophie, session):
    brand = row_of(session, Brand, "house")
    address = f"/admin/brand/edit/?id={brand.id}"

    page = sophie.post(
        address,
        data=typed(sophie, address)
        | {"logo_file": (BytesIO(b"<svg onload='alert(1)'/>"), "logo.svg")},
        content_type="multipart/form-data",
    ).text

    assert "SVG" in page
    assert row_of(session, Brand, "house").logo is None


@pytest.mark.parametrize("room", ["template", "survey", "brand"])
def test_a_form_with_nothing_in_it_is_told_in_words(app, cast, room):
    answer = Visitor(app, cast.colleague("sophie")).post(f"/admin/{room}/new/")

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text or "alert" in answer.text


def survey_form(sophie, session, slug="ticket"):
    """The address of a survey's form and what stands in it, showing the detractors' page in French."""
    address = f"/admin/survey/edit/?id={row_of(session, Survey, slug).id}"
    return address, typed(sophie, address) | {"shown_page": "detractor", "shown_language": "fr"}


def send(client, address, **fields):
    return client.post(address, data=fields, content_type="multipart/form-data")


def test_the_phone_shows_what_is_typed_and_keeps_nothing(sophie, session):
    _address, form = survey_form(sophie, session)
    before = session.scalar(sa.select(sa.func.count()).select_from(Image))

    shown = send(
        sophie,
        "/admin/survey/preview/",
        **form
        | {
            "title_detractor_fr": "<b>Navrés</b>",
            "background_colour_detractor_fr": "#123A5C",
            "text_colour_detractor_fr": "pas une couleur",
            "shown_score_detractor": "2",
            "background_image_detractor_fr_file": (picture(), "fond.png"),
        },
    )

    assert "<h1>&lt;b&gt;Navrés&lt;/b&gt;</h1>" in shown.text
    assert 'value="2" required checked' in shown.text
    assert "--ground: #123A5C" in shown.text and "pas une couleur" not in shown.text
    assert "--image: url(data:image/png;base64," in shown.text
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Image)) == before
    assert row_of(session, Survey, "ticket").page_for("detractor", "fr").title != "Navrés"


def test_the_phone_shows_the_question_before_a_score_in_the_chosen_language(sophie, session):
    _address, form = survey_form(sophie, session)

    shown = sophie.post(
        "/admin/survey/preview/", data=form | {"shown_page": "question", "shown_language": "en"}
    )

    assert '<html lang="en">' in shown.text
    assert f"<h1>{form['question_en']}</h1>" in shown.text
    assert "required checked" not in shown.text


def test_an_empty_form_shows_an_empty_phone(sophie):
    assert sophie.get("/admin/survey/new/").status_code == 200
    token = typed(sophie, "/admin/survey/new/")["csrf_token"]

    assert sophie.post("/admin/survey/preview/", data={"csrf_token": token}).status_code == 200
    assert sophie.post("/admin/brand/preview/", data={"csrf_token": token}).status_code == 200


def test_all_faults_of_a_survey_are_told_at_once_and_what_was_typed_or_uploaded_stays(
    sophie, session
):
    address, form = survey_form(sophie, session)

    answer = send(
        sophie,
        address,
        **form
        | {
            "title_passive_en": " ",
            "text_promoter_fr": "",
            "text_colour_passive_fr": "#999999",
            "background_colour_passive_fr": "#ffffff",
            "question_fr": "Une question à garder ?",
            "logo_promoter_fr_file": (picture(), "logo.png"),
            "logo_promoter_en_file": (BytesIO(b"<svg/>" + b" " * 3_000_000), "logo.svg"),
        },
    )

    for field in (
        "title_passive_en",
        "text_promoter_fr",
        "text_colour_passive_fr",
        "logo_promoter_en_file",
    ):
        assert f'id="{field}-fault"' in answer.text, field
    assert "4 champs sont à revoir" in answer.text
    assert "le contraste est de 2,84, il en faut 4,5" in answer.text
    assert "SVG" in answer.text and "2 Mo." not in answer.text
    assert "Une question à garder ?" in answer.text
    kept = typed_in(answer.text)
    assert len(kept["logo_promoter_fr"]) == 64
    send(sophie, address, **form | {"logo_promoter_fr": kept["logo_promoter_fr"]})
    assert row_of(session, Survey, "ticket").page_for("promoter", "fr").logo.width == 200


def test_the_first_fault_is_on_the_page_that_is_open(sophie, session):
    address, form = survey_form(sophie, session)

    answer = sophie.post(address, data=form | {"text_promoter_en": ""})

    assert re.search(r"<input checked[^>]*name=\"shown_page\"[^>]*value=\"promoter\"", answer.text)
    assert re.search(r"<input checked[^>]*name=\"shown_language\"[^>]*value=\"en\"", answer.text)


def test_a_page_can_go_back_to_the_brands_colours(sophie, session):
    address, form = survey_form(sophie, session)

    sophie.post(address, data=form | {"brand_colours_detractor_fr": "y"})

    page = row_of(session, Survey, "ticket").page_for("detractor", "fr")
    assert (page.text_colour, page.background_colour) == ("", "")


def test_the_colours_of_a_category_are_the_same_in_both_languages_while_its_tick_says_so(
    sophie, session
):
    address, form = survey_form(sophie, session)
    tick = {"same_colours_detractor": "y", "shown_language": "fr"}
    assert _ticked(sophie, address)

    brown = {"background_colour_detractor_en": "#4a2a1c"}  # while French is looked at
    sophie.post(address, data=form | brown | tick)
    same = {_ground(session, code) for code in ("fr", "en")}
    blue = {"background_colour_detractor_fr": "#17324a"}
    sophie.post(address, data=typed(sophie, address) | blue)

    assert same == {"#4a2a1c"}
    assert (_ground(session, "fr"), _ground(session, "en")) == ("#17324a", "#4a2a1c")
    assert not _ticked(sophie, address)  # they differ now


def _ticked(sophie, address):
    return re.search(r"<input checked[^>]*same_colours_detractor", sophie.get(address).text)


def _ground(session, code):
    return row_of(session, Survey, "ticket").page_for("detractor", code).background_colour


def test_the_survey_tells_who_changed_it_and_shows_what_it_said_before(sophie, camille, session):
    address, form = survey_form(sophie, session)
    sophie.post(address, data=form)
    sophie.post(address, data=form | {"title_detractor_fr": "Nous voulons réparer."})
    number = row_of(session, Survey, "ticket").id

    page = camille.get(f"/admin/survey/details/?id={number}").text
    before = camille.get(f"/admin/survey/page/?id={number}&version=1&score=3&language=fr").text
    now = camille.get(f"/admin/survey/page/?id={number}&score=3&language=fr").text

    assert "Version 2" in page and "Sophie Marchal" in page
    assert form["title_detractor_fr"] in before
    assert "Nous voulons réparer." in now
    assert camille.get(f"/admin/survey/details/?id={number}&version=1").status_code == 200
    assert camille.get(f"/admin/survey/details/?id={number}&version=9").status_code == 404
    assert camille.post("/admin/survey/preview/").status_code == 403


def test_the_survey_says_how_long_an_answer_may_be_changed_and_how_often_it_asks(sophie, session):
    address, form = survey_form(sophie, session)
    details = address.replace("edit", "details")

    assert "pendant 30 jours" in sophie.get(details).text

    sophie.post(address, data=form | {"edit_days": "1", "frequency_days": "0"})
    page = sophie.get(details).text
    assert "pendant 1 jour<" in page and "pas de limite" in page

    sophie.post(address, data=form | {"edit_days": "0"})
    assert "jamais" in sophie.get(details).text


def test_a_survey_opens_in_the_language_of_who_writes_it(sophie, session):
    address, form = survey_form(sophie, session)
    english, opened = (
        {"Accept-Language": "en"},
        r"<input checked[^>]*shown_language[^>]*value=\"{}\"",
    )

    assert re.search(opened.format("fr"), sophie.get(address).text)
    assert re.search(opened.format("en"), sophie.get(address, headers=english).text)
    assert re.search(opened.format("en"), sophie.get("/admin/survey/new/", headers=english).text)

    unsaid = {name: "" for name in form if name.endswith("_en") and "colour" not in name}
    sophie.post(address, data=form | unsaid)
    assert re.search(opened.format("fr"), sophie.get(address, headers=english).text)


def test_a_brand_is_seen_in_a_mail_and_on_a_page_before_it_is_saved(sophie, session):
    form = typed(sophie, f"/admin/brand/edit/?id={row_of(session, Brand, 'house').id}") | {
        "name": "Vélos <du> Canal",
        "sender": "Le Canal <canal@example.org>",
        "address_line": "1 quai de la Loire",
        "background_colour": "#123a5c",
    }

    mail = sophie.post("/admin/brand/preview/", data=form | {"shown": "mail"}).text
    page = sophie.post("/admin/brand/preview/", data=form | {"shown": "page"}).text

    assert "Vélos &lt;du&gt; Canal" in mail and "canal@example.org" in mail
    assert "1 quai de la Loire" in mail
    assert "--ground: #123a5c" in page and "Vélos &lt;du&gt; Canal" in page
    assert row_of(session, Brand, "house").name != "Vélos <du> Canal"


def test_a_new_brand_is_seen_under_a_stand_in_until_it_has_a_name(sophie):
    form = typed(sophie, "/admin/brand/new/")

    mail = sophie.post("/admin/brand/preview/", data=form | {"shown": "mail"}).text

    assert "Votre avis sur Votre marque" in mail
    assert "client de ." not in mail


def test_the_page_of_a_brand_shows_its_colours_and_its_logo_once_each(sophie, session):
    brand = row_of(session, Brand, "house")
    sophie.post(
        f"/admin/brand/edit/?id={brand.id}",
        data=typed(sophie, f"/admin/brand/edit/?id={brand.id}")
        | {"background_colour": "#123a5c", "logo_file": (picture(), "logo.png")},
    )

    page = sophie.get(f"/admin/brand/details/?id={brand.id}").text.split("<main")[1]

    assert 'fill="#123a5c"' in page and "#123a5c</dd>" in page
    assert page.count("<img") == 1
    assert "<dt>Nom</dt>" not in page  # it is the title


def test_a_brand_decides_whether_its_pages_follow_a_dark_device(sophie, session):
    brand = row_of(session, Brand, "house")
    address = f"/admin/brand/edit/?id={brand.id}"
    form = typed(sophie, address)

    sophie.post(address, data=form | {"dark_pages": "y"})
    assert row_of(session, Brand, "house").dark_pages is True
    sophie.post(address, data=form)

    assert row_of(session, Brand, "house").dark_pages is False
    survey = row_of(session, Survey, "ticket")
    assert "may-darken" not in sophie.get(f"/admin/survey/page/?id={survey.id}&score=3").text
