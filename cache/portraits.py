"""The portraits that were drawn: by source picture and recipe, at every size, and which avatar URL shows which picture.

```
avatar key --remember--> digest of its source --+ recipe--> master PNG --size--> derived PNG
       disk, 16 MiB, and memory                     disk            memory, bounded
```
"""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from avatanime.errors import StoreError
from cache.entry import Entry
from cache.recent import Recent
from cache.shelf import TOUCH_AFTER, Shelf, private

AVATARS_LIMIT = 16 * 2**20
"""Bytes of disk for the index of avatar URLs: some 50,000 of them."""
AVATARS_IN_MEMORY = 4 * 2**20
"""Bytes of memory for the same: some 12,000."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A drawing's result: `note` is "portrait", "cel" or "left"; `png` is empty and `reason` says why when left."""

    png: bytes
    note: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts and sizes (bytes) of the store."""

    portraits: int
    avatars: int
    disk: int
    size_limit: int
    in_memory: int
    memory: int


class Portraits:
    """The store. Thread-safe and safe beside another process's; calls block, but for those named `..._in_memory`.

    Raises StoreError from any blocking call when the disk is in the way. A damaged file or entry is no error: it is
    dropped, and what it held is drawn again.
    """

    def __init__(self, folder: Path, size_limit: int, memory_limit: int = 64 * 2**20) -> None:
        try:
            private(folder)
        except OSError as e:
            raise StoreError(f"The portrait store's folder {folder} cannot be made: {e}") from e
        self._size_limit = size_limit
        self._masters = Shelf(folder / "portraits", size_limit)
        try:
            self._avatars = Shelf(folder / "avatars", AVATARS_LIMIT)
        except BaseException:
            self._masters.close()
            raise
        # What is in memory is forgotten as often as the disk wants to hear what is still in use.
        self._sizes: Recent[tuple[str, str, tuple[int, int]]] = Recent(memory_limit, TOUCH_AFTER)
        self._digests: Recent[str] = Recent(AVATARS_IN_MEMORY, TOUCH_AFTER)

    def get(self, digest: str, recipe: str) -> Kept | None:
        """What was kept of that source picture (sha256, hex) under that recipe."""
        entry = self._masters.get(_key(digest, recipe))
        return Kept(entry.body, entry.note, entry.reason) if entry else None

    def put(self, digest: str, recipe: str, kept: Kept) -> None:
        """Keep a master, or that the picture was left alone."""
        self._masters.put(_key(digest, recipe), Entry(kept.png, kept.note, kept.reason))
        self._sizes.forget(lambda key: key[:2] == (digest, recipe))

    def sized(self, digest: str, recipe: str, size: tuple[int, int]) -> bytes | None:
        """The portrait as a PNG of exactly `size` (width, height); None if there is no portrait."""
        known = self.sized_in_memory(digest, recipe, size)
        if known is not None:
            return known
        kept = self.get(digest, recipe)
        if kept is None or not kept.png:
            return None
        png = resized(kept.png, size)
        self._sizes.put((digest, recipe, size), png)
        return png

    def sized_in_memory(self, digest: str, recipe: str, size: tuple[int, int]) -> bytes | None:
        """As `sized`, but only if that size is in memory; takes microseconds."""
        return self._sizes.get((digest, recipe, size))

    def remember(self, avatar: str, digest: str) -> None:
        """Note which source picture an avatar shows; an avatar with a new picture has a new key."""
        if self.digest_in_memory(avatar) != digest:
            self._avatars.put(avatar, Entry(digest.encode()))
            self._digests.put(avatar, digest.encode())

    def digest_of(self, avatar: str) -> str | None:
        """The source picture an avatar shows, if it was remembered."""
        known = self.digest_in_memory(avatar)
        if known is not None:
            return known
        entry = self._avatars.get(avatar)
        if entry is None:
            return None
        self._digests.put(avatar, entry.body)
        return entry.body.decode()

    def digest_in_memory(self, avatar: str) -> str | None:
        """As `digest_of`, but only if it is in memory; takes microseconds."""
        known = self._digests.get(avatar)
        return known.decode() if known is not None else None

    def stats(self) -> Stats:
        """How full the store is."""
        portraits, portraits_size = self._masters.measure()
        avatars, avatars_size = self._avatars.measure()
        disk = portraits_size + avatars_size
        return Stats(portraits, avatars, disk, self._size_limit, len(self._sizes), self._sizes.weight)

    def clear(self) -> int:
        """Forget everything, on disk and in memory; how many portraits there were."""
        self._digests.forget(lambda _: True)
        self._avatars.clear()
        count = self._masters.clear()
        self._sizes.forget(lambda _: True)
        return count

    def close(self) -> None:
        """Finish writing and let go of the files. Idempotent."""
        self._masters.close()
        self._avatars.close()


def resized(png: bytes, size: tuple[int, int]) -> bytes:
    """The picture at exactly `size` (width, height), cropped at the longer side's ends where the shapes differ."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        if image.size == size:
            return png
        out = io.BytesIO()
        ImageOps.fit(image, size, Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()


def _key(digest: str, recipe: str) -> str:
    return f"{digest} {recipe}"
