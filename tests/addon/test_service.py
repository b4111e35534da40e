"""What is answered, when, and with which headers. Engine, origin and time obey the test."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from addon import replies
from addon.replies import Answer
from avatanime.errors import PoisonedError, ShedError, StoreError
from engine import Tier

SIZES = {"mini": 24, "normal": 48, "bigger": 73, "x96": 96, "reasonably_small": 128, "200x200": 200, "400x400": 400}
NORMAL = "/profile_images/1/face_normal.jpg"
BIGGER = "/profile_images/1/face_bigger.jpg"
LARGE = "/profile_images/1/face_400x400.jpg"
WHOLE = "/profile_images/1/face.jpg"
type Build = Callable[..., Any]


def size_of(answer: Answer) -> tuple[int, int]:
    assert isinstance(answer.body, bytes)
    with Image.open(io.BytesIO(answer.body)) as image:
        image.load()
        return image.size


def is_anime(answer: Answer | None) -> bool:
    """Whether this is the blue portrait with its headers, and nothing of the original's."""
    assert answer is not None
    headers = {name.lower(): text for name, text in answer.fields}
    if headers.get(b"content-type") != b"image/png" or b"etag" not in headers:
        return False
    assert headers[b"cache-control"] == b"private, no-cache"
    assert headers[b"etag"].startswith(b'"anime-')
    assert headers[b"access-control-allow-origin"] == b"*"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert not headers.keys() & {b"last-modified", b"alt-svc", b"accept-ranges", b"surrogate-key"}
    assert int(headers[b"content-length"]) == len(answer.body)  # type: ignore[arg-type]
    with Image.open(io.BytesIO(answer.body)) as image:  # type: ignore[arg-type]
        return image.convert("RGB").getpixel((3, 3)) == (0, 0, 255)


def is_original(answer: Answer | None, body: object) -> bool:
    """Whether this is the untouched original that nobody may keep."""
    assert answer is not None
    headers = {name.lower(): text for name, text in answer.fields}
    assert answer.status == 200
    assert headers[b"cache-control"] == b"private, no-store"
    assert not headers.keys() & {b"etag", b"last-modified", b"alt-svc", b"expires"}
    return answer.body == body


