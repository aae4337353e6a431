"""Records for Numba: a reference is where a record lies, a field is a word there, and records come out of an arena.

The rules of the engine are plain Python on plain objects. What stands here lets Numba compile the same text: a
`Reference` is a pointer without a count of references, None is the pointer 0, and the arena never moves a record.
"""

from __future__ import annotations

import operator
from enum import EnumMeta, IntEnum
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import RefType, iternext_impl, lower_builtin, lower_cast
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.core.typing.typeof import typeof_impl
from numba.extending import (
    intrinsic,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
    type_callable,
)

from cascadesim.engine.runtime import fields

WORD = ir.IntType(64)
REAL = ir.DoubleType()
POINTER = WORD.as_pointer()
HEAD, FIELD, ELEMENT = PARTS = ("head", "field", "element")
"""What a word is: of the head of a list, another field of a record, or an element of a list; none is two of these."""
_PLAIN = {"int": types.int64, "float": types.float64, "Word": types.uint64, "bool": types.boolean}


class Reference(types.Type):
    """Where a record of this name lies, or nowhere."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(name=f"Reference({record})")

    def can_convert_from(self, typingctx: Any, other: types.Type) -> Any:  # noqa: ARG002
        from numba.core.typeconv import Conversion

        return Conversion.safe if isinstance(other, types.NoneType) else None

    def unify(self, typingctx: Any, other: types.Type) -> types.Type | None:  # noqa: ARG002
        return self if isinstance(other, types.NoneType) else None


def _none_first(self: types.NoneType, typingctx: Any, other: types.Type) -> types.Type:
    """None or a reference is a reference; Numba would make an optional one of it."""
    return other if isinstance(other, Reference) else _optional(self, typingctx, other)


_optional = types.NoneType.unify
types.NoneType.unify = _none_first


class Listed(types.IterableType):
    """Where the words of a list stand: the address of its elements, how many there are, and of a growing list the room
    for them and its world. An element of `Rows` is a record, any other one is a word."""

    def __init__(self, kind: str, element: str) -> None:
        self.kind, self.element = kind, element
        super().__init__(name=f"{kind}({element})")

    @property
    def item(self) -> types.Type:
        """What one element is."""
        return _PLAIN.get(self.element) or Reference(self.element)

    @property
    def iterator_type(self) -> types.Type:
        return ListedIterator(self)


class ListedIterator(types.SimpleIteratorType):
    """What a `for` over a list holds: the list as it was when it began, and the place."""

    def __init__(self, listed: Listed) -> None:
        self.listed = listed
        super().__init__(name=f"iterator({listed.name})", yield_type=listed.item)


@register_model(ListedIterator)
class _IteratorModel(models.StructModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        place = types.EphemeralPointer(types.int64)
        members = [("at", types.CPointer(types.int64)), ("size", types.int64), ("place", place)]
        super().__init__(dmm, fe_type, members)


@register_model(Reference)
@register_model(Listed)
class _PointerModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, POINTER)


class RecordKind(types.Dummy):
    """A class of records, where the rules name one to make a record of it."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(name=f"RecordKind({record})")


class Enumeration(types.Dummy):
    """An enumeration of ours, of whole numbers: each member is a plain number where it is compiled."""

    def __init__(self, kind: type[IntEnum]) -> None:
        self.kind = kind
        super().__init__(name=f"Enumeration({kind.__name__})")


@infer_getattr
class _Members(AttributeTemplate):
    key = Enumeration

    def generic_resolve(self, enumeration: Enumeration, name: str) -> types.Type | None:
        return types.int64 if name in enumeration.kind.__members__ else None


@lower_getattr_generic(Enumeration)
def _member(context: Any, builder: Any, enumeration: Enumeration, value: Any, name: str) -> Any:
    return context.get_constant(types.int64, int(enumeration.kind[name]))


register_model(RecordKind)(models.OpaqueModel)
register_model(Enumeration)(models.OpaqueModel)
_type_of_enumeration = typeof_impl.dispatch(EnumMeta)
_type_of_class = typeof_impl.dispatch(type)


@typeof_impl.register(EnumMeta)
def _type_of_ours(value: EnumMeta, context: Any) -> Any:
    ours = issubclass(value, IntEnum) and value.__module__.startswith("cascadesim.")
    return Enumeration(value) if ours else _type_of_enumeration(value, context)


@typeof_impl.register(type)
def _type_of(value: type, context: Any) -> Any:
    return RecordKind(value.__name__) if fields.RECORDS.get(value.__name__) is value else _type_of_class(value, context)


# --- fields -----------------------------------------------------------------------------------------------------------


