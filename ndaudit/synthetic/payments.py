"""The payment roll and what the banks got: one transmission per bank and month, equal to the roll."""

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LAST_PERIOD, day_in, first_day, moments, month_of
from ndaudit.synthetic.names import BANKS
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.staffing import signer


def payments(plan: OfficePlan, files: pl.DataFrame, determinations: pl.DataFrame) -> pl.DataFrame:
    """Return the table `payment`: each month to death or now, by the determination in force."""
    rng = plan.chance("payments")
    first = files["effective"].to_numpy()
    dead = files["deceased_on"].to_numpy()
    last = np.where(
        np.isnat(dead),
        LAST_PERIOD,
        np.minimum(month_of(np.where(np.isnat(dead), np.datetime64("2025-12-31"), dead)), LAST_PERIOD),
    )
    length = np.maximum(0, last - first + 1)
    row = np.repeat(np.arange(files.height), length)
    months = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    bank = rng.integers(0, len(BANKS), files.height)
    account = [f"{BANKS[at][2]}{plan.code:0>4}{number:07d}" for number, at in enumerate(bank.tolist(), 1)]
    base = files.select("file_no", "person_id", "office_code").with_columns(
        bank=pl.Series([BANKS[at][0] for at in bank.tolist()], dtype=pl.String),
        account_no=pl.Series(account, dtype=pl.String),
    )
    roll = base[row].with_columns(period=pl.Series(first_day(months)), paid_on=pl.Series(day_in(months, 14)))
    amounts = determinations.select("file_no", "effective_from", "amount").sort("effective_from")
    status = np.where(rng.random(len(row)) < 0.003, "returned", "paid")
    return (
        roll.sort("period", maintain_order=True)
        .join_asof(
            amounts,
            left_on="period",
            right_on="effective_from",
            by="file_no",
            strategy="backward",
            check_sortedness=False,
        )
        .sort("file_no", "period")
        .with_columns(
            payment_id=pl.format(f"{plan.code}-Г{{}}", pl.int_range(1, pl.len() + 1)),
            pension_book_no="file_no",
            gross_amount="amount",
            status=pl.Series(status.tolist(), dtype=pl.String),
            part=pl.lit(1),
        )
    )


def paid_again(roll: pl.DataFrame) -> pl.DataFrame:
    """Return the roll with every second returned payment made again, twelve days later."""
    returned = roll.filter(pl.col("status") == "returned").gather_every(2)
    again = returned.with_columns(
        payment_id=pl.col("payment_id") + "/2",
        status=pl.lit("paid"),
        paid_on=pl.col("paid_on").dt.offset_by("12d"),
        part=pl.lit(2, pl.Int32),
    )
    return pl.concat([roll, again])


def bank_lines(plan: OfficePlan, roll: pl.DataFrame) -> pl.DataFrame:
    """Return the table `bank_line`, one per payment that was not stopped; bank, period and part beside it."""
    letter = pl.col("bank").replace_strict({name: short for name, short, _ in BANKS})
    return (
        roll.filter(pl.col("status") != "stopped")
        .sort("bank", "period", "part", "pension_book_no")
        .select(
            transmission_id=pl.format(
                f"{plan.code}-{{}}-{{}}{{}}",
                letter,
                pl.col("period").dt.strftime("%Y%m"),
                pl.when(pl.col("part") == 2).then(pl.lit("-2")).otherwise(pl.lit("")),
            ),
            line=pl.int_range(1, pl.len() + 1).over("bank", "period", "part"),
            pension_book_no="pension_book_no",
            account_no="account_no",
            amount="amount",
            bank="bank",
            period="period",
            part="part",
            payment_id="payment_id",
        )
    )


def transmissions(plan: OfficePlan, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the table `bank_transmission`, totals as its lines.

    In March the IT specialist sends it, the payment officer being on leave.
    """
    sent = (
        lines.group_by("transmission_id", "bank", "period", "part")
        .agg(row_count=pl.len().cast(pl.Int64), total_amount=pl.col("amount").sum())
        .sort("bank", "period", "part")
    )
    months = month_of(sent["period"].to_numpy())
    # What is paid again goes to the bank in a document of its own, ten days later.
    second = (sent["part"].to_numpy() - 1) * 10
    eleventh = day_in(months, 11 + second)
    officer = signer(plan, "payment_officer", eleventh)
    specialist = signer(plan, "it_specialist", eleventh)
    return sent.with_columns(
        office_code=pl.lit(plan.code),
        due_at=pl.Series(moments(day_in(months, 12 + second), 17)),
        prepared_by=signer(plan, "section_head", eleventh),
        received_at=pl.Series(moments(day_in(months, 10 + second), 16)),
        sent_at=pl.Series(moments(eleventh, 10)),
        sent_by=officer.zip_with(sent["period"].dt.month() != 3, specialist),
        acknowledged_at=pl.Series(moments(eleventh, 12)),
    )
