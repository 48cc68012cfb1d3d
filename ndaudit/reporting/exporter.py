"""An executed notebook as a page that asks the network for nothing."""

import json
import re
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ndaudit.errors import RefusedError
from ndaudit.reporting import assets
from ndaudit.reporting.blocks import CHART, GALLERY, PLOTLY, TEMPLATES, glued, is_told, render
from ndaudit.wording import Language, say


def embedded(value: Any) -> str:
    """Return JSON that no HTML parser can mistake for a tag, whatever names the data hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _title(forms: list[Any]) -> str:
    """Return the first line of the first thing shown, the name of the report."""
    told = (form["text/plain"].splitlines() for form in forms if "text/html" in form)
    return next((lines[0] for lines in told if lines), "")


def headings(cells: list[Any]) -> dict[str, str]:
    """Return the headings of the prose, each by the name of the place it stands at."""
    lines = (line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    told = [line.removeprefix("## ").strip() for line in lines if line.startswith("## ")]
    return {f"part-{number}": text for number, text in enumerate(told, start=1)}


def whole_links(page: str) -> str:
    """Return a page whose links all lead somewhere on it: the others are left as plain text."""
    places = set(_PLACE.findall(page))
    return _LINK.sub(lambda link: link[0] if link[1] in places else link[2], page)


_PLACE = re.compile(r'<[a-z0-9]+ [^<>]*?\bid="([^"]+)"')
_LINK = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)


def _prose(source: str) -> str:
    renderer: Any = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(glued(source)))


class OfficeExporter(TemplateExporter):
    """nbconvert's exporter of our reports: prose in one language, outputs, no code."""

    file_extension = ".html"
    template_name = "report"
    extra_template_basedirs = [str(TEMPLATES)]  # noqa: RUF012  # a trait, not a shared list
    # nbconvert's are all off, and after each it judges the whole notebook anew
    default_preprocessors: list[str] = []  # noqa: RUF012

    def __init__(self, lang: Language, *, standalone: bool = True, **named: Any) -> None:
        begin: Any = super().__init__
        begin(**named)
        self._lang = lang
        self._standalone = standalone
        self._places: dict[str, str] = {}
        self._unmarked: list[str] = []
        register: Any = self.register_filter
        register("report_markdown", self._told_prose)
        register("report_outputs", self._outputs)

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **named: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page and the resources it was made with.

        Raises:
            RefusedError: a chart came out without the data it is drawn from.
        """
        told = nb.copy()
        told.cells = [cell for cell in nb.cells if is_told(cell, self._lang)]
        forms = [output.get("data", {}) for cell in told.cells for output in cell.get("outputs", ())]
        self._places = headings(told.cells)
        self._unmarked = list(self._places)
        page = {
            "lang": self._lang,
            "title": _title(forms),
            "has_charts": any(PLOTLY in form or form.get(GALLERY) for form in forms),
        }
        if self._standalone:
            page |= {"style": assets.style(), "bundle": assets.bundle(), "drawing": assets.drawing()}
        else:
            page |= {"shared": {part: f"{assets.FOLDER}/{name}" for part, name in assets.names().items()}}
        made, known = super().from_notebook_node(told, {**(resources or {}), **page}, **named)
        return whole_links(made), known

    def _told_prose(self, source: str) -> str:
        """Return prose as HTML, its headings marked; the first of them follows the contents."""
        html = _prose(source)
        while self._unmarked and "<h2>" in html:
            place = self._unmarked.pop(0)
            html = html.replace("<h2>", f'<h2 id="{place}">', 1)
            if len(self._unmarked) == len(self._places) - 1:
                html = render("contents", say("reports.contents", self._lang), self._places) + html
        return html

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


def to_html(notebook: nbformat.NotebookNode, lang: Language, *, standalone: bool = True) -> str:
    """Return an executed notebook as a page in one language.

    Args:
        standalone: the page holds its look and its charts' library; else it names `assets.names()` beside it.
    """
    html, _ = OfficeExporter(lang, standalone=standalone).from_notebook_node(notebook)
    return str(html)
