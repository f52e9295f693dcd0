"""The layout of a mail: MJML and Liquid in, HTML and text out, or a sentence that says where it goes wrong."""

import pytest

from hopnps.domain import merge
from hopnps.domain.errors import Invalid
from hopnps.domain.mail_layout import compile_mjml
from hopnps.domain.mail_reader import MailReader

WAY_OUT = '<a href="{{ links.unsubscribe }}">Ne plus recevoir</a>'


def mail(words="", way_out=WAY_OUT, head=""):
    return (
        f"<mjml>{head}<mj-body><mj-section><mj-column>\n"
        f"<mj-text>{words}</mj-text><mj-text>{way_out}</mj-text>\n"
        "</mj-column></mj-section></mj-body></mjml>"
    )


def test_a_mail_asks_no_font_of_anybody_and_says_its_language():
    layout = compile_mjml(mail("Bonjour"), "fr")

    assert "googleapis" not in layout.html
    assert '<html lang="fr" dir="ltr"' in layout.html
    assert 'lang="und"' not in layout.html


def test_a_smaller_than_in_a_condition_does_not_break_the_mail():
    source = (
        '{% if interaction.data.n < 3 %}peu{% else %}{{ brand.name | default: "<b>" }}{% endif %}'
    )

    layout = compile_mjml(mail(source), "fr")

    assert merge.html(layout.html, {"interaction": {"data": {"n": 1}}}).count("peu") == 1
    assert "peu" in merge.text(layout.plain, {"interaction": {"data": {"n": 1}}})


def test_the_score_bar_becomes_eleven_links_in_both_parts():
    layout = compile_mjml(mail("{{ links.score_bar }}"), "en")
    links = {f"score_{score}": f"https://avis.example.org/s/t/{score}" for score in range(11)}

    read = MailReader(merge.html(layout.html, {"links": links}))
    plain = merge.text(layout.plain, {"links": links})

    assert read.links[:11] == list(links.values())
    assert [line.split() for line in plain.splitlines()[:11]] == [
        [str(score), link] for score, link in enumerate(links.values())
    ]
    assert 'aria-label="Score 10 out of 10"' in layout.html
    assert layout.has_score_bar and not compile_mjml(mail(), "en").has_score_bar


def test_the_text_part_reads_like_the_mail():
    words = "Un<br>deux &amp; trois<p>quatre&nbsp;?</p><ul><li>cinq</li></ul>"

    layout = compile_mjml(mail(words), "fr")

    assert merge.text(layout.plain, {"links": {"unsubscribe": "https://x/u/1"}}) == (
        "Un\ndeux & trois\n\nquatre\u00a0?\n\ncinq\n\nNe plus recevoir\nhttps://x/u/1\n"
    )


def test_what_mjml_would_spoil_in_an_attribute_arrives_whole():
    words = '<b title="a\u00a0b" style=\'font-family:"Segoe UI";\ncolor:red\'>x</b>'

    html = compile_mjml(mail(words), "fr").html

    assert 'title="a\u00a0b"' in html
    assert "font-family:&quot;Segoe UI&quot;; color:red" in html


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "not MJML"),
        ("hello", "not MJML"),
        ("<mjml>\n<mj-body>\n<mj-section></mj-body></mjml>", "Line 3: <mj-section>"),
        (mail("<mj-foo/>"), "<mj-foo>"),
        (mail("<script>x</script>"), "<script>"),
        (mail("<form></form>"), "<form>"),
        (mail("<svg></svg>"), "<svg>"),
        (mail("<b style='display: flex'>x</b>"), "flex"),
        (mail('<p onclick="x">y</p>'), "onclick"),
        (mail('<img src="{{ brand.logo }}">'), "alt"),
        (mail('<img src="https://elsewhere.example.org/x.png" alt="">'), "https://elsewhere"),
        (mail('<a href="https://elsewhere.example.org">x</a>'), "https://elsewhere"),
        (mail("Voir HTTPS://elsewhere.example.org"), "HTTPS://elsewhere"),
        (mail('<a href="//elsewhere.example.org">x</a>'), "//elsewhere"),
        (mail('<a href="javascript:alert(1)">x</a>'), "javascript"),
        (mail('<a href="{{ contact.attributes.site }}">x</a>'), "contact.attributes.site"),
        (mail(head='<mj-head><mj-include path="/etc/passwd"/></mj-head>'), "not MJML"),
        (
            mail(
                head="<mj-head><mj-style>a { background: url(//x.example.org/p) }</mj-style></mj-head>"
            ),
            "x.example.org",
        ),
        (mail("bonjour " * 20_000), "too large"),
        (mail(way_out=""), "unsubscribe"),
        (mail(way_out="{% if contact.attributes.x %}" + WAY_OUT + "{% endif %}"), "unsubscribe"),
        (mail("{{ links.score_bar | upcase }}"), "place of its own"),
        (mail('<a href="{{ links.score_bar }}">x</a>'), "links.score_bar"),
        (
            "<mjml><mj-body>{% if brand.name %}<mj-section></mj-section>{% endif %}</mj-body></mjml>",
            "brand.name|unsubscribe",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(body, said):
    with pytest.raises(Invalid, match=said):
        compile_mjml(body, "fr")


@pytest.mark.parametrize(
    "element",
    [
        "<mj-section>{}</mj-section>",
        "<div>{}</div>",
        '<b title="/>">{}</b>',
        "<i></u>{}</i>",
        "<i><br>/>{}</i>",
        "<style>{}</style>",
    ],
)
def test_elements_nested_without_end_are_refused_before_they_fill_the_stack(element):
    opened, closed = element.split("{}")

    with pytest.raises(Invalid, match="inside one another"):
        compile_mjml(mail(opened * 30_000 + closed * 30_000), "fr")


def test_a_style_fetches_nothing_from_outside():
    fetched = '<mj-raw><style>@import "//example.com/a.css";</style></mj-raw>'

    with pytest.raises(Invalid, match="our own pages only"):
        compile_mjml(mail().replace("</mj-body>", f"{fetched}</mj-body>"), "fr")
