"""What changed between two texts, and where in a text a fault stands."""

from hypothesis import given
from hypothesis import strategies as st

from hopnps.domain.errors import Invalid
from hopnps.domain.text_changes import changes
from hopnps.domain.text_places import place_of

texts = st.lists(st.sampled_from(["a b", "a c", "", "x" * 9, "<p>Un mot</p>", "fin"])).map(
    "\n".join
)


def test_only_what_changed_is_marked_with_a_few_lines_around():
    before = "\n".join(f"ligne {number}" for number in range(20))
    after = before.replace("ligne 10", "ligne dix")

    lines = changes(before, after)

    assert [line.kind for line in lines] == ["gap", "same", "same", "gone", "new", "same", "same"]
    assert lines[4].parts == ((False, "ligne "), (True, "dix"))
    assert (lines[3].number, lines[4].number) == (11, 11)


@given(texts, texts)
def test_the_lines_that_come_and_go_are_those_of_the_two_texts(before, after):
    lines = changes(before, after)

    said = {
        kind: ["".join(words for _changed, words in one.parts) for one in lines if one.kind == kind]
        for kind in ("gone", "new", "same")
    }
    assert (before == after) == (lines == [])
    assert all(one in before.split("\n") for one in said["gone"])
    assert all(one in after.split("\n") for one in said["new"] + said["same"])
    gone, came = len(said["gone"]), len(said["new"])
    assert came - gone == after.count("\n") - before.count("\n")


def test_a_fault_is_found_by_its_line_or_by_the_words_it_quotes():
    text = "<mjml>\r\n  {{ contact.nom }}\r\n  <img src='https://elsewhere.test/a.png'>"
    unknown = Invalid("Line %(line)s: %(name)s", line=2, name="contact.nom")
    outside = Invalid("%(address)s", address="https://elsewhere.test")

    assert place_of(unknown, text).column == 6
    assert (place_of(outside, text).line, place_of(outside, text).column) == (3, 13)
    assert place_of(Invalid("A mail needs a subject."), text) is None
    assert place_of(Invalid("%(line)s", line=99), text) is None


def test_a_long_line_is_cut_around_its_fault():
    place = place_of(Invalid("%(name)s", name="here"), "x" * 5_000 + "here" + "y" * 5_000)

    assert place.column == 5_001
    assert "here" in place.text and len(place.text) < 200
