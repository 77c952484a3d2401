"""Passwords: Argon2id, away from the event loop, in the same time for known and unknown users."""

import asyncio
from base64 import b64encode

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

_LANES = 4
_AT_ONCE = 4
"""Hashes computed side by side: each takes 64 MiB, and a flood of sign-ins must not take all."""


class Passwords:
    """Hashes and checks passwords.

    Parameters
    ----------
    memory_kib, rounds : int
        Argon2id's cost; 64 MiB and 3 passes take about a quarter of a second.
    """

    def __init__(self, *, memory_kib: int = 65_536, rounds: int = 3) -> None:
        hasher = Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=_LANES)
        self._hasher = PasswordHash((hasher,))
        self._nobody = _nobody(memory_kib, rounds)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the salted hash that is stored."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the one hashed; `None` (unknown user) takes as long."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, stored or self._nobody)

    def _verify(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(password, stored)
        except UnknownHashError:
            return False


def _nobody(memory_kib: int, rounds: int) -> str:
    """Write a hash that no password has, at the same cost as a real one."""
    salt = b64encode(b"argosy nobody 16").decode().rstrip("=")
    digest = b64encode(bytes(32)).decode().rstrip("=")
    return f"$argon2id$v=19$m={memory_kib},t={rounds},p={_LANES}${salt}${digest}"
