"""hopnps serve: plain HTTP, whatever the Host, nobody sent to https."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading

import pytest


@pytest.fixture
def server(make_database_url, tmp_path):
    """A real `hopnps serve` in a process of its own; gives its port."""
    environ = {
        "HOPNPS_INSTANCE": str(tmp_path),
        "HOPNPS_DATABASE_URL": make_database_url(),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from hopnps.app import main; main()", "serve", "--port", "0"],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    timer = threading.Timer(60, process.kill)
    timer.start()
    said = process.stdout.readline()
    yield int(re.search(r":(\d+)$", said.strip())[1])
    timer.cancel()
    process.terminate()
    process.wait(10)


def test_any_host_is_served_over_plain_http(server):
    for host in ("127.0.0.1", "crm.tilleul.test", "evil.example:8443"):
        connection = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
        connection.request("GET", "/login", headers={"Host": host})
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"hopnps" in answer.read()
        assert answer.headers["Server"] == "hopnps"
        assert "Strict-Transport-Security" not in answer.headers
        connection.close()
