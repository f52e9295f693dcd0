"""hopnps segment: rules saved, listed and counted on the command line."""

import json

import pytest

RULE = {"contact": "tags", "has": "vip"}


@pytest.fixture
def vip(cast, run):
    cast.client("claire", tags=["vip"])
    cast.client("marc")
    return run("segment", "save", "vip", "--name", "Clients VIP", "--rule", json.dumps(RULE))


def test_a_saved_segment_is_counted(vip, run):
    assert vip.exit_code == 0, vip.output
    assert json.loads(run("segment", "count", "vip", "--json").stdout) == {
        "segment": "vip",
        "contacts": 1,
    }


def test_a_rule_may_come_from_a_file(cast, run, tmp_path):
    cast.client("claire")
    file = tmp_path / "rule.json"
    file.write_text('\ufeff{"contact": "first_name", "is": "claire"}', "utf-8")

    result = run("segment", "save", "claire", "--name", "Claire", "--rule", f"@{file}", "--json")

    assert json.loads(result.stdout)["contacts"] == 1


def test_segments_are_listed_with_their_rules(vip, run):
    told = json.loads(run("segment", "list", "--json").stdout)

    assert {"segment": "vip", "name": "Clients VIP", "rule": RULE} in told


def test_an_unknown_segment_is_refused_in_a_sentence(house, run):
    result = run("segment", "count", "nowhere")

    assert (result.exit_code, "nowhere" in result.stderr) == (1, True)


@pytest.mark.parametrize("rule", ["{", '{"contact": "shoe"}', '{"all": 3}'])
def test_a_rule_that_cannot_be_read_saves_nothing(house, run, rule):
    result = run("segment", "save", "new", "--name", "New", "--rule", rule)

    assert result.exit_code == 1
    assert run("segment", "count", "new").exit_code == 1


def test_a_missing_rule_file_is_wrong_usage(house, run):
    assert run("segment", "save", "x", "--name", "X", "--rule", "@/nowhere.json").exit_code == 2
