"""A report on paper: PDF/A by typst, laid out from what the executed notebook shows."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from ndaudit.forms.printing import compile_pdf
from ndaudit.reporting.blocks import CHART, GALLERY, PART, TABLE, TEMPLATES, is_told
from ndaudit.reporting.paper_charts import drawn
from ndaudit.wording import Language

TEMPLATE = TEMPLATES / "paper.typ"
_WIDE = 6
"""A table of more columns is set smaller."""


def _prose(source: str) -> Iterator[dict[str, Any]]:
    for block in source.split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("## "):
            yield {"kind": "heading", "text": lines.pop(0).removeprefix("## ")}
        if lines:
            yield {"kind": "prose", "text": " ".join(lines).replace("`", "")}


def _chart(words: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: words[name] for name in ("title", "text", "note")}
    return {"kind": "chart", "svg": drawn(words["kind"], words["data"]), **told}


def _table(table: Mapping[str, Any]) -> dict[str, Any]:
    heads = [
        {"text": head["text"], "unit": head["unit"] or "", "number": head["number"], "of": head["kind"]}
        for head in table["heads"]
    ]
    rows = [{"cells": list(row["cells"]), "note": row["note"] or ""} for row in table["rows"]]
    small = len(heads) > _WIDE
    return {
        "kind": "table",
        "title": table["title"],
        "empty": table["empty"],
        "heads": heads,
        "rows": rows,
        "small": small,
    }


def _shown(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what one output is on paper."""
    if PART in data:
        yield {"kind": "part", **data[PART]}
    elif TABLE in data:
        yield _table(data[TABLE])
    elif data.get(GALLERY):
        yield {"kind": "gallery", "charts": [_chart(bundle[CHART]) for bundle in data[GALLERY]]}
    elif CHART in data:
        yield _chart(data[CHART])
    elif "text/plain" in data:
        yield {"kind": "prose", "text": data["text/plain"]}


def content_of(notebook: nbformat.NotebookNode, lang: Language) -> list[dict[str, Any]]:
    """Return what a notebook tells in one language, piece by piece, as the template takes it."""
    pieces: list[dict[str, Any]] = []
    for cell in notebook.cells:
        if not is_told(cell, lang):
            continue
        if cell.cell_type == "markdown":
            pieces += _prose(cell.source)
        for output in cell.get("outputs", ()):
            pieces += _shown(output.get("data", {}))
    return pieces


def write_paper(path: Path, notebook: nbformat.NotebookNode, lang: Language) -> None:
    """Write an executed notebook as PDF/A, under a temporary name first."""
    pieces = content_of(notebook, lang)
    covers = (piece["cover"] for piece in pieces if "cover" in piece)
    cover: Mapping[str, Any] = next(covers, {"title": path.stem, "office": ""})
    data = {"lang": lang, "title": cover["title"], "office": cover["office"], "pieces": pieces}
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(compile_pdf(TEMPLATE, json.dumps(data, ensure_ascii=False), tags=True))
    draft.replace(path)
