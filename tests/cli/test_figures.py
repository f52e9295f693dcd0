"""hopnps figures: the counts are proved equal to the answers, and made so."""

import json

from hopnps.services import rollup_gaps
from tests.services.answers import answer


def test_counts_that_equal_the_answers_are_said_so(session, run):
    answer(session, None, 9)

    assert json.loads(run("figures", "verify", "--json").stdout) == {"equal": True, "gaps": []}
    assert run("figures", "verify").exit_code == 0


def test_an_answer_that_came_by_the_back_door_is_found_and_counted(session, run):
    answer(session, None, 9, counted=False)

    found = run("figures", "verify")
    assert found.exit_code == 1
    assert "s9 0 ≠ 1" in found.stderr
    gap, month = json.loads(run("figures", "verify", "--json").stdout)["gaps"]
    assert (gap["counted"]["s9"], gap["answers"]["s9"]) == (0, 1)
    assert month["table"] == "nps_rollup_month"

    assert json.loads(run("figures", "rebuild", "--json").stdout) == {"mended": 2}
    assert run("figures", "verify").exit_code == 0
    session.rollback()
    assert rollup_gaps.find(session) == []