def type_of(kind: str, element: str) -> types.Type:
    """The type of a field."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    return Reference(element) if kind == "Reference" else Listed(kind, element)


def _field(record: str, name: str) -> fields.Field | None:
    return next((each for each in fields.layout(record) if each.name == name), None)


@infer_getattr
class _Fields(AttributeTemplate):
    key = Reference

    def generic_resolve(self, reference: Reference, name: str) -> types.Type | None:
        found = _field(reference.record, name)
        return None if found is None else type_of(found.kind, found.element)


def _at(builder: Any, pointer: Any, offset: int) -> Any:
    return builder.gep(pointer, [WORD(offset)], inbounds=True)


def _known(builder: Any, access: Any, part: str) -> Any:
    """Tell LLVM of which part of memory a word is (`PARTS`): what is stored in one changes nothing in the others."""
    add = builder.module.add_metadata
    kind = add([part, add(["words"]), WORD(0)])
    access.set_metadata("tbaa", add([kind, kind, WORD(0)]))
    return access


def load_word(context: Any, builder: Any, kind: types.Type, pointer: Any, part: str) -> Any:
    """The value of this type that stands at a word of this part of memory."""
    if kind == types.float64:
        return _known(builder, builder.load(builder.bitcast(pointer, REAL.as_pointer())), part)
    word = _known(builder, builder.load(pointer), part)
    if kind == types.boolean:
        return builder.icmp_signed("!=", word, WORD(0))
    return builder.inttoptr(word, POINTER) if isinstance(kind, Reference) else word


def store_word(context: Any, builder: Any, kind: types.Type, value: Any, pointer: Any, part: str) -> None:
    """Put a value of this type at a word of this part of memory."""
    if kind == types.float64:
        _known(builder, builder.store(value, builder.bitcast(pointer, REAL.as_pointer())), part)
        return
    if kind == types.boolean:
        value = builder.zext(value, WORD)
    elif isinstance(kind, Reference):
        value = builder.ptrtoint(value, WORD)
    _known(builder, builder.store(value, pointer), part)


@lower_getattr_generic(Reference)
def _get(context: Any, builder: Any, reference: Reference, value: Any, name: str) -> Any:
    found = _field(reference.record, name)
    assert found is not None
    pointer, kind = _at(builder, value, found.offset), type_of(found.kind, found.element)
    return pointer if isinstance(kind, Listed) else load_word(context, builder, kind, pointer, FIELD)


@lower_setattr_generic(Reference)
def _set(context: Any, builder: Any, signature: Any, arguments: Any, name: str) -> None:
    reference, given = signature.args
    target, value = arguments
    found = _field(reference.record, name)
    assert found is not None
    pointer, kind = _at(builder, target, found.offset), type_of(found.kind, found.element)
    if isinstance(kind, Listed):
        for word in range(2):
            _known(builder, builder.store(_head(builder, value, word), _at(builder, pointer, word)), HEAD)
    else:
        store_word(context, builder, kind, context.cast(builder, value, given, kind), pointer, FIELD)


@lower_cast(types.none, Reference)
def _nobody(context: Any, builder: Any, fromty: Any, toty: Any, value: Any) -> Any:
    return cgutils.get_null_value(POINTER)


@type_callable(bool)
def _truth(context: Any) -> Any:
    def typer(reference: types.Type) -> types.Type | None:
        return types.boolean if isinstance(reference, Reference | Listed) else None

    return typer


@lower_builtin(bool, Reference)
def _is_there(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return cgutils.is_not_null(builder, arguments[0])


@lower_builtin(bool, Listed)
def _has_any(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.icmp_signed("!=", _head(builder, arguments[0], 1), WORD(0))


def _same(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    pointers = [
        cgutils.get_null_value(POINTER) if isinstance(kind, types.NoneType) else value
        for kind, value in zip(signature.args, arguments, strict=True)
    ]
    return builder.icmp_unsigned("==", builder.ptrtoint(pointers[0], WORD), builder.ptrtoint(pointers[1], WORD))


for _one, _other in ((Reference, Reference), (Reference, types.NoneType), (types.NoneType, Reference)):
    lower_builtin(operator.is_, _one, _other)(_same)

# --- lists ------------------------------------------------------------------------------------------------------------


def _head(builder: Any, listed: Any, word: int) -> Any:
    """A word of a list: where its elements are, or how many."""
    return _known(builder, builder.load(_at(builder, listed, word)), HEAD)


def _elements(builder: Any, listed: Any) -> Any:
    return builder.inttoptr(_head(builder, listed, 0), POINTER)


def _element(builder: Any, listed: Listed, at: Any, place: Any) -> Any:
    size = fields.words(listed.element) if listed.kind == "Rows" else 1
    return builder.gep(at, [builder.mul(place, WORD(size))], inbounds=True)


def _item_at(context: Any, builder: Any, listed: Listed, at: Any, place: Any) -> Any:
    """The element at a place of a list: of records where it lies, else what stands there."""
    pointer = _element(builder, listed, at, place)
    return pointer if listed.kind == "Rows" else load_word(context, builder, listed.item, pointer, ELEMENT)


@intrinsic
def get_item(typingctx: Any, listed: Any, place: Any) -> Any:
    """What is at this place of a list."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _item_at(context, builder, listed, _elements(builder, arguments[0]), arguments[1])

    return listed.item(listed, types.int64), code


@intrinsic
def set_item(typingctx: Any, listed: Any, place: Any, value: Any) -> Any:
    """Put it at this place of a list."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _element(builder, listed, _elements(builder, arguments[0]), arguments[1])
        store_word(context, builder, listed.item, arguments[2], pointer, ELEMENT)
        return context.get_dummy_value()

    return types.void(listed, types.int64, listed.item), code


@lower_builtin("getiter", Listed)
def _iterate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    iterator = cgutils.create_struct_proxy(ListedIterator(signature.args[0]))(context, builder)
    iterator.at = _elements(builder, arguments[0])
    iterator.size = _head(builder, arguments[0], 1)
    iterator.place = cgutils.alloca_once_value(builder, WORD(0))
    return iterator._getvalue()


@lower_builtin("iternext", ListedIterator)
@iternext_impl(RefType.UNTRACKED)
def _next(context: Any, builder: Any, signature: Any, arguments: Any, result: Any) -> None:
    kind = signature.args[0]
    iterator = cgutils.create_struct_proxy(kind)(context, builder, value=arguments[0])
    place = builder.load(iterator.place)
    more = builder.icmp_signed("<", place, iterator.size)
    result.set_valid(more)
    with builder.if_then(more):
        result.yield_(_item_at(context, builder, kind.listed, iterator.at, place))
        builder.store(builder.add(place, WORD(1)), iterator.place)
