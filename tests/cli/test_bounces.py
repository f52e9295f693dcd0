"""hopnps bounces classify: what a message says, without recording anything."""

import json
import mailbox

from tests.domain.test_bounce_report import CORPUS


def test_each_message_is_told_with_address_status_class_and_reason(run):
    result = run(
        "bounces",
        "classify",
        str(CORPUS / "postfix-orange-unknown.eml"),
        str(CORPUS / "away-fr.eml"),
        "--json",
    )

    unknown, away = json.loads(result.stdout)
    assert unknown["address"] == "claire.delmas@orange.test"
    assert (unknown["status"], unknown["class"]) == ("5.1.1", "hard")
    assert "OFR_416" in unknown["reason"]
    assert away["class"] == "none"


def test_an_mbox_holds_several_messages(run, tmp_path):
    box = mailbox.mbox(tmp_path / "returned")
    for name in ("postfix-laposte-full", "arf-abuse", "exim-after-data-spam"):
        box.add((CORPUS / f"{name}.eml").read_bytes())
    box.close()

    result = run("bounces", "classify", str(tmp_path / "returned"), "--json")

    assert [one["class"] for one in json.loads(result.stdout)] == ["soft", "complaint", "policy"]


def test_without_json_each_message_is_one_line(run):
    result = run("bounces", "classify", str(CORPUS / "qmail-no-mailbox.eml"))

    address, status, kind, reason = result.stdout.rstrip("\n").split("\t")
    assert (address, status, kind) == ("omar@qmail.hebergeur.test", "5.1.1", "hard")
    assert "no mailbox here" in reason


def test_a_file_that_is_not_there_is_wrong_usage(run):
    assert run("bounces", "classify", "nowhere.eml").exit_code == 2
