"""The folder of an installation, and the secrets that it makes itself."""

import stat

import pytest
import sqlalchemy as sa

from hopnps import database, installation


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path):
    made = installation.made_once(tmp_path, "token.key")

    assert len(made) >= 32
    assert installation.made_once(tmp_path, "token.key") == made
    assert stat.S_IMODE((tmp_path / "token.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["token.key"]


def test_an_empty_secret_is_no_secret(tmp_path):
    """A full disk, or another process that is just writing it: an empty key would let everybody sign."""
    (tmp_path / "token.key").touch()

    with pytest.raises(ValueError, match=r"token\.key"):
        installation.made_once(tmp_path, "token.key")


def test_the_instance_is_its_owners_alone(tmp_path):
    folder = installation.instance_folder({"HOPNPS_INSTANCE": str(tmp_path / "new" / "instance")})

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_new_sqlite_file_and_its_log_are_their_owners_alone(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hopnps.sqlite'}")
    database.arm_sqlite(engine)

    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a INTEGER)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    engine.dispose()
    assert set(modes.values()) == {0o600}, modes


def test_a_log_that_a_reader_keeps_from_being_copied_is_tried_seldom_and_cut_afterwards(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(database, "COPY_AFTER", 20)
    cut = f"journal_size_limit={20 * database.PAGE}"
    monkeypatch.setattr(database, "PRAGMAS", ("journal_mode=WAL", cut))
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hopnps.sqlite'}")
    database.arm_sqlite(engine)

    def write(pages):
        with engine.begin() as connection:
            rows = [{"a": "x" * database.PAGE}] * pages
            connection.execute(sa.text("INSERT INTO t VALUES (:a)"), rows)
            return connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()

    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a TEXT)"))
    assert write(1) == 20
    with engine.connect() as reader:
        database.intend(writing=False)
        reader.execute(sa.text("SELECT count(*) FROM t"))
        database.intend(writing=True)
        write(50)
        assert write(50) == 80
        assert write(1) == 160
    write(200)  # nobody is in the way any more
    write(1)
    assert write(1) == 20
    engine.dispose()
