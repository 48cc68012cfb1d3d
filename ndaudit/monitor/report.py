"""What a pass of the monitor did, in sentences: for the terminal, and as one page to send."""

from jinja2 import Environment, PackageLoader, select_autoescape

from ndaudit.durable import write_durably
from ndaudit.monitor.summary import Summary
from ndaudit.notation import count
from ndaudit.reporting.assets import look
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

PAGE = "summary.html"
TEXT = "summary.txt"


def sentences_of(summary: Summary, lang: Language) -> list[str]:
    """Return what was done, the most urgent first."""
    if summary.busy:
        return [say("monitor.busy", lang)]
    lines = [say("monitor.refused", lang, name=name, why=why) for name, why in summary.refused.items()]
    for name, why in summary.failed.items():
        key = "monitor.failed_often" if name in summary.given_up else "monitor.failed"
        lines.append(say(key, lang, name=name, why=why))
    if summary.loaded:
        names = ", ".join(summary.loaded)
        lines.append(say("monitor.loaded", lang, count=count(len(summary.loaded)), names=names))
    if summary.checked:
        lines.append(say("monitor.checked", lang, run=summary.checked))
    if summary.published:
        names = ", ".join(summary.published)
        lines.append(say("monitor.published", lang, count=count(len(summary.published)), names=names))
    if summary.shown:
        lines.append(say("monitor.shown", lang))
    return lines or [say("monitor.nothing", lang)]


def write_summary(workbench: Workbench, summary: Summary, lang: Language) -> None:
    """Write the sentences as text and as one page into `data/monitor/`: they may name deliveries.

    The page holds its look and its letters: it can be sent as it is.
    """
    lines = sentences_of(summary, lang)
    verdict = say("monitor.verdict_good" if summary.good else "monitor.verdict_alarm", lang)
    templates = Environment(loader=PackageLoader("ndaudit.monitor"), autoescape=select_autoescape())
    title = say("monitor.summary_title", lang)
    page = templates.get_template("summary.html.j2").render(
        lang=lang, title=title, verdict=verdict, good=summary.good, lines=lines, look=look()
    )
    folder = workbench.private_folder(workbench.data / "monitor")
    for name, content in ((TEXT, "\n".join([title, verdict, "", *lines, ""])), (PAGE, page)):
        write_durably(folder / name, content)
        workbench.protect(folder / name)
