"""A form as PDF/A: data goes in as JSON, never as markup, so that no name can become an instruction."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

FOLDER = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent.parent / "assets" / "fonts"
STANDARD: Literal["a-2b"] = "a-2b"


def compile_pdf(template: Path, data: str, *, tags: bool) -> bytes:
    """Return a template filled with `data` (JSON) as PDF/A.

    Only the fonts of the package are used: a page looks the same on every machine.

    Args:
        tags: say which piece of the page is what, for those who have it read to them. Level b asks for none,
            and they make a register six times as large.
    """
    return typst.compile(
        template,
        root=template.parent,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=STANDARD,
        pdf_tags=tags,
    )


def write_pdf(path: Path, form: str, data: Mapping[str, Any]) -> None:
    """Write the form `nd1` or `nd2`, filled with `data`, under a temporary name and rename it to `path`."""
    draft = path.with_name(f".{path.name}.part")
    body = compile_pdf(FOLDER / f"{form}.typ", json.dumps(data, ensure_ascii=False), tags=False)
    draft.write_bytes(body)
    draft.replace(path)
