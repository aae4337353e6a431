"""Numba's compiler with the optimisation at the end, in place of one for every function again in each of its callers.

Numba optimises and emits a library for each function, with a copy of everything that the function calls. For some six
hundred functions that call each other this is most of the time of compiling. Within `one_pass` libraries stay as they
are lowered; that of an entry takes all others in once, keeps none of them visible from outside, and is then optimised
and emitted. Where a version of Numba has other insides, nothing is changed and compiling takes longer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import codegen

_LIBRARY: Any = codegen.JITCodeLibrary
_CODEGEN: Any = codegen.JITCPUCodegen
_INSIDES = ("_optimize_final_module", "_finalize_final_module", "_get_module_for_linking", "_linking_libraries")


def _fits() -> bool:
    """Whether this version of Numba has what is used here."""
    sources = codegen.CPUCodeLibrary.__init__.__code__.co_names
    return all(hasattr(_LIBRARY, name) or name in sources for name in _INSIDES)


def _all_below(library: Any) -> list[Any]:
    """Every library that this one calls, and those that they call, each once."""
    seen: dict[int, Any] = {}
    waiting = list(library._linking_libraries)
    while waiting:
        below = waiting.pop()
        if id(below) not in seen:
            seen[id(below)] = below
            waiting += below._linking_libraries
    return list(seen.values())


def _add_llvm_module(self: Any, module: Any) -> None:
    """As it is: functions are optimised once, in the end."""
    module.data_layout = self._codegen._data_layout
    self._final_module.link_in(module)


def _take_all_in(library: Any) -> None:
    """Every function that is called, once, and none of them visible from outside."""
    module = library._final_module
    own = {function.name for function in module.functions if not function.is_declaration}
    for below in _all_below(library):
        library._reload_init.update(below._reload_init)
        module.link_in(below._get_module_for_linking(), preserve=True)
    for function in module.functions:
        if not function.is_declaration and function.name not in own:
            function.linkage = "internal"


@contextmanager
def one_pass(entries: Collection[str]) -> Iterator[None]:
    """Functions that are compiled within this are optimised once, as part of these entries."""
    if not _fits():
        yield
        return
    kept = _LIBRARY.add_llvm_module, _LIBRARY.finalize, _LIBRARY.get_pointer_to_function, _CODEGEN.set_env

    def is_entry(library: Any) -> bool:
        return library.name in entries

    def finalize(self: Any) -> None:
        if not is_entry(self):
            self._finalized = True
            return
        self._raise_if_finalized()
        _take_all_in(self)
        self._optimize_final_module()
        self._optimize_final_module()  # what the first time has inlined is small enough to be inlined again: 5 to 10 %
        self._final_module.verify()
        self._finalize_final_module()

    def get_pointer_to_function(self: Any, name: str) -> Any:
        return kept[2](self, name) if is_entry(self) else 0

    def set_env(self: Any, name: str, environment: Any) -> None:
        if self._engine.get_global_value_address(name):  # there is none where nothing has been emitted
            kept[3](self, name, environment)

    _LIBRARY.add_llvm_module, _LIBRARY.finalize = _add_llvm_module, finalize
    _CODEGEN.set_env = set_env
    _LIBRARY.get_pointer_to_function = get_pointer_to_function
    try:
        yield
    finally:
        _LIBRARY.add_llvm_module, _LIBRARY.finalize, _LIBRARY.get_pointer_to_function, _CODEGEN.set_env = kept
