"""An executed notebook as one HTML file that asks the network for nothing."""

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ndaudit.errors import RefusedError
from ndaudit.reporting.blocks import CHART, PLOTLY, TEMPLATES, render
from ndaudit.wording import LANGUAGES, Language, say

ASSETS = Path(__file__).parent.parent / "assets"
GALLERY = "application/vnd.ndaudit.gallery+json"
BUNDLE = ASSETS / "plotly" / "plotly-cartesian.min.js"


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def look() -> str:
    """Return `look.css` with its fonts inside it."""

    def inside(found: re.Match[str]) -> str:
        data = base64.b64encode((ASSETS / found[1]).read_bytes()).decode("ascii")
        return f'url("data:font/woff2;base64,{data}")'

    return re.sub(
        r'url\("(fonts/[^"]+)"\)', inside, re.sub(r"/\*.*?\*/", "", _text(ASSETS / "look.css"), flags=re.S)
    )


def embedded(value: Any) -> str:
    """Return JSON that no HTML parser can mistake for a tag, whatever names the data hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _title(forms: list[Any]) -> str:
    """Return the first line of the first thing shown, the name of the report."""
    told = (form["text/plain"].splitlines() for form in forms if "text/html" in form)
    return next((lines[0] for lines in told if lines), "")


def _prose(source: str) -> str:
    renderer: Any = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))


class OfficeExporter(TemplateExporter):
    """nbconvert's exporter of our reports: prose in one language, outputs, no code."""

    file_extension = ".html"
    template_name = "report"
    extra_template_basedirs = [str(TEMPLATES)]  # noqa: RUF012  # a trait, not a shared list

    def __init__(self, lang: Language, **named: Any) -> None:
        begin: Any = super().__init__
        begin(**named)
        self._lang = lang
        register: Any = self.register_filter
        register("report_markdown", _prose)
        register("report_outputs", self._outputs)

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **named: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page and the resources it was made with.

        Raises:
            RefusedError: a chart came out without the data it is drawn from.
        """
        told = nb.copy()
        told.cells = [cell for cell in nb.cells if self._is_told(cell)]
        forms = [output.get("data", {}) for cell in told.cells for output in cell.get("outputs", ())]
        report = TEMPLATES / "report"
        page = {
            "lang": self._lang,
            "title": _title(forms),
            "look": look(),
            "style": _text(report / "style.css"),
            "drawing": _text(report / "drawing.js"),
            "bundle": _text(BUNDLE),
            "has_charts": any(PLOTLY in form or form.get(GALLERY) for form in forms),
        }
        return super().from_notebook_node(told, {**(resources or {}), **page}, **named)

    def _is_told(self, cell: Any) -> bool:
        tags = set(cell.metadata.get("tags", ()))
        return cell.cell_type != "raw" and (self._lang in tags or not tags & set(LANGUAGES))

    def _outputs(self, cell: Any) -> str:
        return "\n".join(self._output(output) for output in cell.outputs)

    def _output(self, output: Any) -> str:
        data = output.get("data", {})
        if data.get(GALLERY):
            charts = "\n".join(self._chart(form) for form in data[GALLERY])
            return f'<div class="gallery">\n{charts}\n</div>'
        if CHART in data or PLOTLY in data:
            return self._chart(data)
        if "text/html" in data:
            return str(data["text/html"])
        return render("plain", data.get("text/plain") or output.get("text", ""))

    def _chart(self, data: Any) -> str:
        if PLOTLY not in data:
            raise RefusedError("reports.chart_missing", notebook=data["text/plain"])
        words = data.get(CHART, {"title": "", "text": data.get("text/plain", ""), "note": ""})
        figure = {"data": data[PLOTLY]["data"], "layout": data[PLOTLY]["layout"]}
        item = {
            **words,
            "height": figure["layout"].get("height", 320),
            "json": embedded(figure),
            "no_script": say("reports.no_script", self._lang, text=words["text"]),
        }
        return render("chart", item)


def to_html(notebook: nbformat.NotebookNode, lang: Language) -> str:
    """Return an executed notebook as a self-contained page in one language."""
    html, _ = OfficeExporter(lang).from_notebook_node(notebook)
    return str(html)
