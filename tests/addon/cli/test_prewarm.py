import asyncio
import base64
import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from addon import workshop
from addon.cli import app
from addon.replies import Request
from addon.settings import Settings
from addon.source import BusyError, Fetcher, Source, Trust
from avatanime.errors import AvatanimeError, FetchError
from avatanime.home import home
from cache.portraits import Portraits

TAME = Path(__file__).parents[2] / "engine" / "tame.py"
FOLDER = "https://pbs.twimg.com/profile_images/"


def scene(number: int) -> bytes:
    """A picture that the tame engine draws, each another."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (0, number, 0)).save(out, "PNG")
    return out.getvalue()


def har(file: Path, bodies: dict[str, bytes]) -> str:
    entries = [
        {
            "request": {"method": "GET", "url": url},
            "response": {
                "status": 200,
                "headers": [],
                "content": {"text": base64.b64encode(body).decode(), "encoding": "base64"},
            },
        }
        for url, body in bodies.items()
    ]
    file.write_text(json.dumps({"log": {"entries": entries}}))
    return str(file)


TAMED = f"""
import functools, runpy
from addon import workshop
tame, script = runpy.run_path({str(TAME)!r}), {str(TAME)!r}
workshop.create = tame["create"]
workshop.Studio = functools.partial(workshop.Studio, create=tame["create"], command=({sys.executable!r}, script))
"""
"""Has the workshop draw with the tame engine, in real workers."""


@pytest.fixture(autouse=True)
def _tamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, and the tame engine."""
    monkeypatch.setenv("AVATANIME_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workshop, "create", workshop.create)
    monkeypatch.setattr(workshop, "Studio", workshop.Studio)
    exec(TAMED, {})


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes | Exception]:
    """What can be fetched, by URL; `asked` lists every URL that was."""
    pictures: dict[str, bytes | Exception] = {}

    async def fetch(self: Fetcher, url: str, via: str, agent: str) -> Source:
        found = pictures.get(url, FetchError(f"{url} answered 404"))
        if isinstance(found, Exception):
            raise found
        return Source(url, found, ())

    monkeypatch.setattr(Fetcher, "_fetch", fetch)
    return pictures


def prewarm(*arguments: str, stdin: str = "") -> tuple[int, list[str], str]:
    """Exit code, outcomes in the order they came, and what stderr says."""
    result = CliRunner().invoke(
        app, ["prewarm", "--json", "--pause", "0", "--set", "workers=1", *arguments], input=stdin
    )
    failed = isinstance(result.exception, AvatanimeError)
    outcomes = [json.loads(line)["outcome"] for line in result.stdout.splitlines()]
    return 1 if failed else result.exit_code, outcomes, result.stderr + (str(result.exception) if failed else "")


async def answered(*urls: str) -> list[tuple[int, str, tuple[int, int] | None]]:
    """Status, note and size of the answers that the service gives without anything from upstream."""
    settings = Settings.parse({})
    room = workshop.Workshop(workshop.Plan.of(settings), settings, Fetcher(Trust()))
    answers = []
    for url in urls:
        answer = await room.service.before(
            Request("GET", "pbs.twimg.com", url.removeprefix("https://pbs.twimg.com"), (), "::1")
        )
        size = None
        if answer is not None and answer.status == 200:
            with Image.open(io.BytesIO(answer.body)) as image:
                size = image.size
        answers.append((answer.status, answer.note, size) if answer else (0, "", None))
    room.close()
    return answers


def test_the_proxy_answers_prewarmed_avatars_from_the_cache(
    tmp_path: Path, origin: dict[str, bytes | Exception]
) -> None:
    recorded, listed, named = f"{FOLDER}1/a", f"{FOLDER}2/b", f"{FOLDER}3/c"
    recording = har(tmp_path / "visit.har", {f"{recorded}_400x400.jpg": scene(1)})
    (tmp_path / "list.txt").write_text(f"{listed}_normal.jpg\n")
    origin[f"{listed}_400x400.jpg"] = scene(2)
    origin[f"{named}.png"] = scene(3)  # only the original
    code, outcomes, _ = prewarm(recording, str(tmp_path / "list.txt"), "-", stdin=f"{named}_bigger.png")
    assert (code, outcomes) == (0, ["portrait"] * 3)

    origin.clear()
    urls = [f"{recorded}_normal.jpg", f"{listed}_x96.jpg", f"{named}_bigger.png", f"{FOLDER}4/d_normal.jpg"]
    assert asyncio.run(answered(*urls)) == [
        (200, "cached", (48, 48)),
        (200, "cached", (96, 96)),
        (200, "cached", (73, 73)),
        (0, "", None),
    ]


