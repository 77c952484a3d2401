"""One chaotic run of each kind with every test run; `make chaos SEEDS=20` has many."""

import pytest

from tests.chaos.__main__ import once
from tests.chaos.stage import embedded, scaled


@pytest.mark.postgres
@pytest.mark.valkey
def test_nothing_is_lost_or_doubled_when_workers_are_killed_and_servers_restarted():
    with scaled() as stage_of:
        assert once(7, stage_of).wrong == []


def test_nothing_is_lost_or_doubled_when_the_one_process_is_killed():
    with embedded() as stage_of:
        assert once(7, stage_of).wrong == []
