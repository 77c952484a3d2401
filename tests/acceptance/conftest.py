"""The program once a run on SQLite, and once on PostgreSQL; a new person for every test."""

from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.person import Person
from tests.acceptance.program import Program
from tests.support.databases import PostgresDatabases

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program on an empty data directory."""
    program = Program(tmp_path_factory.mktemp("sqlite")).start()
    yield program
    program.stop()


@pytest.fixture(scope="session")
def postgres_program(
    tmp_path_factory: pytest.TempPathFactory, postgres_databases: PostgresDatabases
) -> Iterator[Program]:
    """The program on an empty PostgreSQL database."""
    with postgres_databases.empty() as url:
        folder = tmp_path_factory.mktemp("postgresql")
        program = Program(folder, ARGOSY_DATABASE_URL=url).start()
        yield program
        program.stop()


@pytest.fixture
def people(program: Program) -> Iterator[Callable[[], Person]]:
    """Make people who use the program."""
    made: list[Person] = []

    def new() -> Person:
        made.append(Person(program.url))
        return made[-1]

    yield new
    for person in made:
        person.http.close()


@pytest.fixture
def me(people: Callable[[], Person]) -> Person:
    """Somebody with the asset ACME, quoted in USD."""
    person = people()
    person.asset()
    return person
