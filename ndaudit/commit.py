"""Which commit a folder of declarations and notebooks stands at, read from git's own files."""

from pathlib import Path


def commit_of(folder: Path) -> str | None:
    """Return the commit `folder` (or a folder above it) is checked out at, or None outside of git."""
    for place in (folder, *folder.parents):
        head = place / ".git" / "HEAD"
        if head.is_file():
            return _resolved(head.parent, head.read_text("utf-8").strip())
    return None


def _resolved(git: Path, head: str) -> str | None:
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    loose = git / name
    if loose.is_file():
        return loose.read_text("utf-8").strip()
    packed = git / "packed-refs"
    lines = packed.read_text("utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)
