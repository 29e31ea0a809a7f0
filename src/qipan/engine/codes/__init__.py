"""Identifiers of organisations: credit codes, organisation codes and old registration numbers, judged and explained."""

from qipan.engine.codes.columns import code_findings, normalise_code, normalise_series, uscc_ok, uscc_ok_series
from qipan.engine.codes.digits import (
    is_organisation,
    is_registration,
    is_uscc,
    organisation_check,
    registration_check,
    uscc_check,
)
from qipan.engine.codes.regions import region_prefix
from qipan.engine.codes.repair import code_problem, code_problems, suggestions, uscc_problem

__all__ = [
    "code_findings",
    "code_problem",
    "code_problems",
    "is_organisation",
    "is_registration",
    "is_uscc",
    "normalise_code",
    "normalise_series",
    "organisation_check",
    "region_prefix",
    "registration_check",
    "suggestions",
    "uscc_check",
    "uscc_ok",
    "uscc_ok_series",
    "uscc_problem",
]
