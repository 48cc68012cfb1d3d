"""`ndaudit report … --person`: the options of a report about one person."""

from collections.abc import Sequence

from ndaudit.cli.options import Surroundings
from ndaudit.errors import UsageError
from ndaudit.reporting import Published
from ndaudit.reporting.persons import publish_person


def publish_about(
    around: Surroundings,
    names: Sequence[str],
    person: str | None,
    *,
    period: str | None,
    unmask: bool,
    reason: str | None,
    engine: str,
    standalone: bool,
) -> list[Published]:
    """Publish reports about one person; unmasked only with both options.

    Raises:
        UsageError: nobody is named, or one of `--unmask` and `--reason` stands without the other.
    """
    if not unmask and reason is not None:
        raise UsageError("unmasking.reason_alone")
    return publish_person(
        around.workbench,
        names,
        person or "",
        period=period,
        lang=around.lang,
        reason=(reason or "") if unmask else None,
        engine=engine,
        standalone=standalone,
    )
