"""Public functions of the core say what each argument is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import CORE, modules, place, tree_of

SENTENCE_MAX = 3
"""Up to so many arguments a sentence and their types can say all; of more, each is named."""


def test_parameters_of_public_core_functions_are_described():
    problems = [
        f"{place(file, function)} {function.name}: {', '.join(sorted(lacking))}"
        for file, function in public_functions()
        if (lacking := undescribed(function))
    ]
    assert not problems, "\n".join(problems)


def test_described_parameters_exist():
    problems = [
        f"{place(file, function)} {function.name}: {', '.join(sorted(unknown))}"
        for file, function in public_functions()
        if (unknown := described(ast.get_docstring(function) or "") - parameters(function))
    ]
    assert not problems, "\n".join(problems)


def test_public_core_modules_and_functions_have_docstrings():
    bare = [place(file) for file in modules(CORE) if not ast.get_docstring(tree_of(file))]
    bare += [
        place(file, function)
        for file, function in public_functions()
        if not ast.get_docstring(function) and not _inherits_its_text(function)
    ]
    assert not bare, "\n".join(bare)


def public_functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Functions of public name at the top of a module or in a public class."""
    for file in modules(CORE):
        tree = tree_of(file)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        for owner in [tree, *(kind for kind in classes if not kind.name.startswith("_"))]:
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield file, node


def parameters(function: ast.FunctionDef) -> set[str]:
    names = function.args
    plain = [*names.posonlyargs, *names.args, *names.kwonlyargs]
    starred = [argument for argument in (names.vararg, names.kwarg) if argument]
    return {argument.arg for argument in [*plain, *starred]} - {"self", "cls"}


def undescribed(function: ast.FunctionDef) -> set[str]:
    """Parameters that a full docstring leaves out, or that are too many to go unnamed."""
    text = ast.get_docstring(function) or ""
    names = parameters(function)
    if "Parameters\n---" in text:
        return names - described(text)
    if len(names) <= SENTENCE_MAX or (_inherits_its_text(function) and not text):
        return set()
    return {name for name in names if f"`{name}`" not in text} - _named_after_their_types(function)


def described(docstring: str) -> set[str]:
    """The names in the `Parameters` section of a numpydoc text."""
    section = re.search(
        r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}|\Z)", docstring, re.MULTILINE | re.DOTALL
    )
    if section is None:
        return set()
    heads = re.findall(r"^(\*{0,2}\w[\w, *]*?)(?: : .*)?$", section[1], re.MULTILINE)
    return {name.strip(" *") for head in heads for name in head.split(",")}


def _named_after_their_types(function: ast.FunctionDef) -> set[str]:
    """`position: Position` and `market: Market` need no more words."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return {
        argument.arg
        for argument in arguments
        if argument.annotation is not None
        and argument.arg.replace("_", "") in ast.unparse(argument.annotation).lower()
    }


def _inherits_its_text(function: ast.FunctionDef) -> bool:
    marks = {ast.unparse(mark).split("(")[0] for mark in function.decorator_list}
    return any(mark.endswith((".setter", "override", "overload")) for mark in marks)
