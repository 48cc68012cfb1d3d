"""Workbooks are read first by a process that may die of it.

A broken or hostile file can make the reader ask for all memory there is, or follow blocks in a circle, and
neither can be stopped from within. Another process, with limits, finds out.
"""

import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import fastexcel

from ndaudit.errors import RefusedError

MEMORY, SECONDS = 2 << 30, 60
"""What reading may take of a file of no size; every byte it unpacks to adds to it."""
_MEMORY_PER_BYTE, _BYTES_PER_SECOND = 4, 1 << 24
_XLSX = {".xlsx", ".xlsm"}


def refuse_deadly(path: Path, file: str, size: int) -> None:
    """Refuse a workbook over which a process dies; what else is wrong with it is told when it is read.

    Args:
        size: bytes it unpacks to.

    Raises:
        RefusedError: the reader took too much memory or time.
    """
    memory, seconds = MEMORY + _MEMORY_PER_BYTE * size, SECONDS + size // _BYTES_PER_SECOND
    command = [sys.executable, "-P", "-m", __name__, str(path), str(memory), str(seconds)]
    try:
        died = subprocess.run(command, capture_output=True, timeout=2 * seconds, check=False).returncode  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        died = 1
    if died:
        raise RefusedError("exports.deadly", file=file)


def source(path: Path) -> str | bytes:
    """Return a workbook as the reader takes it: by its content where its name says something else."""
    # offices rename .xls to .xlsx and the other way round
    fits = path.suffix.lower() in (_XLSX if zipfile.is_zipfile(path) else {".xls"})
    return str(path) if fits else path.read_bytes()


def _try(path: Path, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        reader = fastexcel.read_excel(source(path))
        for sheet in range(len(reader.sheet_names)):
            reader.load_sheet(sheet, header_row=None, dtypes="string")
    except fastexcel.FastExcelError:
        # a broken file, and no deadly one
        return


if __name__ == "__main__":
    _try(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
