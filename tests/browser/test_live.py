"""A part of a page that stays fresh by itself, under our content policy and without losing the page around it."""

from __future__ import annotations

import itertools

import pytest
from flask import Blueprint, render_template_string
from playwright.sync_api import expect

from hopnps import access, pages

pytestmark = pytest.mark.own_app

PAGE = """
{%- extends "hopnps/base.html" %}{% import "hopnps/parts.html" as ui %}
{% block main %}<h1>Kept</h1><label>Note <input id="note"></label>
{% call ui.live("turn", here(), seconds=1) %}<p>Turn {{ turn }}</p>{% endcall %}{% endblock %}
"""


@pytest.fixture
def app(app):
    """With a room that counts how often it is asked."""
    if not app.jinja_env.globals["hopnps"].has_htmx:
        pytest.skip("htmx was not brought by the set-up")
    bp, turns = Blueprint("hopnps_turns", __name__), itertools.count(1)
    access.guard(bp)
    pages.dress(bp)

    @bp.get("/turns")
    @access.opened_to(access.STAFF)
    def show():
        return render_template_string(PAGE, turn=next(turns))

    app.register_blueprint(bp)
    return app


def test_a_live_part_is_renewed_and_what_is_typed_beside_it_stays(page_for):
    page = page_for("ines")
    page.goto("/turns")
    page.get_by_label("Note").fill("à rappeler")

    expect(page.get_by_text("Turn 2")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("à rappeler")

    page.context.clear_cookies()  # logged out elsewhere: the part stays, and the page says so
    expect(page.get_by_text("Cette page n’a pas pu être actualisée.")).to_be_visible()
    expect(page.get_by_text("Turn")).to_be_visible()
