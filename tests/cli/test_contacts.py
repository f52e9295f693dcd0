"""hopnps contacts, stores, interactions: files in and out by the command line."""

import json

import pytest

FRENCH = (
    "Identifiant;Prénom;Nom;Courriel;Magasin\r\n"
    "C-1;Zoé;Lefèvre;zoe@example.org;Paris Bastille\r\n"
    "C-2;Omar;Haddad;omar@example.org;Lyon\r\n"
)


@pytest.fixture
def save(tmp_path):
    """Put a file on the disk as Excel would; returns its path."""

    def write(text: str, name: str = "contacts.csv", encoding: str = "cp1252") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def answer(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_contacts_are_imported_and_a_second_time_nothing_changes(run, save):
    file = save(FRENCH)

    first = run("contacts", "import", file, "--source", "crm")
    again = run("contacts", "import", file, "--source", "crm")

    assert first.exit_code == again.exit_code == 0
    assert "Nouveaux\xa0: 2," in first.stdout
    assert "Nouveaux magasins\xa0: Lyon, Paris Bastille." in first.stdout
    assert "Rien à changer" in again.stdout


def test_a_trial_writes_nothing(run, save):
    file = save(FRENCH)

    trial = answer(run("contacts", "import", file, "--dry-run", "--json"))

    assert (trial["created"], trial["applied"]) == (2, False)
    assert answer(run("contacts", "import", file, "--json"))["created"] == 2


def test_a_faulty_file_is_refused_with_its_lines_on_stderr(run, save):
    file = save(f"{FRENCH}C-3;X;Y;nowhere;\r\n")

    refused = run("contacts", "import", file)

    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "Ligne 4\xa0: Courriel (nowhere): Il n’y a pas de @ dans cette adresse.",
        "Rien n’a été importé. --skip-faults importe les bonnes lignes.",
    ]
    assert answer(run("contacts", "import", file, "--skip-faults", "--json"))["created"] == 2


def test_a_line_longer_than_the_headers_is_told_apart(run, save):
    refused = run("contacts", "import", save("ID;Courriel\n;\n;;x\n"))

    assert "Ligne 3\xa0: Cette ligne a 3 cellules pour 2 en-têtes." in refused.stderr


def test_a_column_is_named_by_hand(run, save):
    file = save("Matricule;Nom\n1;Lefèvre\n")

    assert run("contacts", "import", file).exit_code == 1
    found = answer(run("contacts", "import", file, "--map", "Matricule=external_id", "--json"))

    assert found["mapping"] == {"Matricule": "external_id", "Nom": "last_name"}
    assert run("contacts", "import", file, "--map", "Matricule").exit_code == 2


@pytest.mark.parametrize("name", ["contacts.csv", "contacts.xlsx"])
def test_an_export_comes_back_as_the_same_contacts(run, save, tmp_path, name):
    run("contacts", "import", save(FRENCH), "--source", "crm")
    path = str(tmp_path / f"out-{name}")

    assert run("contacts", "export", "-o", path).exit_code == 0

    back = answer(run("contacts", "import", path, "--json"))
    assert (back["unchanged"], back["created"], back["attributes"]) == (2, 0, [])


def test_an_export_goes_to_standard_output(run, save):
    run("contacts", "import", save(FRENCH))

    french = run("contacts", "export", "--format", "csv-fr")

    assert french.stdout.startswith('\ufeff"Origine";"Identifiant externe"')
    assert "Zoé;Lefèvre" in french.stdout


def test_an_export_of_an_unknown_segment_is_refused(run):
    refused = run("contacts", "export", "--segment", "nobody-knows")

    assert refused.exit_code == 1
    assert "nobody-knows" in refused.stderr


def test_stores_and_interactions_are_imported(run, save):
    run("contacts", "import", save(FRENCH), "--source", "crm")
    stores = save("Magasin;Région\nLyon;Auvergne\nNantes;Bretagne\n", "stores.csv")
    orders = save("N° commande;Date;Code client\nR-1;02/03/2026;C-1\n", "orders.csv")

    moved = answer(run("stores", "import", stores, "--json"))
    bought = answer(run("interactions", "import", orders, "--kind", "order", "--json"))

    assert (moved["created"], moved["updated"], bought["created"]) == (1, 1, 1)
