"""Fixtures every test shares: the repository as a workbench, and its catalogue."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ndaudit.catalogue import Catalogue, read_catalogue
from ndaudit.workbench import Workbench, open_workbench

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def repository() -> Workbench:
    return open_workbench(REPOSITORY, {}, REPOSITORY)


@pytest.fixture(scope="session")
def catalogue(repository: Workbench) -> Catalogue:
    return read_catalogue(repository)


SMALL = ("-t", "tmpfs", "-o", "size=30m", "tmpfs")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 30 MB, mounted for all to see by root, by others in a name space of their own."""
    place = tmp_path / "small"
    place.mkdir()
    if not subprocess.run(["mount", *SMALL, str(place)], capture_output=True, check=False).returncode:
        yield place
        subprocess.run(["umount", "-l", str(place)], check=True)
        return
    holder = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", f"mount {' '.join(SMALL)} '{place}' && echo mounted && read _"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with holder:
        if holder.stdout is None or holder.stdout.readline() != "mounted\n":
            holder.kill()
            pytest.skip("this machine mounts no file system, neither for all nor in a name space")
        yield Path(f"/proc/{holder.pid}/root{place}")
        holder.kill()
