"""Without an https address no mail leaves: it says why, nothing fails, and the mails leave once it is mended."""

from dataclasses import replace

import pytest

from hopnps import jobs, sending
from tests.conftest import NOON


@pytest.fixture
def in_earnest(house, monkeypatch):
    """A house that is no test, at the address given."""
    sending._say_once.cache_clear()

    def at(address, **config):
        monkeypatch.setitem(house.app.config, "TESTING", False)
        monkeypatch.setattr(house, "links", replace(house.links, public_url=address))
        for key, value in config.items():
            monkeypatch.setitem(house.app.config, key, value)

    return at


@pytest.mark.parametrize("address", ["http://127.0.0.1:5000", "http://avis.example.org"])
def test_an_address_without_https_keeps_all_mails_waiting(
    house, desk, cast, mailroom, in_earnest, caplog, address
):
    desk.send_to(cast.client("claire"))
    in_earnest(address)

    for _turn in range(3):
        assert jobs.run_due(house, now=NOON) is False

    assert mailroom.mails == []
    assert [one.state for one in desk.deliveries()] == ["waiting"]
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith(f"No mail leaves: HOPNPS_PUBLIC_URL is {address}.")

    in_earnest("https://avis.example.org")
    jobs.run_due(house, now=NOON)
    assert len(mailroom.mails) == 1


def test_the_demo_may_send_to_itself(house, desk, cast, mailroom, in_earnest):
    desk.send_to(cast.client("claire"))
    in_earnest("http://127.0.0.1:5000", HOPNPS_DEMO_MAILBOX=True)

    jobs.run_due(house, now=NOON)

    assert len(mailroom.mails) == 1


def test_a_worker_that_may_send_nothing_says_so_in_the_end(run, desk, cast, in_earnest):
    in_earnest("http://127.0.0.1:5000")
    assert run("worker", "--once").exit_code == 0

    desk.send_to(cast.client("claire"))
    result = run("worker", "--once")

    assert result.exit_code == 1
    assert "Aucun mail ne part" in result.output
