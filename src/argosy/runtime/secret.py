"""Secrets of a data directory: made once, readable by their owner alone, kept over restarts."""

import os
import secrets
from pathlib import Path

from argosy.core.errors import StorageError

_SIGNING_BYTES = 48


def load_secret(directory: Path, name: str = "secret", *, size: int = _SIGNING_BYTES) -> str:
    """Return a secret of a data directory, the one that signs tokens unless another is named.

    It is made on the first call, of `size` random bytes.
    """
    path = directory / name
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return _create(path, size)
    except OSError as error:
        message = f"The secret cannot be read from {path}: {error.strerror}."
        raise StorageError(message) from error
    if not text:
        message = f"{path} is empty. Remove it, and a new secret is made."
        raise StorageError(message)
    return text


def _create(path: Path, size: int) -> str:
    """Write a new secret, unless another process was faster; then take that one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    text = secrets.token_urlsafe(size)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never replaces what is there.
        try:
            os.link(draft, path)
        except FileExistsError:
            text = path.read_text("ascii").strip()
        finally:
            draft.unlink()
    except OSError as error:
        message = f"The secret cannot be kept in {path.parent}: {error.strerror}."
        raise StorageError(message) from error
    return text
