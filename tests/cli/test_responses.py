"""hopnps responses import: from a file of past answers to the figures."""

import json

import pytest

HEADERS = "Date;Courriel;Note;Commentaire;Magasin;Campagne\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="reponses.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode("cp1252"))
        return str(path)

    return write


def told(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_past_answers_enter_the_nps_with_their_campaign(run, file):
    path = file(
        HEADERS
        + "14/02/2025;zoe@example.org;9;Très bien;Brest;Hiver 2025\n"
        + "14/02/2025;;10,0;;Brest;Hiver 2025\n"
        + "15/02/2025;omar@example.org;3;Déçu;Nantes;\n"
    )

    report = told(run("responses", "import", path, "--survey", "relation", "--json"))

    assert report["applied"] and report["created"] == 3
    assert report["new_stores"] == ["Brest", "Nantes"]
    assert told(run("nps", "--survey", "relation", "--json"))["nps"] == 33
    by_campaign = told(run("nps", "--by", "campaign", "--json"))
    assert {"Hiver 2025": 2}.items() <= {one["key"]: one["answers"] for one in by_campaign}.items()


def test_the_same_file_again_changes_nothing(run, file):
    path = file(HEADERS + "14/02/2025;zoe@example.org;9;;;\n" + "14/02/2025;;9;;;\n" * 2)
    run("responses", "import", path, "--survey", "relation")

    report = told(run("responses", "import", path, "--survey", "relation", "--json"))

    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 3)


def test_an_old_scale_enters_no_nps(run, file):
    path = file("Date;Score\n14/02/2025;10\n14/02/2025;1\n")

    told(run("responses", "import", path, "--survey", "relation", "--scale", "1-10", "--json"))

    assert told(run("nps", "--json"))["answers"] == 0


def test_a_fault_is_told_with_its_line_and_nothing_is_written(run, file):
    path = file("Date;Score\n14/02/2025;9\n14/02/2025;12\n")

    result = run("responses", "import", path, "--survey", "relation")

    assert result.exit_code == 1
    assert "3" in result.stderr and "12" in result.stderr
    assert told(run("nps", "--json"))["answers"] == 0


def test_a_dry_run_writes_nothing(run, file):
    path = file("Date;Score\n14/02/2025;9\n")

    report = told(run("responses", "import", path, "--survey", "relation", "--dry-run", "--json"))

    assert (report["applied"], report["created"]) == (False, 1)
    assert told(run("nps", "--json"))["answers"] == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--survey", "nothing-like-it"], 1),
        (["--survey", "relation", "--map", "Quand=date"], 1),
        (["--survey", "relation", "--map", "Date=when"], 1),
        (["--survey", "relation", "--map", "Date"], 2),
        (["--survey", "relation", "--scale", "1-5"], 2),
        ([], 2),
    ],
)
def test_wrong_words_get_a_sentence_and_the_right_exit_status(run, file, words, status):
    result = run("responses", "import", file("Date;Score\n14/02/2025;9\n"), *words)

    assert result.exit_code == status
    assert result.stderr and "Traceback" not in result.output
