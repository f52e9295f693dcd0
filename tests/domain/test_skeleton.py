"""Skeletons: a mail put together from ready pieces says what its template says, whoever it goes to."""

from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hopnps.domain import merge, mime
from hopnps.domain.errors import Invalid
from hopnps.domain.skeleton import BOUNDARY, Field, Skeleton, Words

BRAND = {"brand": merge.as_values({"name": "Élan & Fils", "logo": "", "address_line": "Lyon."})}
TOKEN = "7-aBc_-x"
ADDRESS = "https://avis.example.org/s/"
SPLICED = {
    f"links.score_{score}": (ADDRESS, Field("links", "answer", ours=True), f"/{score}")
    for score in range(11)
}

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=90) | st.sampled_from(
    ["", "Zoé", "100 %s", "%", "דוד", "😀" * 40, "a" * 400, ".", "..", "=", "=2E", "a\nb", " x ", "<b>&\"'", "{{ x }}", "--" + BOUNDARY]
)  # fmt: skip
words = st.lists(
    st.sampled_from([*"aé.= \n\t-<&%😀", "%s", "\n\n", "x" * 74, "  \n"]), max_size=12
).map("".join)
fields = st.sampled_from(
    [
        "{{ contact.first_name }}",
        '{{ contact.first_name | default: "à <b>vous</b>" }}',
        '{{ contact.last_name | default: "" }}',
        "{{ contact.first_name | upcase }}",
        "{{ contact.last_name | default: contact.first_name }}",
        '{{ contact.attributes["vélo préféré"] }}',
        "{{ contact.attributes.n | default: 'none' }}",
        "{{ contact.attributes.list | join: ', ' }}",
        "{{ contact.attributes.list }}",
        "{{ interaction.agent }}",
        "{{ brand.name }}",
        "{{ brand.name | upcase }}",
        "{{ links.score_3 }}",
        "{{ x }}",
        "{{ x.a }}",
        "{{ forloop.index }}",
    ]
)


def _blocks(inner):
    several = st.lists(inner, max_size=3).map("".join)
    return (
        st.builds("{{% if contact.first_name %}}{}{{% else %}}{}{{% endif %}}".format, several, several)
        | st.builds(
            '{{% if contact.attributes.n == "x" %}}{}{{% elsif contact.last_name != nil %}}{}{{% endif %}}'.format,
            several,
            several,
        )
        | st.builds(
            "{{% if contact.first_name and contact.attributes.n or x %}}{}{{% endif %}}".format, several
        )
        | st.builds(
            "{{% unless contact.first_name or contact.attributes.n %}}{}{{% else %}}{}{{% endunless %}}".format,
            several,
            several,
        )
        | st.builds("{{%- unless brand.logo -%}}{}{{% endunless %}}".format, several)
        | st.builds("{{% for x in contact.attributes.list %}}{}{{{{ x }}}}{{% endfor %}}".format, several)
        | st.builds(
            "{{% for x in contact.attributes.list %}}{}{{{{ forloop.index }}}}{{% if forloop.last %}}{}{{% endif %}}"
            "{{% else %}}{}{{% endfor %}}".format,
            several,
            several,
            several,
        )
        | st.builds("{{% for x in contact.attributes limit: 2 %}}{}{{{{ x[0] }}}}{{% endfor %}}".format, several)
        | st.builds("{{% for x in contact.attributes.list offset: continue %}}{}{{% endfor %}}".format, several)
        | st.builds("{{% for x in contact.attributes %}}{}{{{{ x }}}}{{% if x == 'a' %}}{{% break %}}{{% endif %}}{{% endfor %}}".format, several)
        | st.builds("{{% for x in contact.attributes.n %}}{}{{{{ x.a }}}}{{% endfor %}}".format, several)
        | st.builds(
            "{{% case contact.last_name %}}{{% when 'a', 'b' %}}{}{{% when '.' %}}{}{{% endcase %}}".format,
            several,
            several,
        )
        | st.builds("{{% for n in (1..3) %}}{}{{% endfor %}}".format, several)
        | st.builds("{{% assign x = contact.last_name %}}{}".format, several)
        | st.builds("{{% assign brand = contact %}}{}".format, several)
        | st.builds("{{% comment %}}{}{{% endcomment %}}".format, several)
        | st.builds(
            "{{% case contact.attributes.n %}}{{% when 1 %}}{}{{% else %}}{}{{% endcase %}}".format,
            several,
            several,
        )
    )  # fmt: skip


texts = st.lists(words | fields | st.recursive(words | fields, _blocks, max_leaves=6), max_size=8)
texts = texts.map("".join)
texts |= st.lists(texts, max_size=6).map("\n".join)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "vélo préféré": names,
        "n": st.sampled_from([0, 1, 2.5, True, False, None]),
        "list": st.lists(names | st.just({"a": "<é>", "b": [1]}) | st.none(), max_size=3)
        | st.just({"a": "b"}),
    },
)


