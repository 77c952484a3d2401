"""Passwords are hashed with Argon2id, away from the event loop."""

from argosy.runtime.passwords import Passwords
from argosy.settings import Settings

CHEAP = Passwords(memory_kib=64, rounds=1)


async def test_a_password_is_known_by_its_hash_alone():
    hashed = await CHEAP.hash("päss wörd")
    assert hashed.startswith("$argon2id$")
    assert await CHEAP.verify("päss wörd", hashed)
    assert not await CHEAP.verify("Päss wörd", hashed)
    assert hashed != await CHEAP.hash("päss wörd")


async def test_nobody_has_no_password():
    for guess in ("", "argosy nobody 16", "x"):
        assert not await CHEAP.verify(guess, None)


async def test_nobody_costs_what_somebody_costs():
    real = (await CHEAP.hash("x")).split("$")
    assert CHEAP._nobody.split("$")[:4] == real[:4]
    assert [len(part) for part in CHEAP._nobody.split("$")] == [len(part) for part in real]


async def test_a_hash_of_another_kind_is_no_hash():
    assert not await CHEAP.verify("x", "$2b$12$abcdefghijklmnopqrstuv")
    assert not await CHEAP.verify("x", "plain")


def test_the_default_cost_is_what_the_guides_ask_for():
    fields = Settings.model_fields
    assert fields["password_memory_kib"].default >= 19 * 1024
    assert fields["password_rounds"].default >= 2
