"""What accounts and sessions promise beneath the API."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import DuplicateError, InputError, UnauthorizedError
from argosy.runtime.clock import FixedClock
from argosy.runtime.tokens import Token, Tokens, TokenType
from argosy.services import users
from argosy.services.users import NewUser

NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def tokens(clock) -> Tokens:
    return Tokens("s" * 48, clock=clock, access=timedelta(minutes=30), refresh=timedelta(days=7))


@pytest.fixture
async def ada(database):
    async with database.write() as session:
        return await users.register(
            session, NewUser("ada@example.org", "ada"), hashed_password="$argon2id$…"
        )


async def test_names_that_differ_only_in_case_are_one_name(database, ada):
    for draft, named in [
        (NewUser("ADA@EXAMPLE.ORG", "other"), "e-mail"),
        (NewUser("other@example.org", "Ada"), "username"),
    ]:
        with pytest.raises(DuplicateError, match=named):
            async with database.write() as session:
                await users.register(session, draft, hashed_password="x")


async def test_a_renewed_session_has_new_tokens_of_the_same_family(database, ada, tokens, clock):
    async with database.write() as session:
        started = await users.start_session(session, tokens, ada.id)
    claims = tokens.read(started.refresh_token, TokenType.REFRESH)
    async with database.write() as session:
        renewed = await users.renew_session(
            session, tokens, Token(started.refresh_token, claims), now=clock.now()
        )
    assert renewed is not None
    assert renewed.refresh_token != started.refresh_token
    after = tokens.read(renewed.refresh_token, TokenType.REFRESH)
    assert (after.user_id, after.family) == (ada.id, claims.family)


async def test_a_well_signed_token_that_was_never_stored_is_refused(database, ada, tokens, clock):
    stranger = tokens.refresh(ada.id)
    async with database.write() as session:
        assert await users.renew_session(session, tokens, stranger, now=clock.now()) is None


async def test_an_account_that_is_gone_is_nobody(database):
    async with database.read() as session:
        with pytest.raises(UnauthorizedError):
            await users.active_user(session, "01890a5d-0000-7000-8000-000000000000")


@given(st.text(max_size=60))
def test_a_checked_username_is_its_own_checked_form(text):
    try:
        name = users.check_username(text)
    except InputError:
        return
    assert users.check_username(name) == name
    assert 3 <= len(name) <= 50


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_checked_address_has_both_its_ends(local, domain):
    try:
        address = users.check_email(f"{local}@{domain}")
    except InputError:
        return
    before, _, after = address.rpartition("@")
    assert before
    assert "." in after


@given(st.emails())
def test_addresses_of_the_standard_form_are_addresses(address):
    plain = address.replace('"', "")
    if plain == address and "@[" not in address:
        users.check_email(address)


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("ＡＤＡ", "ada"), ("İ", "i̇")])
def test_letter_case_is_that_of_unicode(one, other):
    assert users.letter_key(one) == users.letter_key(other)
