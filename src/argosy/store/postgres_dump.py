"""Backups of PostgreSQL by its own tool, in the format that `pg_restore` reads."""

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import make_url

from argosy.core.errors import StorageError


async def dump(url: str, target: Path) -> None:
    """Dump the database to a new file with `pg_dump`, and read its table of contents back."""
    if await asyncio.to_thread(target.exists):
        message = f"{target} exists already; a backup never overwrites a file."
        raise StorageError(message)
    part = target.with_name(f"{target.name}.part")
    plain = make_url(url).set(drivername="postgresql")
    # The password goes through the environment: arguments can be read by everybody.
    environment = {} if plain.password is None else {"PGPASSWORD": str(plain.password)}
    source = plain.set(password=None).render_as_string()
    try:
        await asyncio.to_thread(_make, part)
        await _run("pg_dump", "--format=custom", f"--file={part}", source, **environment)
        contents = await _run("pg_restore", "--list", str(part))
        if "TABLE DATA" not in contents:
            message = f"The dump {part} has no tables in it; nothing is kept."
            raise StorageError(message)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _make(file: Path) -> None:
    """Make a file for its owner alone: it will hold passwords' hashes."""
    try:
        file.touch(mode=0o600)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}."
        raise StorageError(message) from error


async def _run(tool: str, *arguments: str, **environment: str) -> str:
    program = shutil.which(tool)
    if program is None:
        message = f"{tool} is not on the PATH. Install PostgreSQL's client tools for a backup."
        raise StorageError(message)
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, problems = await process.communicate()
    if process.returncode != 0:
        message = f"{tool} failed: {problems.decode(errors='replace').strip()}"
        raise StorageError(message)
    return output.decode(errors="replace")
