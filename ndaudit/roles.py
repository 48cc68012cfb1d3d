"""Who may do what: the accounts of the operating system, their roles and offices, from `roles.toml`.

Without that file the owner of the workbench folder may do everything and every other account only read. What
a role grants is kept by ndaudit; who may open the files with another program, the operating system alone.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ndaudit import ledger
from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError, MachineError, RefusedError, machine_faults
from ndaudit.offices import read_offices
from ndaudit.workbench import Workbench

ROLES_FILE = "roles.toml"
Role = Literal["analyst", "auditor", "reviewer", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
Right = Literal["load", "override", "issue", "unmask", "decide", "confirm"]
GRANTED: Mapping[Right, tuple[Role, ...]] = {
    "load": ("analyst", "auditor", "administrator"),
    "override": ("auditor", "administrator"),
    "issue": ("auditor", "reviewer", "administrator"),
    "unmask": ("auditor", "reviewer", "administrator"),
    "decide": ("auditor", "reviewer", "administrator"),
    "confirm": ("reviewer", "administrator"),
}
"""The roles that hold each right: load deliveries, accept what does not fit or replace the key, hand out
forms that name people, see who people are, propose decisions, confirm those of others. Reading masked needs
no more than a role."""
OWNER_UID = 0
"""The account no file mode keeps out; without a roles file it counts as an owner."""


@dataclass(frozen=True)
class Standing:
    """What one account is in one workbench.

    Attributes:
        offices: the offices whose rows it sees; all of them when empty.
    """

    account: str
    role: Role
    offices: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        """Return whether the role holds a right."""
        return self.role in GRANTED[right]

    def require(self, right: Right) -> None:
        """Refuse what the role does not grant.

        Raises:
            RefusedError: names the account, its role and the roles that hold the right.
        """
        if not self.may(right):
            raise RefusedError(
                f"roles.may_not_{right}",
                account=self.account,
                role=self.role,
                roles=", ".join(GRANTED[right]),
            )

    def sees(self, office: str | None) -> bool:
        """Return whether rows of an office are open to the account; None is the whole country."""
        return not self.offices or office in self.offices

    def require_office(self, office: str | None) -> None:
        """Refuse what speaks of an office, or of the country (None), that is not open to the account.

        Raises:
            RefusedError: names the account and its offices.
        """
        if not self.sees(office):
            raise RefusedError("roles.other_office", account=self.account, offices=", ".join(self.offices))


def current_standing(workbench: Workbench) -> Standing:
    """Return what the account this process runs under is in a workbench.

    Raises:
        RefusedError: there is a roles file and the account is not in it.
        DeclarationError: the roles file cannot be used.
        MachineError: others than its owner can write the roles file.
    """
    path = workbench.root / ROLES_FILE
    account = ledger.account()
    if not path.is_file():
        owns = os.getuid() in (OWNER_UID, workbench.root.stat().st_uid)
        return Standing(account, "administrator" if owns else "analyst")
    known = read_roles(workbench)
    if account not in known:
        raise RefusedError("roles.not_listed", where=path, account=account)
    return known[account]


def read_roles(workbench: Workbench) -> dict[str, Standing]:
    """Return what every account in the roles file is, by its name; empty when there is no file.

    Raises:
        DeclarationError: an unknown key, role or office, or an account that stands there twice.
        MachineError: others than its owner can write the file.
    """
    path = workbench.root / ROLES_FILE
    if not path.is_file():
        return {}
    with machine_faults(path):
        _refuse_writable(path)
        declared = read_declaration(path)
    offices = tuple(read_offices(workbench.expectations / "offices.toml"))
    found: dict[str, Standing] = {}
    for part in declared.parts("account", []):
        standing = _standing(part, offices)
        if standing.account in found:
            raise DeclarationError("roles.twice", where=part.where, account=standing.account)
        found[standing.account] = standing
    declared.finish()
    return found


def _refuse_writable(path: Path) -> None:
    facts, owner = path.stat(), path.parent.stat().st_uid
    if facts.st_mode & 0o022 or facts.st_uid not in (OWNER_UID, owner):
        raise MachineError("roles.writable_by_others", where=path)


def _standing(part: Declaration, known: tuple[str, ...]) -> Standing:
    name = part.take("name", str)
    role = part.one_of("role", ROLES)
    offices = part.strings("offices", [])
    for office in offices:
        if office not in known:
            raise DeclarationError(
                "declarations.not_allowed",
                where=part.where,
                key="offices",
                came=office,
                allowed=", ".join(known),
            )
    part.finish()
    return Standing(name, role, offices)
