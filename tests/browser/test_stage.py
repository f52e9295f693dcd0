"""The stage itself: what it must notice."""

import pytest

pytestmark = pytest.mark.own_app


@pytest.fixture
def two_pages(app):
    """One page in order, and one on which three things go wrong."""
    app.add_url_rule(
        "/good", "good", lambda: "<!doctype html><link rel=icon href=data:,><title>Good</title>"
    )
    app.add_url_rule(
        "/bad",
        "bad",
        lambda: (
            "<!doctype html><title>Bad</title><img src=https://elsewhere.example.org/x.png>"
            "<script>console.error('oh'); throw new Error('ah')</script>"
        ),
    )


def test_a_page_in_order_has_no_faults(two_pages, stage):
    stage.page().goto("/good")

    assert stage.faults == []


def test_errors_and_requests_to_other_hosts_are_faults(two_pages, stage):
    page = stage.page()
    page.goto("/bad")
    page.wait_for_load_state("networkidle")

    told = "\n".join(stage.faults)
    assert "console error: oh" in told
    assert "page error: ah" in told
    assert "request to another host: https://elsewhere.example.org/x.png" in told
    with pytest.raises(AssertionError, match="elsewhere"):
        stage.close()
    stage.faults.clear()


def test_links_in_mails_lead_to_the_served_application(app, served):
    assert app.extensions["hopnps"].links.public_url == served


def test_a_colleague_logs_in_through_the_real_form(stage):
    page = stage.page()
    stage.log_in(page, "camille")

    assert page.get_by_text("Camille Arnoux").count()


def test_a_colleague_is_let_in_as_if_through_the_form(page_for):
    page = page_for("camille")
    page.goto("/")

    assert page.get_by_text("Camille Arnoux").count()
