"""The tree of errors is whole: drawn, explained, coded and mapped to statuses."""

import inspect
import re

import pytest

from argosy.api.errors import STATUSES
from argosy.core import errors
from argosy.core.errors import ArgosyError


def every_error() -> list[type[ArgosyError]]:
    return [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, ArgosyError)
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_is_drawn_explained_and_coded(error):
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__), "missing in the drawn tree"
    assert error.__doc__
    assert "code" in vars(error), "a code of its own is what clients rely on"


def test_the_status_table_has_a_row_for_each_error_and_no_other():
    assert set(STATUSES) == set(every_error())


def test_codes_are_unique():
    codes = [error.code for error in every_error()]
    assert sorted(codes) == sorted(set(codes))


def test_errors_are_defined_nowhere_else():
    def below(kind: type[ArgosyError]) -> set[type[ArgosyError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    assert {error for error in below(ArgosyError) if error.__module__.startswith("argosy")} == set(
        every_error()
    )
