"""Answers that stand ready."""

import pytest

from addon import shelf
from addon.shelf import Ready, Shelf


def ready(key: str, size: int = 10) -> Ready:
    return Ready.of(key, bytes(size), b'"t"', ((b"access-control-allow-origin", b"*"),))


def test_one_portrait_in_all_its_forms() -> None:
    held = Ready.of("k", b"png", b'"t"', ((b"access-control-allow-origin", b"*"),))
    assert (held.full.status, held.full.body) == (200, b"png")
    assert (held.head.status, held.head.body, held.head.fields) == (200, b"", held.full.fields)
    assert (held.unmodified.status, held.unmodified.body) == (304, b"")


def test_what_was_put_is_there_until_it_is_forgotten() -> None:
    answers = Shelf(10**6)
    answers.put(("h", "/a"), ready("a"))
    answers.put(("h", "/a2"), ready("a"))
    answers.put(("h", "/b"), ready("b"))
    answers.forget("a")
    assert answers.get(("h", "/a")) is answers.get(("h", "/a2")) is None
    assert answers.get(("h", "/b")) is not None
    answers.clear()
    assert len(answers) == 0
    assert answers.get(("h", "/b")) is None


def test_what_was_used_longest_ago_makes_room() -> None:
    answers = Shelf(3 * 20_000)
    for name in "abc":
        answers.put(("h", name), ready(name, 15_000))
    assert answers.get(("h", "a"))
    answers.put(("h", "d"), ready("d", 15_000))
    assert answers.get(("h", "b")) is None
    assert all(answers.get(("h", name)) for name in "acd")


def test_putting_again_replaces() -> None:
    answers = Shelf(10**6)
    for _ in range(1000):
        answers.put(("h", "a"), ready("a", 15_000))
    answers.put(("h", "b"), ready("b"))
    assert len(answers) == 2


def test_what_is_larger_than_all_is_not_held() -> None:
    answers = Shelf(1000)
    answers.put(("h", "a"), ready("a", 5000))
    assert len(answers) == 0


def test_the_store_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Shelf(10**6)
    monkeypatch.setattr(shelf, "LIFETIME", -1.0)
    answers.put(("h", "a"), ready("a"))
    assert answers.get(("h", "a")) is None
