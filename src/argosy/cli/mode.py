"""Whether this run prints JSON: `--json` may stand anywhere on the line."""

_FLAG = "--json"
_state = {"json": False}


def take(arguments: list[str]) -> list[str]:
    """Remember whether JSON is wanted, and return the arguments without the flag."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = arguments[:end]
    _state["json"] = _FLAG in options
    return [word for word in options if word != _FLAG] + arguments[end:]


def as_json() -> bool:
    """Tell whether JSON is wanted."""
    return _state["json"]
