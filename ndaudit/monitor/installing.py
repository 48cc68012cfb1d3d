"""The monitor put on a schedule: a systemd timer of this account, or a line of its crontab."""

import hashlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ndaudit.errors import MachineError
from ndaudit.workbench import Workbench

EVERY_MINUTES = 15


@dataclass(frozen=True)
class Installed:
    """How the monitor of a workbench is scheduled: `systemd`, `cron` or `nothing`, and where that stands."""

    how: str
    where: str


def _name(workbench: Workbench) -> str:
    return "ndaudit-" + hashlib.sha256(str(workbench.root).encode()).hexdigest()[:8]


def _command(workbench: Workbench) -> list[str]:
    return [sys.executable, "-m", "ndaudit", "monitor", "-C", str(workbench.root)]


def _units(environ: Mapping[str, str]) -> Path:
    config = environ.get("XDG_CONFIG_HOME")
    base = Path(config) if config else Path(environ.get("HOME", "~")).expanduser() / ".config"
    return base / "systemd" / "user"


def _run(command: list[str], told: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, input=told)  # noqa: S603


def _marked(workbench: Workbench) -> str:
    return f"# {_name(workbench)}"


def _crontab() -> list[str]:
    found = _run(["crontab", "-l"])
    return found.stdout.splitlines() if found.returncode == 0 else []


def _write_crontab(lines: list[str]) -> None:
    done = _run(["crontab", "-"], "\n".join(lines) + "\n" if lines else "")
    if done.returncode:
        raise MachineError("monitor.crontab_refused", why=done.stderr.strip())


def _has_systemd() -> bool:
    return (
        shutil.which("systemctl") is not None
        and _run(["systemctl", "--user", "show-environment"]).returncode == 0
    )


def install(workbench: Workbench, environ: Mapping[str, str]) -> Installed:
    """Schedule the monitor every quarter of an hour; what was installed before is replaced.

    Raises:
        MachineError: this machine has neither a systemd of the account nor cron.
    """
    uninstall(workbench, environ)
    if _has_systemd():
        return _install_timer(workbench, environ)
    if shutil.which("crontab") is None:
        raise MachineError("monitor.no_scheduler")
    command = " ".join(shlex.quote(part) for part in _command(workbench)).replace("%", "\\%")
    _write_crontab([*_crontab(), f"*/{EVERY_MINUTES} * * * * {command} {_marked(workbench)}"])
    return Installed("cron", "crontab -l")


def _install_timer(workbench: Workbench, environ: Mapping[str, str]) -> Installed:
    folder = _units(environ)
    folder.mkdir(parents=True, exist_ok=True)
    name = _name(workbench)
    command = " ".join(f'"{part}"' for part in _command(workbench)).replace("%", "%%")
    (folder / f"{name}.service").write_text(
        f"[Unit]\nDescription=ndaudit monitor\n\n[Service]\nType=oneshot\nExecStart={command}\n", "utf-8"
    )
    (folder / f"{name}.timer").write_text(
        "[Unit]\nDescription=ndaudit monitor\n\n[Timer]\n"
        f"OnCalendar=*:0/{EVERY_MINUTES}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
        "utf-8",
    )
    for command_line in (["daemon-reload"], ["enable", "--now", f"{name}.timer"]):
        done = _run(["systemctl", "--user", *command_line])
        if done.returncode:
            raise MachineError("monitor.systemd_refused", why=done.stderr.strip())
    return Installed("systemd", str(folder / f"{name}.timer"))


def status(workbench: Workbench, environ: Mapping[str, str]) -> Installed:
    """Return how the monitor is scheduled."""
    timer = _units(environ) / f"{_name(workbench)}.timer"
    if timer.is_file():
        return Installed("systemd", str(timer))
    if shutil.which("crontab") and any(line.endswith(_marked(workbench)) for line in _crontab()):
        return Installed("cron", "crontab -l")
    return Installed("nothing", "")


def uninstall(workbench: Workbench, environ: Mapping[str, str]) -> Installed:
    """Take the monitor off every schedule and return how it was scheduled before."""
    before = status(workbench, environ)
    if before.how == "systemd":
        timer = Path(before.where)
        if shutil.which("systemctl"):
            _run(["systemctl", "--user", "disable", "--now", timer.name])
        timer.unlink(missing_ok=True)
        timer.with_suffix(".service").unlink(missing_ok=True)
    if before.how == "cron":
        _write_crontab([line for line in _crontab() if not line.endswith(_marked(workbench))])
    return before
