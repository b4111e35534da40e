import threading

from hypothesis import given
from hypothesis import strategies as st

from cache.recent import OVERHEAD, Recent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_is_used_stays_and_what_is_not_goes() -> None:
    recent: Recent[str] = Recent(3 * (OVERHEAD + 10), 60)
    for key in "abc":
        recent.put(key, bytes(10))
    assert recent.get("a") == bytes(10)
    recent.put("d", bytes(10))
    assert [key for key in "abcd" if recent.get(key) is not None] == ["a", "c", "d"]


def test_an_item_is_forgotten_after_its_lifetime() -> None:
    clock = Clock()
    recent: Recent[str] = Recent(10_000, 60, clock)
    recent.put("a", b"1")
    clock.now = 59.9
    assert recent.get("a") == b"1"
    clock.now = 60.0
    assert recent.get("a") is None
    assert (len(recent), recent.weight) == (0, 0)


def test_one_that_is_larger_than_the_whole_is_not_kept_and_drives_nothing_out() -> None:
    recent: Recent[str] = Recent(1000, 60)
    recent.put("small", b"1")
    recent.put("large", bytes(1000))
    assert recent.get("large") is None
    assert recent.get("small") == b"1"


def test_forgetting_picks_by_key() -> None:
    recent: Recent[tuple[str, int]] = Recent(10_000, 60)
    for name in "ab":
        for number in (1, 2):
            recent.put((name, number), b"x")
    recent.forget(lambda key: key[0] == "a")
    assert recent.get(("a", 1)) is None
    assert recent.get(("b", 2)) == b"x"
    assert recent.weight == 2 * (OVERHEAD + 1)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1500))))
def test_the_weight_is_that_of_the_items_and_within_the_limit(puts: list[tuple[int, int]]) -> None:
    recent: Recent[int] = Recent(2000, 60)
    for key, size in puts:
        recent.put(key, bytes(size))
        assert recent.weight <= 2000
    held = [value for key in range(9) if (value := recent.get(key)) is not None]
    assert recent.weight == sum(len(value) + OVERHEAD for value in held)
    assert len(recent) == len(held)


def test_threads_do_not_lose_count() -> None:
    recent: Recent[int] = Recent(5000, 60)

    def work(start: int) -> None:
        for n in range(2000):
            recent.put((start + n) % 50, bytes(n % 90))
            recent.get(n % 50)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recent.forget(lambda _: True)
    assert (len(recent), recent.weight) == (0, 0)
