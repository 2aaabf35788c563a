"""Names and extents of tiles, as C2SP tlog-tiles gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle.proof_error import ProofError
from ledger.merkle.tiles import Tile, bundled, is_there, parse_tile_path, tiles_between, unbundled


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 273, 17), "tile/1/273.p/17"),
        (Tile(None, 1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/01", "tile/0/1000", "tile/entry/000", "/tile/0/000", "tile/0/000/",
     "tile/0/../000", "tile/0/000\n", "tile/0/٠٠٠"],
)  # fmt: skip
def test_no_paths(path: str) -> None:
    assert parse_tile_path(path) is None


@given(st.integers(0, 10**9), st.integers(1, 256), st.sampled_from([None, 0, 1, 5]))
def test_every_tile_has_its_path(number: int, width: int, level: int | None) -> None:
    tile = Tile(level, number, width)
    assert parse_tile_path(tile.path) == tile


def test_the_tiles_of_70000_entries() -> None:
    # The example of the specification.
    tiles = [tile for tile in tiles_between(0, 70_000) if tile.level is not None]
    assert len([tile for tile in tiles if tile.level == 0 and tile.width == 256]) == 273
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in tiles if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert list(tiles_between(0, 256)) == [Tile(None, 0), Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_what_is_new_is_what_was_not_there(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before, now = set(tiles_between(0, old)), set(tiles_between(0, new))
    added = set(tiles_between(old, new))
    assert now <= before | added
    # Nothing that was complete is written again.
    assert not {tile for tile in before & added if tile.width == 256}
    assert all(is_there(tile, new) for tile in now)
    assert not any(is_there(tile, old) for tile in added)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles(entries: list[bytes]) -> None:
    bundle = bundled(entries)
    assert unbundled(bundle) == entries
    if bundle:
        with pytest.raises(ProofError):
            unbundled(bundle + b"\x00")
        with pytest.raises(ProofError):
            unbundled(bundle + b"\x00\x05abcd")
