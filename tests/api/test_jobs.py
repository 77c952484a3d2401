"""Jobs over the API: administrators see, run and pause them; nobody else does."""

from datetime import timedelta

import pytest

from argosy.jobs.job import Job
from argosy.jobs.runner import Runner
from argosy.services import users
from argosy.services.users import NewUser
from argosy.wiring import Argosy
from tests.support.api import PASSWORD, Client, log_in, sign_up

JOBS = "/api/v1/jobs"


async def become_admin(client: Client, argosy: Argosy) -> None:
    hashed = await argosy.passwords.hash(PASSWORD)
    async with argosy.database.write() as session:
        root = NewUser("root@example.org", "root", is_admin=True)
        await users.register(session, root, hashed_password=hashed)
    tokens = await log_in(client, "root")
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


@pytest.fixture
async def runner(argosy: Argosy) -> Runner:
    async def tidy(_: Argosy) -> str:
        return "Tidied."

    runner = Runner(argosy, [Job(name="tidy", about="Tidies.", every=timedelta(hours=1), run=tidy)])
    await runner.run_due()
    return runner


async def test_an_administrator_sees_when_each_job_ran(
    client: Client, argosy: Argosy, runner: Runner
):
    await become_admin(client, argosy)
    (job,) = (await client.get(JOBS)).raise_for_status().json()
    assert (job["name"], job["outcome"], job["runs"]) == ("tidy", "Tidied.", 1)
    assert job["error"] is None
    assert not job["running"]


async def test_a_job_can_be_run_now_and_paused(client: Client, argosy: Argosy, runner: Runner):
    await become_admin(client, argosy)
    assert await runner.run_due() == {}
    assert (await client.post(f"{JOBS}/tidy/run")).status_code == 202
    assert (await runner.run_due()).keys() == {"tidy"}
    paused = await client.patch(f"{JOBS}/tidy", json={"paused": True})
    assert paused.json()["paused"]
    await client.post(f"{JOBS}/tidy/run")
    assert await runner.run_due() == {}
    assert (await client.post(f"{JOBS}/nothing/run")).status_code == 404


async def test_it_is_nobody_elses_business(client: Client, runner: Runner):
    assert (await client.get(JOBS)).status_code == 401
    await sign_up(client)
    assert (await client.get(JOBS)).status_code == 403
    assert (await client.post(f"{JOBS}/tidy/run")).status_code == 403
    assert (await client.patch(f"{JOBS}/tidy", json={"paused": True})).status_code == 403
