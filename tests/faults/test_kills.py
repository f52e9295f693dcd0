"""kill -9 in the middle of a campaign: nobody gets it twice, nobody is lost, few are in doubt."""

from __future__ import annotations

from tests.faults.killing import kill_workers


def test_workers_killed_in_mid_run_send_nobody_two_mails_and_lose_nobody(nest, app, desk):
    found = kill_workers(nest, app, desk, people=200, kills=2, seed=1)

    assert found.keeps_the_promise, found
    assert found.states.keys() <= {"sent", "uncertain"}, found


def test_the_check_catches_a_worker_that_records_the_start_of_a_mail_too_late(nest, app, desk):
    found = kill_workers(nest, app, desk, people=80, kills=2, broken=True, seed=2)

    assert found.twice, found
    assert not found.keeps_the_promise
