from hypothesis import given
from hypothesis import strategies as st

from cache.entry import Entry, pack, unpack

texts = st.text(max_size=40)
entries = st.builds(Entry, st.binary(max_size=200), texts, texts, st.floats(allow_nan=False))


@given(texts, entries)
def test_what_was_packed_comes_back(key: str, entry: Entry) -> None:
    assert unpack(key, pack(key, entry)) == entry


@given(texts, entries, st.data())
def test_an_entry_cut_short_is_none(key: str, entry: Entry, data: st.DataObject) -> None:
    packed = pack(key, entry)
    assert unpack(key, packed[: data.draw(st.integers(0, len(packed) - 1))]) is None
    assert unpack(key, packed + b"\0") is None


@given(texts, entries, st.data())
def test_an_altered_entry_is_none(key: str, entry: Entry, data: st.DataObject) -> None:
    packed = bytearray(pack(key, entry))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    assert unpack(key, bytes(packed)) is None


@given(texts, texts, entries)
def test_an_entry_under_anothers_key_is_none(key: str, other: str, entry: Entry) -> None:
    assert (unpack(other, pack(key, entry)) is None) == (key != other)


@given(texts, st.binary())
def test_any_bytes_are_none(key: str, data: bytes) -> None:
    assert unpack(key, data) is None


def test_a_reason_that_is_too_long_is_cut() -> None:
    entry = unpack("k", pack("k", Entry(b"png", "left", "é" * 40_000)))
    assert entry is not None
    assert entry.body == b"png"
    assert entry.note == "left"
    assert entry.reason.startswith("éééé")
