"""What a pass of the monitor did, in sentences: for the terminal, and as one page to send."""

from html import escape

from ndaudit.durable import write_durably
from ndaudit.monitor.job import Summary
from ndaudit.notation import count
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

PAGE = "summary.html"


def sentences_of(summary: Summary, lang: Language) -> list[str]:
    """Return what was done, the most urgent first."""
    if summary.busy:
        return [say("monitor.busy", lang)]
    lines = [say("monitor.refused", lang, name=name, why=why) for name, why in summary.refused.items()]
    for name, why in summary.failed.items():
        key = "monitor.failed" if why else "monitor.failed_often"
        lines.append(say(key, lang, name=name, why=why))
    if summary.loaded:
        names = ", ".join(summary.loaded)
        lines.append(say("monitor.loaded", lang, count=count(len(summary.loaded)), names=names))
    if summary.checked:
        lines.append(say("monitor.checked", lang, run=summary.checked))
    if summary.published:
        names = ", ".join(summary.published)
        lines.append(say("monitor.published", lang, count=count(len(summary.published)), names=names))
    return lines or [say("monitor.nothing", lang)]


def write_summary(workbench: Workbench, summary: Summary, lang: Language) -> None:
    """Write the sentences as a page into `data/monitor/`: it may name deliveries and stays there."""
    items = "".join(f"<li>{escape(line)}</li>" for line in sentences_of(summary, lang))
    title = escape(say("monitor.summary_title", lang))
    page = (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title>'
        f'<body style="font-family:sans-serif;max-width:46rem;margin:3rem auto;line-height:1.55">'
        f"<h1>{title}</h1><ul>{items}</ul></body></html>\n"
    )
    path = workbench.private_folder(workbench.data / "monitor") / PAGE
    write_durably(path, page)
    workbench.protect(path)