def written(words, values, constants=BRAND, spliced=SPLICED):
    """The mail of a skeleton, read back: subject, text and HTML."""
    skeleton = Skeleton(words, constants, spliced)
    head = mime.head([("Subject", skeleton.subject(values))], BOUNDARY)
    content = b"".join([head, *skeleton.body(values).parts()])
    lines = content.split(b"\r\n")
    assert content.isascii()
    assert all(len(line) <= 78 and not line.startswith(b".") for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    mail = message_from_bytes(content, policy=policy.default)
    assert not mail.defects
    return mail["Subject"], *(_decoded(part) for part in mail.iter_parts())


def _decoded(part):
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def values_of(first="", last="", agent="", more=None):
    contact = {"first_name": first, "last_name": last, "attributes": more or {}}
    values = merge.as_values({"contact": contact, "interaction": {"agent": agent}})
    links = {f"score_{score}": f"{ADDRESS}{TOKEN}/{score}" for score in range(11)}
    return values | BRAND | {"links": links | {"answer": TOKEN}}


@example("{{ contact.first_name }}\n\n{{ contact.last_name }}\n\n.", "", "", "", {})
@example("a{{ contact.first_name }}" * 3, ".", "", "", {})
@example("{% assign x = contact.last_name %}{{ x }}{{ contact.first_name }}", "a", "b", "", {})
@example("a" + "x" * 74 + ".", "", "", "", {})
@example("{% for n in (1..3) %}a{% endfor %}", "", "", "", {})
@example(
    "{% assign x = contact.last_name %}{% if contact.first_name %}{{ x }}{% endif %}",
    "a",
    "b",
    "",
    {},
)
@example(
    "  {{ contact.first_name }}\n\n{% if contact.last_name %}a{% endif %}\n\n  b\n{% if x %}{% endif %}\n c",
    "",
    "",
    "",
    {},
)
@example("{% if contact.first_name %}\ufdd1{% endif %} {{ links.score_3 }}\n", "a", "", "", {})
@settings(max_examples=150)
@given(texts, names, names, names, attributes)
def test_a_mail_in_pieces_says_what_its_template_says(text, first, last, agent, more):
    values = values_of(first, last, agent, more)

    subject, plain, html = written(Words(text, text, text), values)

    assert html == merge.html(text, values)
    assert plain == merge.text(text, values)
    assert subject == merge.line(text, values)


@pytest.mark.parametrize(
    ("first", "agent", "said"),
    [
        ("Zoé", "Sophie", "Bonjour Zoé,\n\nPour vous.\n\nSophie\n"),
        ("Zoé", "", "Bonjour Zoé,\n\nPour vous.\n"),
        ("", "Sophie", "Bonjour ,\n\nSophie\n"),
        ("", "", "Bonjour ,\n"),
    ],
)
def test_what_a_text_part_does_not_say_leaves_one_blank_line_at_most(first, agent, said):
    plain = (
        "Bonjour {{ contact.first_name }},\n\n"
        "{% if contact.first_name %}Pour vous.{% endif %}\n\n{{ interaction.agent }}\n\n"
    )
    values = values_of(first, agent=agent)

    assert written(Words("", "", plain), values)[1] == said
    assert merge.text(plain, values) == said


def test_what_is_the_same_for_everybody_is_written_once():
    skeleton = Skeleton(
        Words("{{ brand.name }}", "{% if brand.name %}<p>{{ brand.name }}</p>{% endif %}", "x"),
        BRAND,
        {},
    )

    assert skeleton.asks == set()
    assert skeleton.subject({}) is skeleton.subject({})


def test_a_skeleton_asks_for_nothing_that_it_does_not_say():
    html = "{{ contact.first_name }}{% if interaction.date %}{{ contact.attributes.x }}{% endif %}"

    asks = Skeleton(Words("", html, "{{ links.score_1 }}"), BRAND, SPLICED).asks

    assert asks == {
        "contact.first_name",
        "contact.attributes.x",
        "interaction.date",
        "links.answer",
    }


@pytest.mark.parametrize(
    "text",
    [
        "{% for n in (1..500) %}{% for m in (1..500) %}{{ contact.first_name }}{% endfor %}{% endfor %}",
        "{% for n in contact.attributes.list %}{{ n | append: n | append: n }}{% endfor %}",
        "{% break %}{{ contact.first_name }}",
        "{{ contact.first_name | truncate: 'x' }}",
        "{% assign a = 'xxxxxxxx' %}{% for n in (1..40) %}{% assign a = a | append: a %}{% endfor %}",
    ],
)
def test_what_liquid_refuses_is_refused_in_words(text):
    values = values_of("Zoé", more={"list": ["é" * 900] * 500})
    for words in (Words("", text, ""), Words("", "", text), Words(text, "", "")):
        with pytest.raises(Invalid):
            written(words, values)
