"""`ndaudit verify` on the terminal."""

from dataclasses import asdict

from ndaudit.cli.options import Surroundings
from ndaudit.findings import read_run
from ndaudit.notation import count
from ndaudit.verification import Verification


def print_verification(around: Surroundings, verification: Verification) -> None:
    """Print what was compared and what differs, or the JSON document."""
    if around.as_json:
        around.print_json(asdict(verification) | {"stands": verification.stands})
        return
    around.tell(f"verification.{verification.compared}", run=verification.run_id)
    if not verification.declarations:
        around.tell("verification.declarations_differ")
    for rule, lines in verification.differing.items():
        around.tell("verification.rule_differs", rule=rule, lines=count(lines))
    chain = verification.chain
    if chain is not None:
        key = "verification.chain_cut" if chain.what == "head" else "verification.chain_broken"
        around.tell(key, line=chain.line, what=chain.what)
    if verification.decisions is not None:
        what, _, entry = verification.decisions.partition(" ")
        around.tell(f"verification.decisions_{what}", entry=entry)
    if verification.stands:
        rules = len(read_run(around.workbench, verification.run_id).totals)
        around.tell("verification.stands", rules=count(rules))
