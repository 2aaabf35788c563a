"""Connections that break at any moment of an append: it is there once, and that is what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ledger.problem import StoreError
from ledger.store.protocol import Restored, Store
from tests.ledger.postgres.watching import HELD, Doing, Watch
from tests.ledger.support import LI, NOW, Book, bodies, corrected, held, line, open_store, registered
from tests.postgres.proxy import Proxy
from tests.postgres.server import QUICK, Server
from tests.postgres.shared import new_schema


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(port=0, settings=QUICK) as running:
        yield running


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    assert server.port is not None
    with Proxy(server.port) as standing:
        yield standing


@pytest.fixture
def path(server: Server, proxy: Proxy) -> str:
    """The address of a ledger behind the door."""
    url = new_schema(f"{server.tcp_url()}?sslmode=disable")
    return url.replace(f":{server.port}/", f":{proxy.port}/")


@pytest.fixture
def direct(path: str, server: Server, proxy: Proxy) -> str:
    """The address past the door."""
    return path.replace(f":{proxy.port}/", f":{server.port}/")


@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_cut_at_every_piece_of_an_append(
    path: str, direct: str, proxy: Proxy, delivered: bool, shared: bool
) -> None:
    """*shared*: another server writes too, so that it goes by the locks."""
    with open_store(path) as store, open_store(direct) as other:
        book = Book(store)
        record = held(event_id="record")
        book.add(registered(), record)
        number, cuts = 0, -1
        while cuts != proxy.cuts:
            number += 1
            cuts = proxy.cuts
            if shared:
                Book(other).add(held(event_id=f"other-{number}", topic=f"{number}", time="2017-06-01"))
            size = store.size()
            proxy.cut_at(number, delivered=delivered)
            batch = [
                held(event_id=f"{number}-a", topic=f"{number}"),
                corrected(record, to_time=f"2017-03-{number % 28 + 1:02d}"),
            ]
            done = book.add(*batch)
            assert (done.appended, done.skipped) == (2, 0)
            proxy.cut_at(0, delivered=False)
            assert store.size() == size + 2
            assert book.add(*batch).skipped == 2
        assert number > 2
        assert store.verify().events == store.size()
        assert len({said["id"] for said in bodies(store.export())}) == store.size()


def test_cut_at_every_piece_of_a_long_import(path: str, direct: str, proxy: Proxy) -> None:
    """A long one is not tried again, but its commit is looked for: told as done is done, told as not done is not."""
    with open_store(path) as store:
        Book(store).add(registered())
        number, cuts, refused = 0, -1, 0
        while cuts != proxy.cuts:
            number += 1
            cuts = proxy.cuts
            size = store.size()
            lines = [
                (place, line(held(event_id=f"{number}-{place}", topic=f"{number}-{place}")))
                for place in range(150)
            ]
            proxy.cut_at(number, delivered=True)
            try:
                assert store.append(lines, by=LI, now=NOW).appended == 150
                grown = 150
            except StoreError:
                refused, grown = refused + 1, 0
            proxy.cut_at(0, delivered=False)
            with open_store(direct) as other:
                assert other.size() == size + grown
        assert 2 < refused < number
        assert store.verify().events == store.size()


def test_a_restore_whose_commit_is_not_answered(path: str, proxy: Proxy, server: Server) -> None:
    with open_store(path) as store:
        Book(store).add(registered(), *(held(topic=f"{number}") for number in range(20)))
        lines = list(enumerate(store.export(), 1))
        root = store.root()
    number, cuts, whole = 0, -1, 0
    while cuts != proxy.cuts:
        number += 1
        cuts = proxy.cuts
        url = new_schema(f"{server.tcp_url()}?sslmode=disable").replace(f":{server.port}/", f":{proxy.port}/")
        with open_store(url) as copy:
            proxy.cut_at(number, delivered=True)
            try:
                assert copy.restore(lines) == Restored(21, root)
                whole += 1
            except StoreError:
                proxy.cut_at(0, delivered=False)
                assert copy.size() == 0
            proxy.cut_at(0, delivered=False)
            assert copy.root() == root if copy.size() else copy.units() == []
    assert 2 < whole < number


def test_reading_goes_on_over_a_cut(path: str, proxy: Proxy) -> None:
    with open_store(path) as store:
        Book(store).add(registered(), held())
        for _ in range(2):
            calls: list[Callable[[], object]] = [
                store.size,
                store.units,
                lambda: list(store.export()),
                lambda: store.find("nothing"),
                store.root,
                lambda: list(store.stream("wj-01")),
            ]
            for call in calls:
                expected = call()
                proxy.cut_now()
                assert call() == expected
        with pytest.raises(StoreError, match="连不上"):
            _read_over_a_cut(store, proxy)
        assert store.size() == 2


def _read_over_a_cut(store: Store, proxy: Proxy) -> None:
    with store.read() as work:
        assert work.last_sequence("wj-01") == 2
        proxy.cut_now()
        work.last_sequence("wj-01")


def _write_over_a_cut(store: Store, proxy: Proxy, first: str, *more: str) -> None:
    """Write *first*, lose the connection, write *more*, commit."""
    with store.write() as work:
        work.connection.execute("INSERT INTO notes (text) VALUES (?)", (first,))
        proxy.cut_now()
        for text in more:
            work.connection.execute("INSERT INTO notes (text) VALUES (?)", (text,))


def test_a_cut_transaction_of_another_room_is_told(path: str, proxy: Proxy) -> None:
    with open_store(path) as store:
        with store.write() as work:
            work.connection.execute("CREATE TABLE notes (text TEXT)")
        with pytest.raises(StoreError, match="连不上"):
            _write_over_a_cut(store, proxy, "a", "b")
        with pytest.raises(StoreError, match="不能确定"):
            _write_over_a_cut(store, proxy, "c")
        with store.read() as work:
            found = {text for (text,) in work.connection.execute("SELECT text FROM notes")}
        assert found <= {"c"}


def test_when_the_server_stays_away_it_is_told_and_can_be_done_again(
    path: str, direct: str, proxy: Proxy
) -> None:
    with open_store(path, patience=2.0) as store, Watch(direct) as watch:
        book = Book(store)
        book.add(registered())
        said = held(event_id=HELD)
        with watch.writer_held():
            first = Doing(lambda: book.add(said))
            watch.until_waiting(1)
            proxy.__exit__()
            with pytest.raises(StoreError, match="同样的编号再做一次"):
                first.result()
        # The server had it all, and stored it: who does it again is told so.
        with open_store(direct) as other:
            again = Book(other).add(said)
            assert again.appended + again.skipped == 1
            assert other.verify().events == 2
