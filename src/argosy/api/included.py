"""What an answer holds only where it is asked for: `include=…`."""

from argosy.core.errors import InputError


def included(text: str, known: set[str]) -> set[str]:
    """Return what a comma-separated list asks to be included, or refuse it."""
    wanted = {part.strip().lower() for part in text.split(",") if part.strip()}
    if wanted - known:
        message = (
            f"include knows {' and '.join(sorted(known))}, not {', '.join(sorted(wanted - known))}."
        )
        raise InputError(message)
    return wanted
