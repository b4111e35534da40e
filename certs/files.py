"""Writing files whole or not at all, with the mode they are meant to have."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write(path: Path, content: bytes, mode: int) -> None:
    """Put `content` at `path` in one step: a reader sees the old file or the new one, never a part.

    The file is born 0600 (as `mkstemp` does, whatever the umask) and gets `mode` before it takes its name, so that a
    private key is at no moment readable by others. Raises OSError.
    """
    descriptor, born = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(born).chmod(mode)
        Path(born).replace(path)
    except BaseException:
        Path(born).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` (made if missing) against other processes of ours; the lock goes with the process.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
