import pytest

from argosy.sources.manners import Manners
from argosy.sources.retry import RetryPolicy
from tests.simulator.server import Simulator


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def quick():
    """A policy with the real rules and no time to waste."""
    return RetryPolicy(attempts=3, wait_s=0.01, wait_max_s=0.05, patience_s=5.0, timeout_s=30.0)


@pytest.fixture
def manners(quick):
    """How adapters ask in a test: quickly, and with a budget of their own."""
    return Manners(policy=quick, timeout_s=2.0)
