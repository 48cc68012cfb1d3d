"""Deliveries under our own roof: copied once, read-only, named by their content."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ndaudit.durable import sync
from ndaudit.errors import machine_faults
from ndaudit.intake.manifest import Manifest
from ndaudit.intake.mapping import KEPT_MAPPINGS
from ndaudit.snapshots import file_hash
from ndaudit.workbench import Workbench

PIECE = 1 << 20


@dataclass(frozen=True)
class Batch:
    """A delivery with its identity.

    Attributes:
        id: office, period and the first eight digits of its content hash.
        content_hash: sha256 over the manifest and the hash of every file it names.
        hashes: sha256 of each file as it came, by name.
        folder: where its files are read from.
    """

    id: str
    content_hash: str
    hashes: Mapping[str, str]
    folder: Path
    manifest: Manifest


def _identity(manifest: Manifest, hashes: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(hashes):
        digest.update(f"{name}\0{hashes[name]}\n".encode())
    return digest.hexdigest()


def _said(manifest: Manifest) -> dict[str, bytes]:
    """Return what tells how the files are to be read, by the name it is kept under."""
    mappings = {f"{KEPT_MAPPINGS}/{name}": content for name, content in manifest.mappings.items()}
    return {manifest.name: manifest.content(), **mappings}


def _batch(manifest: Manifest, hashes: Mapping[str, str], folder: Path) -> Batch:
    content = _identity(manifest, hashes)
    name = f"{manifest.office_code}-{manifest.period.name}-{content[:8]}"
    files = {file.name: hashes[file.name] for file in manifest.files}
    return Batch(name, content, files, folder, manifest)


def _copied_hash(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("xb") as writer:
        while piece := reader.read(PIECE):
            digest.update(piece)
            writer.write(piece)
    return digest.hexdigest()


def look_at(manifest: Manifest) -> Batch:
    """Return the batch as it lies where it was delivered, copying nothing."""
    with machine_faults(manifest.folder):
        hashes = {file.name: file_hash(file.path) for file in manifest.files}
        said = {name: hashlib.sha256(text).hexdigest() for name, text in _said(manifest).items()}
        return _batch(manifest, hashes | said, manifest.folder)


def copy_in(manifest: Manifest, work: Path) -> Batch:
    """Copy a delivery into a working folder, hashing on the way, and return the batch read from there.

    Raises:
        MachineError: no permission or no room.
    """
    folder = work / f"incoming-{len(list(work.glob('incoming-*')))}"
    with machine_faults(folder):
        folder.mkdir(mode=0o700)
        hashes = {}
        for name, text in _said(manifest).items():
            (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
            (folder / name).write_bytes(text)
            hashes[name] = hashlib.sha256(text).hexdigest()
        for file in manifest.files:
            target = folder / file.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            hashes[file.name] = _copied_hash(file.path, target)
    return _batch(manifest, hashes, folder)


def keep(workbench: Workbench, batch: Batch) -> Path:
    """Give a copied delivery its lasting place under `data/deliveries`, read-only, and return it."""
    office = workbench.deliveries / batch.manifest.office_code
    with machine_faults(workbench.deliveries):
        place = workbench.private_folder(office) / batch.id
        if place.exists():
            # kept by a load that was killed before its snapshot became current; same name, same content
            shutil.rmtree(batch.folder)
            return place
        for path in batch.folder.rglob("*"):
            if path.is_dir():
                workbench.protect(path)
            else:
                sync(path)
                path.chmod(workbench.file_mode & 0o440)
        workbench.protect(batch.folder)
        batch.folder.rename(place)
        sync(office)
    return place
