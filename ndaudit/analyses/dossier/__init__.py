"""One person: who, month by month, wages, service, file, papers, signatures, payments, what was found."""

from ndaudit.analyses.dossier.record import Dossier, find_person, home_of, open_dossier

__all__ = ["Dossier", "find_person", "home_of", "open_dossier"]
