"""Files as people have them: every way to save a table, and every file that is none."""

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopnps.domain import table_file
from hopnps.domain.errors import Invalid

FILES = Path(__file__).parent / "files"
CLIENTS = "Nom;Prénom;Courriel\nLefèvre;Zoé;zoe@example.org\nŒuvrard;Noël;noel@example.org\n"
HEADERS = ["Nom", "Prénom", "Courriel"]
ROWS = [(2, ["Lefèvre", "Zoé", "zoe@example.org"]), (3, ["Œuvrard", "Noël", "noel@example.org"])]


@pytest.mark.parametrize(
    "encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_table_reads_the_same_however_it_was_saved(encoding, delimiter, line_end):
    text = CLIENTS.replace(";", delimiter).replace("\n", line_end)

    table = table_file.read(text.encode(encoding), "clients.csv")

    assert (table.headers, list(table.rows)) == (HEADERS, ROWS)
    assert table.delimiter == delimiter


def test_a_utf_16_file_with_its_mark_in_the_other_byte_order():
    table = table_file.read(b"\xfe\xff" + CLIENTS.encode("utf-16-be"), "clients.csv")

    assert list(table.rows) == ROWS


def test_an_accent_far_into_the_file_still_decides_the_encoding():
    lines = "Courriel;Nom\n" + "a@example.org;Martin\n" * 100_000 + "b@example.org;Lefèvre\n"

    table = table_file.read(lines.encode("cp1252"), "clients.csv")

    assert list(table.rows)[-1] == (100_002, ["b@example.org", "Lefèvre"])


def test_a_utf_8_file_with_one_damaged_line_names_that_line():
    damaged = ("Nom;Prénom\n" + "Lefèvre;Zoé\n" * 20).encode() + "Hélène;x\n".encode("cp1252")

    with pytest.raises(Invalid) as refusal:
        table_file.read(damaged, "clients.csv")

    assert refusal.value.values["line"] == 22


def test_a_file_of_one_column_has_no_delimiter():
    table = table_file.read(b"Email\na@example.org\nb@example.org\n", "emails.csv")

    assert (table.headers, table.delimiter) == (["Email"], "")
    assert list(table.rows) == [(2, ["a@example.org"]), (3, ["b@example.org"])]


def test_decimal_commas_and_commas_in_comments_do_not_mislead():
    text = 'Note;Commentaire\n9,0;"Bien, très bien; merci"\n8,5;Oui, vraiment, oui\n'

    table = table_file.read(text.encode("cp1252"), "reponses.csv")

    assert list(table.rows) == [
        (2, ["9,0", "Bien, très bien; merci"]),
        (3, ["8,5", "Oui, vraiment, oui"]),
    ]


def test_excel_may_announce_its_delimiter_on_the_first_line():
    table = table_file.read(b"sep=;\r\nNom;Note\r\nA;1\r\n", "excel.csv")

    assert (table.headers, list(table.rows)) == (["Nom", "Note"], [(3, ["A", "1"])])


def test_line_numbers_are_those_of_the_file_also_after_line_breaks_in_quotes():
    text = 'Nom;Commentaire\nA;"un\ndeux\ntrois"\n\n;\nB;"x\r\ny"\nC;z'

    table = table_file.read(text.encode(), "x.csv")

    assert list(table.rows) == [
        (2, ["A", "un\ndeux\ntrois"]),
        (7, ["B", "x\r\ny"]),
        (9, ["C", "z"]),
    ]


def test_short_lines_are_filled_up_and_only_real_extra_cells_stay():
    table = table_file.read(b"a;b;c;\n1\n1;2;3;;;\n1;2;3;4\n", "x.csv")

    assert table.headers == ["a", "b", "c"]
    assert [cells for _, cells in table.rows] == [
        ["1", "", ""],
        ["1", "2", "3"],
        ["1", "2", "3", "4"],
    ]


def test_equal_headers_are_told_apart():
    table = table_file.read(b"Tag;Nom;Tag;;Tag;x\n1;2;3;4;5;6\n", "x.csv")

    assert table.headers == ["Tag", "Nom", "Tag (2)", "", "Tag (3)", "x"]


def test_the_apostrophe_that_disarms_a_formula_is_taken_off_again():
    table = table_file.read(b"Nom;Tel\n'=1+1;'+33 6 12\n'tis;'@x\n''=1;it's\n", "export.csv")

    assert [cells for _, cells in table.rows] == [
        ["=1+1", "+33 6 12"],
        ["'tis", "@x"],
        ["'=1", "it's"],
    ]


def test_an_open_file_is_read_from_its_start_and_stays_open(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_bytes(CLIENTS.encode())

    with path.open("rb") as file:
        file.read(10)
        assert list(table_file.read(file, "clients.csv").rows) == ROWS
        assert list(table_file.read(file, "clients.csv").rows) == ROWS
    assert list(table_file.read(path, "clients.csv").rows) == ROWS


def test_a_pipe_in_which_one_cannot_go_back_is_read_too():
    class Pipe(BytesIO):
        def seekable(self):
            return False

    assert list(table_file.read(Pipe(CLIENTS.encode()), "-").rows) == ROWS


def workbook(*rows, sheet="Clients", empty_first=False):
    book = openpyxl.Workbook()
    page = book.create_sheet(sheet) if empty_first else book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_gives_its_first_filled_sheet_as_people_typed_it():
    data = workbook(
        [],
        ["Nom", "Note", "Le", "À", "Client", "Part", "Payé"],
        ["Zoé", 9.0, date(2026, 3, 2), time(14, 30), 33612345678, 0.1 + 0.2, True],
        [],
        ["Marc", 7, datetime(2026, 3, 2, 14, 30), None, "'+33", 1e15, False],
        empty_first=True,
    )

    table = table_file.read(data, "clients.xlsx")

    assert table.sheet == "Clients"
    assert table.headers == ["Nom", "Note", "Le", "À", "Client", "Part", "Payé"]
    assert list(table.rows) == [
        (3, ["Zoé", "9", "2026-03-02", "14:30:00", "33612345678", "0.3", "TRUE"]),
        (5, ["Marc", "7", "2026-03-02 14:30:00", "", "+33", "1000000000000000", "FALSE"]),
    ]


def test_an_old_workbook_is_read_too():
    table = table_file.read(FILES / "clients.xls", "clients.xls")

    assert list(table.rows) == [(2, ["Zoé", "9", "2026-03-02"])]


def test_a_workbook_under_a_password_is_refused():
    with pytest.raises(Invalid, match="password"):
        table_file.read(FILES / "locked.xlsx", "locked.xlsx")


def spread(corner):
    """A small file whose two cells lie far apart."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active[corner] = "Courriel", "zoe@example.org"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("corner", ["XFD1048576", "SZ1048576"])
def test_a_small_workbook_that_would_unfold_to_a_full_memory_is_refused(corner):
    with pytest.raises(Invalid, match="too large"):
        table_file.read(spread(corner), "clients.xlsx")


def test_who_reads_one_row_only_leaves_no_process_behind():
    psutil = pytest.importorskip("psutil", reason="comes with PostgreSQL's wheel")
    table = table_file.read(workbook(["Nom"], *[[f"Zoé {n}"] for n in range(5_000)]), "x.xlsx")

    assert next(table.rows) == (2, ["Zoé 0"])
    del table

    children = (
        psutil.Process().children()
    )  # the tests' own PostgreSQL and Chromium may be among them
    assert [one for one in children if "workbook_reader" in " ".join(one.cmdline())] == []


def test_what_a_file_is_called_does_not_matter():
    data = workbook(["Nom"], ["Zoé"])

    assert list(table_file.read(data, "clients.csv").rows) == [(2, ["Zoé"])]
    assert list(table_file.read(CLIENTS.encode(), "clients.xlsx").rows) == ROWS


def zipped(name):
    from zipfile import ZipFile

    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b";;;\n;;\n", "empty"),
        (workbook(), "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (zipped("photos/1.jpg"), "zip archive"),
        (zipped("word/document.xml"), "zip archive"),
        (zipped("xl/workbook.xml"), "damaged"),
        (workbook(["Nom"], ["Zoé"])[:900], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<!doctype html><table>", "web page"),
        (b"Nom;Note\nA\x00;1\n", "zero bytes"),
        (b"Nom;Note\n" + b"A;1\n" * 99_999 + b"\x00", "zero bytes"),
        (workbook(["Nom_x0000_"], ["Zoé"]), "no text"),
        (b'Nom;Note\nA;"1\nB;2\n', "opened on line 2 is never closed"),
        (b"Nom;Note\nA;1\nB;" + b"x" * 200_000, "line 3 is longer"),
        (b"\xff\xfeN", "encoding"),
        (b"claire@example.org;Claire\nmarc@example.org;Marc\n", "must name the columns"),
        (b";".join(b"c%d" % n for n in range(600)), "columns"),
    ],
)
def test_what_is_no_table_is_refused_in_a_plain_sentence(data, words):
    with pytest.raises(Invalid, match=words):
        list(table_file.read(data, "x.csv").rows)


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t;,|\"'"), max_size=12
)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=8),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_was_exported_comes_back(rows, delimiter, encoding):
    import csv
    from io import StringIO

    from hopnps.domain.formulas import neutralise

    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["Nom", "Prénom", "Note"])
    writer.writerows([neutralise(cell) for cell in row] for row in rows)

    table = table_file.read(text.getvalue().encode(encoding), "x.csv")

    assert table.headers == ["Nom", "Prénom", "Note"]
    assert [cells for _, cells in table.rows] == rows


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_it(data):
    try:
        table = table_file.read(data, "x")
        assert all(len(cells) >= len(table.headers) for _, cells in table.rows)
    except Invalid as refusal:
        assert str(refusal)


@settings(deadline=None, max_examples=30)  # each starts a process
@given(seed=st.integers(0, 10**6), cut=st.integers(0, 6000))
def test_no_damaged_workbook_breaks_it(seed, cut):
    data = bytearray(WORKBOOK)
    random = Random(seed)
    for _ in range(random.randrange(20)):
        data[random.randrange(len(data))] = random.randrange(256)
    try:
        list(table_file.read(bytes(data[: cut or None]), "x.xlsx").rows)
    except Invalid as refusal:
        assert str(refusal)


WORKBOOK = workbook(["Nom", "Le"], ["Zoé", date(2026, 3, 2)], ["Marc", 12.5])
