"""One office's tables put together, in the order in which each needs the ones before it."""

import polars as pl

from ndaudit.synthetic import (
    awards,
    benefits,
    early_years,
    families,
    files,
    jobs,
    ledger,
    papers,
    payments,
    pending,
    registers,
    staffing,
    statements,
)
from ndaudit.synthetic.careers import with_spans
from ndaudit.synthetic.people import draw_people
from ndaudit.synthetic.plan import Frames, OfficePlan


def _insured(plan: OfficePlan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the people with their plans and the spans of their careers as labour book entries."""
    people = families.with_deaths(plan, with_spans(plan, draw_people(plan)))
    main = early_years.with_early_years(people, jobs.main_spans(plan, people))
    extra = [jobs.side_spans(plan, main), jobs.after_award(plan, people)]
    plain = [part.with_columns(form=pl.lit(None, pl.String)).select(main.columns) for part in extra]
    spans = pl.concat([main, *[part.cast(main.schema) for part in plain]])
    return people, early_years.written(jobs.labour_book(plan.code, people, spans))


def _registry(plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame) -> Frames:
    """Return the tables that do not depend on anybody's claim."""
    return {
        "people": people,
        "spans": spans,
        "office": staffing.office_rows(plan),
        "staff": staffing.staff(plan),
        "user_account": staffing.user_accounts(plan),
        "employer": employers,
        "person": people,
        "child": families.children(plan, people),
        "employment": jobs.book_rows(plan, spans, employers),
        "bought_service": statements.bought(plan, people),
        "fault": staffing.faults(plan),
        "letter": staffing.letters(plan),
        "occupation_list": staffing.occupation_list(),
    }


def _pensions(plan: OfficePlan, opened: pl.DataFrame, service: pl.DataFrame, paid: pl.DataFrame) -> Frames:
    """Return what follows from the files: determinations, books, the payment roll and the bank file."""
    determined = awards.determine(plan, opened, service, paid)
    roll = payments.paid_again(payments.payments(plan, opened, determined["determination"]))
    lines = payments.bank_lines(plan, roll)
    return {
        "pension_file": opened,
        "survivor_member": families.survivor_members(opened),
        **determined,
        "pension_book": files.books(plan, opened),
        "payment": roll,
        "bank_transmission": payments.transmissions(plan, lines),
        "bank_line": lines,
    }


def lawful_office(plan: OfficePlan) -> Frames:
    """Return every table of one office, lawful throughout.

    Beside them, `people` holds the plan of each life and `spans` the jobs that fill it.
    """
    people, spans = _insured(plan)
    employers = staffing.employers(plan)
    frames = _registry(plan, people, spans, employers)
    paid = ledger.contributions(plan, people, spans, employers)
    listed = registers.entries(plan, people, spans, employers, paid)
    opened = files.open_files(plan, families.claims(people))
    sheets, items = registers.recommendations(plan, listed)
    stated = statements.wage_statements(plan, listed, employers, paid)
    granted = benefits.benefits(plan, people, spans, employers, paid)
    born = [frames["child"], benefits.twins_born(plan, granted)]
    frames["child"] = pl.concat(born, how="diagonal_relaxed")
    held = papers.holders(people, opened, listed)
    waiting = pending.pending_files(plan, people)
    loose = [
        benefits.benefit_papers(granted),
        pending.pending_papers(waiting),
        *early_years.proofs(held, spans),
        papers.side_papers(held, spans),
    ]
    service = files.counted_service(opened, spans, frames["bought_service"])
    pensions = _pensions(plan, opened, service, paid)
    return {
        **frames,
        **stated,
        **pensions,
        "pension_file": pl.concat([opened, waiting], how="diagonal_relaxed"),
        "contribution": paid,
        "employer_report": ledger.with_late_payers(ledger.employer_reports(paid)),
        "book_entry": ledger.book_entries(plan, paid, spans, registers.book_window(people)),
        "document": papers.documents(plan, held, frames["child"], stated["wage_statement"], loose),
        "register": registers.sheets_of(listed),
        "register_entry": listed,
        "recommendation": sheets,
        "recommendation_item": items,
        "benefit": granted,
        "voice_message": registers.calls(plan, listed),
    }
