import os
import stat
from pathlib import Path

import pytest

from certs import files


def test_mode_and_content(tmp_path: Path) -> None:
    for mode in (0o600, 0o644):
        files.write(tmp_path / "x", b"content", mode)
        assert (tmp_path / "x").read_bytes() == b"content"
        assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == mode


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(tmp_path / "x", b"old", 0o600)

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        files.write(tmp_path / "x", b"new", 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """Whoever plants a link in the folder does not get the key written elsewhere."""
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / "x").symlink_to(tmp_path / "elsewhere")
    files.write(tmp_path / "x", b"ours", 0o600)
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"
    assert not (tmp_path / "x").is_symlink()


def test_the_lock_makes_its_folder_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with files.locked(tmp_path / "a/b"):
            assert (tmp_path / "a/b").is_dir()
