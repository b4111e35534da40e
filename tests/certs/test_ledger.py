import base64
import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.ledger import Entry, Ledger, parse

ENTRIES = st.builds(
    Entry,
    st.text(max_size=20),
    st.text(max_size=20),
    st.text(max_size=20),
    st.binary(max_size=20).map(lambda der: base64.b64encode(der).decode()),
    st.lists(st.text(max_size=20), max_size=3).map(tuple),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["version", "entries", "store", "kind", "name", "certificate", "made", "x"]), inner
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=4))
def test_what_is_written_is_read(entries: list[Entry]) -> None:
    content = json.dumps({"version": 1, "entries": [asdict(entry) for entry in entries]})
    assert parse(content.encode()) == tuple(entries)


@settings(deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda data: json.dumps(data).encode()))
def test_anything_else_is_a_value_error(content: bytes) -> None:
    try:
        entries = parse(content)
    except ValueError:
        return
    assert json.loads(content)["version"] == 1
    assert all(isinstance(entry, Entry) for entry in entries)


def test_entries_come_and_go(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    one, two = Entry("a", "system", "n", "AAAA"), Entry("b", "chrome", "n", "AAAA", ("/x",))
    ledger.add(one)
    ledger.add(two)
    ledger.add(one)
    assert ledger.entries() == (two, one)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    ledger.remove(two)
    ledger.remove(one)
    assert ledger.entries() == ()
    assert not ledger.path.exists()


@pytest.mark.parametrize("change", [{"made": "x"}, {"made": [1]}, {"store": 1}, {"certificate": "!"}, {"extra": ""}])
def test_a_wrong_field_is_damage(change: dict[str, object]) -> None:
    entry = asdict(Entry("a", "system", "n", "AAAA")) | change
    with pytest.raises(ValueError, match="an entry"):
        parse(json.dumps({"version": 1, "entries": [entry]}).encode())