async def test_a_new_avatar_is_fetched_drawn_and_answered(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    answer = await room.ask(NORMAL, original)
    assert is_anime(answer)
    assert size_of(answer) == (48, 48)
    assert answer.note == "still 84 ms"
    assert room.fetcher.asked == ["https://pbs.twimg.com" + LARGE]
    assert room.studio.asked == [(room.fetcher.origin["https://pbs.twimg.com" + LARGE], Tier.DRAFT)]


async def test_a_known_avatar_takes_nothing_from_upstream(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    await room.ask(NORMAL, original)
    asked = conftest.asking(NORMAL)
    assert is_anime(room.service.ready(asked))
    assert room.service.ready(asked).note == "cached"
    again = build()  # a new process over the same store
    assert again.service.ready(asked) is None
    assert is_anime(await again.service.before(asked))
    assert is_anime(again.service.ready(asked))
    assert not again.studio.asked
    assert not again.fetcher.asked


async def test_the_browser_s_copy_is_confirmed_without_a_body(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    answer = await room.ask(NORMAL, original)
    tag = replies.value(answer.fields, b"etag").decode()
    held = room.service.ready(conftest.asking(NORMAL, if_none_match=f'"x", W/{tag}'))
    assert (held.status, held.body) == (304, b"")
    assert replies.value(held.fields, b"etag").decode() == tag
    assert room.service.ready(conftest.asking(NORMAL, if_none_match='"theirs"')).status == 200
    again = build()
    cold = await again.service.before(conftest.asking(NORMAL, if_none_match=tag, origin="https://x.com"))
    assert cold.status == 304


async def test_ranges_get_the_whole_and_head_gets_no_body(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    whole = await room.ask(NORMAL, original)
    ranged = room.service.ready(conftest.asking(NORMAL, range="bytes=0-9"))
    assert (ranged.status, ranged.body) == (200, whole.body)
    head = room.service.ready(conftest.asking(NORMAL, "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert replies.value(head.fields, b"content-length") == b"%d" % len(whole.body)


async def test_head_of_a_new_avatar_draws_nothing(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    asked = conftest.asking(NORMAL, "HEAD")
    assert await room.service.before(asked) is None
    assert is_original(await room.service.after(asked, replace(original, body=b"")), b"")
    assert not room.studio.asked


@pytest.mark.parametrize("suffix", SIZES)
async def test_every_size_to_the_pixel(build: Build, original: Answer, suffix: str) -> None:
    answer = await build().ask(f"/profile_images/1/face_{suffix}.jpg", original)
    assert is_anime(answer)
    assert size_of(answer) == (SIZES[suffix], SIZES[suffix])


@pytest.mark.parametrize(
    ("own", "answered"), [((512, 512), (512, 512)), ((300, 200), (300, 200)), ((4000, 4000), (1024, 1024))]
)
async def test_an_original_s_own_size(
    conftest: Any, build: Build, original: Answer, own: tuple[int, int], answered: tuple[int, int]
) -> None:
    room = build()
    answer = await room.ask(WHOLE, replace(original, body=conftest.encoded(own)))
    assert is_anime(answer)
    assert size_of(answer) == answered
    again = build()
    assert size_of(await again.service.before(conftest.asking(WHOLE))) == answered


async def test_all_sizes_at_once_take_two_fetches(build: Build, original: Answer) -> None:
    room = build()
    room.studio.go.clear()
    upstream: list[str] = []

    async def ask(path: str) -> Answer:
        answer = await room.ask(path)
        if answer is None:
            upstream.append(path)
            answer = await room.ask(path, original)
        return answer

    asks = [asyncio.ensure_future(ask(f"/profile_images/1/face_{suffix}.jpg")) for suffix in SIZES]
    await asyncio.sleep(0.05)
    room.studio.go.set()
    assert all(map(is_anime, await asyncio.gather(*asks)))
    assert len(upstream) + len(room.fetcher.asked) <= 2
    assert sorted(tier for _, tier in room.studio.asked) == sorted(Tier)


async def test_further_tiers_take_no_further_fetch(build: Build, original: Answer) -> None:
    room = build()
    await room.ask(NORMAL, original)
    assert is_anime(await room.ask(LARGE))
    assert is_anime(await room.ask("/profile_images/1/face_200x200.jpg"))
    assert len(room.fetcher.asked) == 1


async def test_the_best_source_itself_is_fetched_once(build: Build) -> None:
    room = build()
    assert is_anime(await room.ask(LARGE))
    assert room.fetcher.asked == ["https://pbs.twimg.com" + LARGE]


async def test_a_waiter_that_leaves_harms_nobody(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    room.studio.go.clear()
    first = asyncio.ensure_future(room.ask(NORMAL, original))
    second = asyncio.ensure_future(room.ask(BIGGER, original))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.sleep(0)
    room.studio.go.set()
    assert is_anime(await second)
    assert len(room.studio.asked) == 1


async def test_past_the_deadline_the_original_goes_and_the_drawing_goes_on(
    conftest: Any, build: Build, original: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    room = build(deadline=0.05)
    room.studio.go.clear()
    answer = await room.ask(NORMAL, original)
    assert is_original(answer, original.body)
    assert answer.note == "original: not ready in time"
    assert [r.getMessage() for r in caplog.records if "face" in r.getMessage()] == [
        "anime: twitter/1/face: not ready within 0.05 s, drawing goes on"
    ]
    room.studio.go.set()
    assert is_anime(await room.ask(NORMAL, original))
    assert len(room.studio.asked) == 1


async def test_later_sizes_past_the_deadline_are_made_from_the_source(build: Build, original: Answer) -> None:
    room = build(deadline=0.05)
    room.studio.go.clear()
    await room.ask(NORMAL, original)
    bigger = await room.ask(BIGGER)
    assert is_original(bigger, bigger.body)
    assert size_of(bigger) == (73, 73)
    large = await room.ask(LARGE)
    assert is_original(large, room.fetcher.origin["https://pbs.twimg.com" + LARGE])
    assert len(room.fetcher.asked) == 1


async def test_a_source_that_hangs_does_not_hold_the_original(build: Build, original: Answer) -> None:
    room = build(deadline=0.05)
    room.fetcher.go.clear()
    assert is_original(await room.ask(NORMAL, original), original.body)
    assert await room.ask(LARGE) is None
    room.fetcher.go.set()


async def test_where_no_source_can_be_had_the_asked_picture_is_drawn(
    conftest: Any, build: Build, original: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()
    room.fetcher.origin.clear()
    assert is_anime(await room.ask(NORMAL, original))
    assert room.studio.asked == [(original.body, Tier.DRAFT)]
    assert not caplog.records
    assert is_anime(room.service.ready(conftest.asking(NORMAL)))
    asked = list(room.fetcher.asked)
    larger = replace(original, body=conftest.encoded((73, 73)))
    assert is_anime(await room.ask(BIGGER, larger))
    assert room.studio.asked[-1][0] == larger.body, "a small source is not taken for the larger sizes"
    assert room.fetcher.asked == asked, "what failed a moment ago is not tried again"


async def test_the_original_is_the_source_where_there_is_no_400x400(
    conftest: Any, build: Build, original: Answer
) -> None:
    room = build()
    del room.fetcher.origin["https://pbs.twimg.com" + LARGE]
    assert is_anime(await room.ask(NORMAL, original))
    assert room.fetcher.asked == ["https://pbs.twimg.com" + path for path in (LARGE, WHOLE)]
    assert is_anime(await build().service.before(conftest.asking(NORMAL)))


@pytest.mark.parametrize("status", [404, 410, 403, 500, 302, 204, 206, 416])
async def test_what_the_origin_refuses_is_refused(build: Build, original: Answer, status: int) -> None:
    room = build()
    refused = replace(original, status=status, body=b"gone")
    answer = await room.ask(NORMAL, refused)
    assert (answer.status, answer.body) == (status, b"gone")
    assert answer.fields == replies.passed_on(refused.fields)
    assert not replies.value(answer.fields, b"alt-svc")


@pytest.mark.parametrize(
    "error",
    [ShedError("The queue was full."), PoisonedError("It broke before."), RuntimeError("?"), StoreError("Full.")],
)
async def test_any_failure_gives_the_original_and_one_line(
    build: Build, original: Answer, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()
    room.studio.error = error
    assert is_original(await room.ask(NORMAL, original), original.body)
    assert len(caplog.records) == 1
    assert str(error) in caplog.text
    room.studio.error = None
    assert is_anime(await room.ask(NORMAL, original)), "nothing is held against the picture here"


async def test_a_store_that_fails_gives_the_original(
    build: Build, original: Answer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = build()

    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(room.store, "put", full)
    assert is_original(await room.ask(NORMAL, original), original.body)
    monkeypatch.setattr(room.store, "digest_of", full)
    assert is_original(await room.ask(NORMAL, original), original.body)
    assert "The disk is full." in caplog.text


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xd8\xff cut"])
async def test_what_is_no_picture_is_left_as_it_is(build: Build, original: Answer, body: bytes) -> None:
    room = build()
    room.studio.look, room.studio.reason = "left", "damaged"
    room.fetcher.origin.clear()
    assert is_original(await room.ask(NORMAL, replace(original, body=body)), body)
    assert is_original(await room.ask(WHOLE, replace(original, body=body)), body)


async def test_a_page_is_left_as_it_is(build: Build, original: Answer) -> None:
    room = build()
    page = replace(original, fields=((b"content-type", b"text/html"),), body=b"<html>")
    assert is_original(await room.ask(NORMAL, page), b"<html>")


async def test_encoded_originals(build: Build, original: Answer) -> None:
    room = build()
    room.fetcher.origin.clear()
    packed = gzip.compress(original.body)  # type: ignore[arg-type]
    fields = (*original.fields, (b"content-encoding", b"gzip"))
    room.studio.error = ShedError("The queue was full.")
    answer = await room.ask(NORMAL, replace(original, fields=fields, body=packed))
    assert is_original(answer, packed)
    assert replies.value(answer.fields, b"content-encoding") == b"gzip"
    room.studio.error = None
    answer = await room.ask(NORMAL, replace(original, fields=fields, body=packed))
    assert is_anime(answer)
    assert room.studio.asked[-1][0] == original.body
    assert not replies.value(answer.fields, b"content-encoding")


async def test_streamed_and_oversized_originals(
    build: Build, original: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), 100):
            yield body[at : at + 100]

    room = build()
    assert is_anime(await room.ask(NORMAL, replace(original, body=pieces(original.body))))  # type: ignore[arg-type]
    monkeypatch.setattr("addon.service.MAX_BYTES", 300)
    answer = await room.ask(WHOLE, replace(original, body=pieces(original.body)))  # type: ignore[arg-type]
    assert is_original(answer, answer.body)
    assert b"".join([piece async for piece in answer.body]) == original.body  # type: ignore[union-attr]


async def test_a_picture_that_is_left_alone_is_not_drawn_again(build: Build, original: Answer) -> None:
    room = build()
    room.studio.look, room.studio.reason = "left", "already drawn"
    for _ in range(2):
        answer = await room.ask(NORMAL, original)
        assert is_original(answer, original.body)
        assert answer.note == "original: already drawn"
    assert len(room.studio.asked) == 1


async def test_the_rule_for_faceless_pictures_holds_from_its_change_on(build: Build, original: Answer) -> None:
    leaving = build(no_face="leave")
    leaving.studio.look, leaving.studio.reason = "left", "no face"
    assert is_original(await leaving.ask(NORMAL, original), original.body)
    restyling = build(no_face="cel")
    restyling.studio.look = "cel"
    assert is_anime(await restyling.ask(NORMAL, original))
    leaving = build(no_face="leave")
    leaving.studio.look, leaving.studio.reason = "left", "no face"
    assert is_original(await leaving.ask(NORMAL, original), original.body)


async def test_tiers_that_stand_alone_are_drawn_each(conftest: Any, build: Build, original: Answer) -> None:
    room = build(conftest.StillEngine(shares_tiers=False))
    await room.ask(NORMAL, original)
    await room.ask(LARGE)
    assert [tier for _, tier in room.studio.asked] == [Tier.DRAFT, Tier.QUALITY]
    assert is_anime(room.service.ready(conftest.asking(NORMAL)))


async def test_a_better_portrait_serves_the_lesser_sizes(conftest: Any, build: Build, original: Answer) -> None:
    room = build(conftest.StillEngine(shares_tiers=True))
    await room.ask(LARGE)
    assert is_anime(await room.ask(NORMAL))
    assert [tier for _, tier in room.studio.asked] == [Tier.QUALITY]


async def test_a_lesser_portrait_serves_until_the_better_is_drawn(
    conftest: Any, build: Build, original: Answer
) -> None:
    room = build(conftest.StillEngine(shares_tiers=True), deadline=0.5)  # which a busy machine keeps
    small = await room.ask(NORMAL, original)
    room.studio.go.clear()
    meanwhile = await room.ask(LARGE)
    assert is_anime(meanwhile)
    assert size_of(meanwhile) == (400, 400)
    asked = conftest.asking(LARGE)
    assert room.service.ready(asked) is None
    making = room.maker.make(room.service.avatar(asked), Tier.QUALITY, asked)
    room.studio.go.set()
    await making  # which nobody who asked has waited for
    better = await room.ask(LARGE)
    assert replies.value(better.fields, b"etag") != replies.value(meanwhile.fields, b"etag")
    renewed = await room.ask(NORMAL)
    assert replies.value(renewed.fields, b"etag") != replies.value(small.fields, b"etag")
    assert [tier for _, tier in room.studio.asked] == [Tier.DRAFT, Tier.QUALITY]


async def test_a_lesser_portrait_stays_where_the_better_fails(conftest: Any, build: Build, original: Answer) -> None:
    room = build(conftest.StillEngine(shares_tiers=True))
    await room.ask(NORMAL, original)
    room.studio.error = ShedError("The queue was full.")
    assert is_anime(await room.ask(LARGE))


async def test_one_recipe_is_drawn_once(conftest: Any, build: Build, original: Answer) -> None:
    room = build(conftest.StillEngine(one_recipe=True))
    await room.ask(NORMAL, original)
    assert is_anime(await room.ask(LARGE))
    assert len(room.studio.asked) == 1


PLAIN = {"sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}


def evicts(answer: Answer) -> bool:
    return replies.value(answer.fields, b"clear-site-data") == b'"cache"'


async def test_each_client_forgets_its_originals_once(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    await room.ask(NORMAL, original, sec_fetch_mode="cors", sec_fetch_dest="image")
    answers = [
        room.service.ready(conftest.asking(NORMAL, client=client, user_agent=agent, **PLAIN))
        for client, agent in [("1.1.1.1", "A"), ("1.1.1.1", "A"), ("1.1.1.1", "B"), ("2.2.2.2", "A"), ("2.2.2.2", "A")]
    ]
    assert [evicts(answer) for answer in answers] == [True, False, True, True, False]
    assert all(map(is_anime, answers))


async def test_no_eviction_where_browsers_ignore_it(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    assert not evicts(await room.ask(NORMAL, original, sec_fetch_mode="cors", sec_fetch_dest="image"))
    assert not evicts(room.service.ready(conftest.asking(NORMAL, origin="https://x.com")))
    assert not evicts(room.service.ready(conftest.asking(NORMAL, "HEAD")))
    assert evicts(room.service.ready(conftest.asking(NORMAL, **PLAIN)))


async def test_an_original_in_its_place_evicts_too_and_a_404_does_not(build: Build, original: Answer) -> None:
    room = build(deadline=0.01)
    room.studio.go.clear()
    assert not evicts(await room.ask("/profile_images/9/none_normal.jpg", replace(original, status=404), **PLAIN))
    assert evicts(await room.ask(NORMAL, original, **PLAIN))
    assert not evicts(await room.ask(NORMAL, original, **PLAIN))


async def test_a_client_to_be_greeted_gets_the_whole_picture(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    answer = await room.ask(NORMAL, original, origin="https://x.com")
    tag = replies.value(answer.fields, b"etag").decode()
    first = room.service.ready(conftest.asking(NORMAL, if_none_match=tag, **PLAIN))
    assert (first.status, evicts(first)) == (200, True)
    assert room.service.ready(conftest.asking(NORMAL, if_none_match=tag, **PLAIN)).status == 304


async def test_turned_off_originals_pass_and_turned_on_clients_are_greeted_again(
    conftest: Any, build: Build, original: Answer
) -> None:
    room = build()
    assert evicts(await room.ask(NORMAL, original, **PLAIN))
    off = replace(room.service.settings, enabled=False)
    room.service.adopt(off)
    assert room.service.ready(conftest.asking(NORMAL)) is None
    answer = await room.ask(NORMAL, original, **PLAIN)
    assert answer.body == original.body
    assert replies.value(answer.fields, b"cache-control") == b"private, no-cache"
    assert replies.value(answer.fields, b"etag") == b'"theirs"'
    assert not evicts(answer)
    room.service.adopt(replace(off, enabled=True))
    assert evicts(await room.ask(NORMAL, original, **PLAIN))
    room.service.adopt(replace(off, enabled=True, deadline=9.0))
    assert not evicts(await room.ask(NORMAL, original, **PLAIN))


@pytest.mark.parametrize("path", ["/media/x.jpg", "/profile_banners/1/600x200", "/profile_images/1/face.mp4"])
async def test_other_pictures_are_nobody_s_business(conftest: Any, build: Build, original: Answer, path: str) -> None:
    room = build()
    answer = await room.ask(path, original, **PLAIN)
    assert answer.body == original.body
    assert answer.fields == replies.passed_on(original.fields)


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
async def test_other_methods_pass(conftest: Any, build: Build, method: str) -> None:
    assert await build().service.before(conftest.asking(NORMAL, method)) is None


async def test_clearing_draws_again(conftest: Any, build: Build, original: Answer) -> None:
    room = build()
    await room.ask(NORMAL, original)
    room.service.clear()
    room.store.clear()
    assert room.service.ready(conftest.asking(NORMAL)) is None
    assert is_anime(await room.ask(NORMAL, original))
    assert len(room.studio.asked) == 2


# ---- an understudy ----


def is_quick(answer: Answer | None) -> bool:
    """Whether this is the understudy's green square, which the browser asks for again."""
    assert answer is not None
    assert replies.value(answer.fields, b"cache-control") == b"private, no-cache"
    with Image.open(io.BytesIO(answer.body)) as image:  # type: ignore[arg-type]
        return image.convert("RGB").getpixel((3, 3)) == (0, 255, 0)


@pytest.mark.parametrize("path", [NORMAL, LARGE])
async def test_an_understudy_is_shown_until_the_portrait_is_there(
    conftest: Any, build: Build, original: Answer, path: str
) -> None:
    room = build(draft="cel", deadline=0.05)
    room.studio.go.clear()
    meanwhile = await room.ask(path, original)
    assert is_quick(meanwhile)
    assert room.service.ready(conftest.asking(path)) is None
    room.studio.go.set()
    final = await room.ask(path, original)
    assert is_anime(final)
    assert replies.value(final.fields, b"etag") != replies.value(meanwhile.fields, b"etag")
    assert len(room.fetcher.asked) == 1


async def test_an_understudy_is_shown_where_the_engine_fails(build: Build, original: Answer) -> None:
    room = build(draft="cel")
    room.studio.error = ShedError("The queue was full.")
    assert is_quick(await room.ask(NORMAL, original))
    assert is_quick(await room.ask(BIGGER, original))


async def test_an_understudy_that_fails_too_gives_the_original(build: Build, original: Answer) -> None:
    room = build(draft="cel")
    room.studio.error = room.understudy.error = ShedError("The queue was full.")
    assert is_original(await room.ask(NORMAL, original), original.body)


async def test_a_portrait_in_time_needs_no_understudy(build: Build, original: Answer) -> None:
    room = build(draft="cel")
    room.understudy.go.clear()
    assert is_anime(await room.ask(NORMAL, original))


async def test_what_the_engine_leaves_alone_is_left_alone(build: Build, original: Answer) -> None:
    room = build(draft="cel")
    room.studio.look, room.studio.reason = "left", "already drawn"
    assert is_original(await room.ask(NORMAL, original), original.body)