def test_a_second_run_has_nothing_to_do(tmp_path: Path, origin: dict[str, bytes | Exception]) -> None:
    url = f"{FOLDER}1/a_400x400.jpg"
    origin[url] = scene(1)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "b.png").write_bytes(scene(2))
    assert prewarm(url, str(tmp_path / "pictures"))[:2] == (0, ["portrait", "portrait"])
    origin.clear()
    code, outcomes, said = prewarm(url, str(tmp_path / "pictures"))
    assert (code, outcomes) == (0, ["kept", "kept"])
    assert "2 in the cache already" in said


def test_every_tier_that_is_named_is_drawn(origin: dict[str, bytes | Exception]) -> None:
    url = f"{FOLDER}1/a"
    origin[f"{url}_400x400.jpg"] = scene(1)
    prewarm(f"{url}.jpg")
    prewarm(f"{url}.jpg", "--tiers", "draft,standard,quality")
    origin.clear()
    small, middle, large = asyncio.run(answered(*(f"{url}_{size}.jpg" for size in ("mini", "200x200", "400x400"))))
    assert (small[2], middle[2], large[2]) == ((24, 24), (200, 200), (400, 400))


def test_each_failure_is_reported_and_the_rest_is_drawn(origin: dict[str, bytes | Exception], tmp_path: Path) -> None:
    origin[f"{FOLDER}1/a_400x400.jpg"] = scene(1)
    origin[f"{FOLDER}3/c_400x400.jpg"] = BusyError("it answered 429", 9999.0)
    urls = [f"{FOLDER}{n}/{name}_normal.jpg" for n, name in ((1, "a"), (2, "b"), (3, "c"))]
    code, outcomes, said = prewarm(*urls, "https://example.com/", str(tmp_path / "nothing"))
    assert code == 1
    assert sorted(outcomes) == ["failed", "failed", "portrait"]
    assert re.search(r"failed: .*/2/b_normal\.jpg: .*404", said)
    assert re.search(r"failed: .*/3/c_normal\.jpg: .*429", said)
    assert "failed: https://example.com/: It is no avatar" in said
    assert "nothing" in said
    assert "4 of them failed" in said


def test_where_the_best_source_is_gone_a_recordings_lesser_one_serves(
    origin: dict[str, bytes | Exception], tmp_path: Path
) -> None:
    recording = har(tmp_path / "visit.har", {f"{FOLDER}1/a_bigger.jpg": scene(1)})
    assert prewarm(recording)[:2] == (0, ["portrait"])


def test_bytes_that_are_no_picture_are_left(origin: dict[str, bytes | Exception]) -> None:
    origin[f"{FOLDER}1/a_400x400.jpg"] = b"<html>"
    assert prewarm(f"{FOLDER}1/a_normal.jpg")[:2] == (0, ["left"])


def test_bad_flags_are_one_clear_error() -> None:
    code, _, said = prewarm(f"{FOLDER}1/a_normal.jpg", "--tiers", "draft,sublime")
    assert code == 1
    assert "draft, standard, quality" in said


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_keeps_what_was_drawn_and_leaves_no_process(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(60):
        (pictures / f"{number:02}.png").write_bytes(scene(number))
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # shells may have it ignored
    script = f"{heard}\n{TAMED}\nfrom addon.cli import main; main()"
    command = [sys.executable, "-c", script, "prewarm", "--json", "--set", "workers=1", str(pictures)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        drawn = [json.loads(running.stdout.readline())["outcome"] for _ in range(3)]
        running.send_signal(signal.SIGINT)
        rest, said = running.communicate()
    assert running.returncode == 130
    assert drawn == ["portrait"] * 3
    assert "goes on from here" in said
    assert "Traceback" not in said
    store = Portraits(home().cache, 2**29)
    kept = store.stats().portraits
    store.close()
    assert 3 + len(rest.splitlines()) <= kept < 60
    code, outcomes, _ = prewarm(str(pictures))
    assert code == 0
    assert outcomes.count("kept") == kept
    assert outcomes.count("portrait") == 60 - kept
