"""What is too large: numbers that no row bears, forms of strangers."""

import pytest

from tests.web.visitor import Visitor

HUGE = 2**64


@pytest.mark.parametrize(
    "path", [f"/campaigns/{HUGE}", f"/imports/{HUGE}", f"/campaigns/{HUGE}/people/recipients"]
)
def test_a_number_that_no_row_bears_is_an_unknown_address(app, cast, path):
    camille = Visitor(app, cast.colleague("camille"))

    assert camille.get(path).status_code == 404


@pytest.mark.parametrize("path", [f"/campaigns?page={HUGE}", f"/send?contact={HUGE}"])
def test_a_number_without_end_in_a_query_is_no_fault_of_ours(app, cast, path):
    camille = Visitor(app, cast.colleague("camille"))

    assert camille.get(path).status_code in {200, 404}


def test_a_stranger_may_not_send_megabytes_to_the_login(app):
    answer = app.test_client().post("/login", data={"email": "x" * 2 * 1024**2})

    assert answer.status_code == 413
