"""Fixtures every test shares: the repository as a workbench, and its catalogue."""

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
