import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import frames
from engine.frames import FrameError

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
headers = st.dictionaries(st.text().filter(lambda name: name != "parts"), plain, max_size=4)
bodies = st.lists(st.binary(max_size=300), max_size=4)


def frame(header: dict[str, object], *parts: bytes) -> bytes:
    out = io.BytesIO()
    frames.write(out, header, *parts)
    return out.getvalue()


def raw(header: bytes, rest: bytes = b"") -> io.BytesIO:
    return io.BytesIO(struct.pack("!I", len(header)) + header + rest)


@given(st.lists(st.tuples(headers, bodies), max_size=3))
def test_frames_come_out_as_they_went_in(sent: list[tuple[dict[str, object], list[bytes]]]) -> None:
    stream = io.BytesIO(b"".join(frame(header, *parts) for header, parts in sent))
    assert [frames.read(stream) for _ in sent] == sent
    assert frames.read(stream) is None


@given(headers, bodies, st.data())
def test_a_frame_cut_short_is_an_error(header: dict[str, object], parts: list[bytes], data: st.DataObject) -> None:
    whole = frame(header, *parts)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(FrameError, match="ends after"):
        frames.read(io.BytesIO(whole[:cut]))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_an_end_or_a_frame_error(data: bytes) -> None:
    stream = io.BytesIO(data)
    try:
        while frames.read(stream) is not None:
            pass
    except FrameError:
        pass


@given(plain)
def test_any_header_is_taken_or_refused(header: object) -> None:
    try:
        read = frames.read(raw(json.dumps(header).encode()))
    except FrameError:
        assert not isinstance(header, dict) or "parts" not in header or header["parts"] != []
    else:
        assert read is not None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"[]", "how long"),
        (b'{"parts": 3}', "how long"),
        (b'{"parts": [-1]}', "how long"),
        (b'{"parts": [true]}', "how long"),
        (b'{"parts": [1.5]}', "how long"),
        (b'{"parts": [300000000]}', "limit"),
        (b'{"parts": [' + b"200000000," * 9 + b"1]}", "limit"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff", "no JSON"),
    ],
)
def test_a_lying_header_is_refused_before_anything_is_read(header: bytes, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        frames.read(raw(header, b"x"))


def test_a_header_that_claims_to_be_huge_is_refused() -> None:
    with pytest.raises(FrameError, match="limit"):
        frames.read(io.BytesIO(b"\xff\xff\xff\xff"))
