"""Roles: who may do what, told by the account of the operating system."""

import os
from pathlib import Path

import pytest

from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.errors import DeclarationError, MachineError, RefusedError, UsageError
from ndaudit.reviews.decisions import Decision, State, assign, confirm, propose
from ndaudit.reviews.log import open_log
from ndaudit.roles import GRANTED, ROLES_FILE, Standing, current_standing, read_roles
from ndaudit.unmasking import unmask, unmasked
from ndaudit.wording import LANGUAGES
from ndaudit.workbench import Workbench

FAULT = Decision("official_error", "Гарын үсэггүй")


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    return begin(tmp_path / "nd", "mn")


def write(workbench: Workbench, text: str) -> Path:
    path = workbench.root / ROLES_FILE
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def listed(workbench: Workbench, **roles: str) -> None:
    write(
        workbench, "\n".join(f'[[account]]\nname = "{name}"\nrole = "{role}"' for name, role in roles.items())
    )


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose system account acts: the last name in the list."""
    accounts = ["bat"]
    monkeypatch.setattr(ledger, "account", lambda: accounts[-1])
    return accounts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_makes_a_workbench_is_its_administrator(tmp_path: Path, lang: str, acting: list[str]) -> None:
    made = begin(tmp_path / "new", "en" if lang == "en" else "mn")
    assert read_roles(made) == {"bat": Standing("bat", "administrator")}
    assert (made.root / ROLES_FILE).stat().st_mode & 0o777 == 0o600


def test_the_account_is_that_of_the_system_never_a_variable(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert current_standing(workbench).account == ledger.account() != "somebody-else"


def test_without_a_file_the_owner_may_do_everything(workbench: Workbench) -> None:
    (workbench.root / ROLES_FILE).unlink()
    assert all(current_standing(workbench).may(right) for right in GRANTED)


def test_without_a_file_another_account_only_reads(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workbench.root / ROLES_FILE).unlink()
    monkeypatch.setattr(os, "getuid", lambda: workbench.root.stat().st_uid + 12345)
    standing = current_standing(workbench)
    assert (standing.role, standing.may("unmask"), standing.may("confirm")) == ("analyst", False, False)


def test_an_account_that_is_not_listed_opens_nothing(workbench: Workbench, acting: list[str]) -> None:
    listed(workbench, sara="administrator")
    with pytest.raises(RefusedError, match="«bat»"):
        current_standing(workbench)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("analyst", {"load"}),
        ("auditor", {"load", "override", "issue", "unmask", "decide"}),
        ("reviewer", {"issue", "unmask", "decide", "confirm"}),
        ("administrator", {"load", "override", "issue", "unmask", "decide", "confirm"}),
    ],
)
def test_what_a_role_grants(workbench: Workbench, acting: list[str], role: str, rights: set[str]) -> None:
    listed(workbench, bat=role)
    standing = current_standing(workbench)
    assert {right for right in GRANTED if standing.may(right)} == rights
    for right in GRANTED.keys() - rights:
        with pytest.raises(RefusedError) as caught:
            standing.require(right)
        assert role in str(caught.value)
        assert "bat" in str(caught.value)


def test_an_office_scope_opens_these_offices_and_not_the_country(
    workbench: Workbench, acting: list[str]
) -> None:
    write(workbench, '[[account]]\nname = "bat"\nrole = "analyst"\noffices = ["1110", "65"]\n')
    standing = current_standing(workbench)
    assert [standing.sees(office) for office in ("1110", "65", "1107", None)] == [True, True, False, False]
    standing.require_office("65")
    for office in ("1107", None):
        with pytest.raises(RefusedError, match="1110, 65"):
            standing.require_office(office)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[account]]\nname = "bat"\nrole = "king"', "analyst, auditor, reviewer, administrator"),
        ('[[account]]\nname = "bat"\nrole = "auditor"\noffice = "65"', "«office».*name, role, offices"),
        ('[[accounts]]\nname = "bat"\nrole = "auditor"', "«accounts».*account"),
        ('[[account]]\nname = "bat"\nrole = "auditor"\noffices = ["9999"]', "9999.*1110"),
        ('[[account]]\nname = 7\nrole = "auditor"', "name"),
        ('[[account]]\nrole = "auditor"', "name"),
        ('[[account]]\nname = "bat"\nrole = "auditor"\n' * 2, "«bat» хоёр удаа"),
        ("[[account", "TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(workbench: Workbench, text: str, named: str) -> None:
    write(workbench, text)
    with pytest.raises(DeclarationError, match=f"(?s)roles.toml.*{named}"):
        read_roles(workbench)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_others_can_write_is_refused(workbench: Workbench, mode: int) -> None:
    (workbench.root / ROLES_FILE).chmod(mode)
    with pytest.raises(MachineError, match="chmod go-w"):
        current_standing(workbench)


def test_decisions_ask_for_the_role(workbench: Workbench, acting: list[str]) -> None:
    listed(workbench, bat="auditor", sara="auditor", dorj="reviewer", tuya="analyst")
    with open_log(workbench) as log:
        acting.append("tuya")
        for forbidden in (
            lambda: assign(log, [State("f1")], "bat"),
            lambda: propose(log, [State("f1")], FAULT),
        ):
            with pytest.raises(RefusedError, match="tuya"):
                forbidden()
        acting.append("bat")
        [entry] = propose(log, [State("f1")], FAULT)
        proposed = State("f1", "proposed", entry.seq, proposed_by="bat")
        acting.append("sara")
        with pytest.raises(RefusedError, match="sara"):
            confirm(log, [proposed])
        assert [e.kind for e in log.all()] == ["propose"]
        acting.append("dorj")
        confirm(log, [proposed])
        assert [(e.user, e.kind) for e in log.all()] == [("bat", "propose"), ("dorj", "confirm")]


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_nobody_unmasks_without_a_reason(workbench: Workbench, reason: str | None) -> None:
    with pytest.raises(UsageError, match="--reason"):
        unmask(workbench, "findings", reason)
    assert ledger.read(workbench) == []


def test_nobody_unmasks_without_the_right(workbench: Workbench, acting: list[str]) -> None:
    listed(workbench, bat="analyst")
    with pytest.raises(RefusedError) as caught:
        unmask(workbench, "findings", "Шүүхийн асуулга")
    assert caught.value.exit_code == 3
    assert ledger.read(workbench) == []


def test_the_ledger_keeps_who_saw_what_and_why(workbench: Workbench, acting: list[str]) -> None:
    listed(workbench, bat="auditor")
    assert unmasked(workbench, "findings", asked=True, reason=" Шүүхийн асуулга ", rule="PER-02")
    [entry] = ledger.read(workbench)
    assert (entry.user, entry.event) == ("bat", "unmask")
    assert entry.details == {"what": "findings", "reason": "Шүүхийн асуулга", "rule": "PER-02"}


def test_a_reason_alone_unmasks_nothing(workbench: Workbench) -> None:
    with pytest.raises(UsageError, match="--unmask"):
        unmasked(workbench, "findings", asked=False, reason="Шүүхийн асуулга")
    assert not unmasked(workbench, "findings", asked=False, reason=None)
    assert ledger.read(workbench) == []
