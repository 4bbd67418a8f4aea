"""What is known of torch's functions: which write, which only ask, how tensors are told apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.nn.utils.parametrize import type_before_parametrizations

T = TypeVar("T")
DEEPEST = 12  # containers in containers; deeper ones may hold themselves

# Questions about a tensor, and what answers with the tensor it was given: nothing happens in them.
QUESTIONS = frozenset(
    [
        "size",
        "dim",
        "ndimension",
        "numel",
        "nelement",
        "stride",
        "is_contiguous",
        "storage_offset",
        "is_floating_point",
        "is_complex",
        "is_conj",
        "is_neg",
        "is_inference",
        "is_set_to",
        "is_same_size",
        "is_nonzero",
        "element_size",
        "get_device",
        "type_as",
        "__len__",
        "__bool__",
        "__repr__",
        "__format__",
        "__hash__",
        "__index__",
        "__int__",
        "__float__",
        "__contains__",
        "item",
        "tolist",
        "is_pinned",
        "is_shared",
        "requires_grad_",
        "register_hook",
        "retain_grad",
    ]
)
# The answer shares the values of what is asked: another name, no step.
NAMES = frozenset({"detach", "detach_", "alias", "data", "requires_grad_", "as_subclass"})
# No step where they hand back what they were given.
IDLE = frozenset({"contiguous", "to", "type", "float", "double", "half", "cpu", "cuda", "bfloat16"})
# Doors to the memory itself, through which writes come that no version counts.
DOORS = frozenset(
    [
        "data",
        "numpy",
        "__array__",
        "data_ptr",
        "untyped_storage",
        "storage",
        "_typed_storage",
        "set_",
        "__dlpack__",
        "__set__",
    ]
)
IN_PLACE = frozenset(
    f"__i{name}__"
    for name in [
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "and",
        "or",
        "xor",
        "lshift",
        "rshift",
        "matmul",
    ]
)
# Operators that Python turns round where a tensor stands behind, and what they are called before.
REVERSED = {
    "__rsub__": "sub",
    "__rdiv__": "div",
    "__rtruediv__": "div",
    "__rpow__": "pow",
    "__rfloordiv__": "floordiv",
    "__rmod__": "remainder",
    "__rmatmul__": "matmul",
}
RENORMED = {"embedding": 1, "embedding_bag": 1}  # the position of the weight
INPLACE: dict[Any, int] = {}  # the position of the argument `inplace`, −1 without
KNOWN: dict[type[nn.Module], bool] = {}


def tensors(values: Any) -> list[torch.Tensor]:
    """Return every tensor in nested tuples, lists, dicts and dataclasses, in order."""
    return nested(values, torch.Tensor)


def nested(values: Any, kind: type[T], depth: int = 0) -> list[T]:
    """Return everything of a type in nested values, where `tensors` finds tensors."""
    if isinstance(values, kind):
        return [values]
    if isinstance(values, tuple | list):
        parts: Any = values
    elif isinstance(values, Mapping):
        parts = values.values()
    elif dataclasses.is_dataclass(values) and not isinstance(values, type):
        parts = [getattr(values, each.name, None) for each in dataclasses.fields(values)]
    else:
        return []
    found: list[T] = []
    for part in parts:
        if isinstance(part, kind):
            found.append(part)
        elif depth < DEEPEST and not isinstance(part, int | float | str | None):
            found += nested(part, kind, depth + 1)
    return found


def named(values: Any, kind: type[T], name: str = "", depth: int = 0) -> list[tuple[str, T]]:
    """Return what `nested` finds, each with its way there: keys, fields and places, as `a.0`."""
    if isinstance(values, kind):
        return [(name, values)]
    parts: Iterable[tuple[Any, Any]]
    if isinstance(values, tuple | list):
        parts = zip(getattr(values, "_fields", range(len(values))), values, strict=True)
    elif isinstance(values, Mapping):
        parts = values.items()
    elif dataclasses.is_dataclass(values) and not isinstance(values, type):
        parts = (
            (each.name, getattr(values, each.name, None)) for each in dataclasses.fields(values)
        )
    else:
        return []
    if depth > DEEPEST:
        return []
    dot = f"{name}." if name else ""
    return [each for key, part in parts for each in named(part, kind, f"{dot}{key}", depth + 1)]


def arguments(inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what a module is called with: a dict by keyword, a tuple by position, else alone."""
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    return (inputs if type(inputs) is tuple else (inputs,)), {}


def version(tensor: torch.Tensor) -> int:
    """Return how often a tensor's memory was written to; −1 where nobody counts."""
    if is_lazy(tensor):
        return -1
    return -1 if tensor.is_inference() else tensor._version


def pointer(tensor: torch.Tensor) -> int:
    """Return the address of the memory that a tensor looks at, shared by all views of it."""
    if tensor.layout is not torch.strided or tensor.is_nested or tensor.is_meta:
        return id(tensor)
    return tensor.untyped_storage().data_ptr()


def copy(tensor: torch.Tensor) -> torch.Tensor:
    """Return the values as they are now."""
    return tensor.detach().clone()


def equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same values; what is not a number is equal to itself.

    Of tensors that are no plain memory nothing is asked.
    """
    if one.layout is not torch.strided or one.is_nested or one.is_quantized:
        return True
    if torch.equal(one, other):
        return True
    if one.shape != other.shape:
        return False
    return bool(((one == other) | (one.isnan() & other.isnan())).all())


def transforming() -> bool:
    """Whether a transform of torch.func runs, such as vmap: its tensors stand for others."""
    return torch._C._functorch.maybe_current_level() is not None


def written(func: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return what a function is about to write to, None for nothing; told by name and options.

    In place are `relu_`, `+=`, `x[…] = …`, `inplace=True` and `out=`; an embedding with a
    `max_norm` shortens its own rows.
    """
    if name in RENORMED and kwargs.get("max_norm") is not None:
        return args[RENORMED[name]] if len(args) > 1 else kwargs.get("weight")
    if name[-1] == "_" and (name[-2] != "_" or name in IN_PLACE or name == "__setitem__"):
        return args[0] if args else next(iter(kwargs.values()), None)
    if kwargs and kwargs.get("out") is not None:
        return kwargs["out"]
    place = INPLACE.get(func)
    if place is None:
        place = INPLACE[func] = _inplace(func)
    if place >= 0 and (kwargs.get("inplace") or (len(args) > place and args[place] is True)):
        return args[0] if args else kwargs.get("input")
    return None


def _inplace(func: Any) -> int:
    code = getattr(func, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code else ()
    return names.index("inplace") if "inplace" in names else -1


def called(name: str) -> str:
    """Return a function's name as people write it, `__iadd__` as `add_`."""
    if name in IN_PLACE:
        return f"{name[3:-2]}_"
    return name[2:-2] if name.startswith("__") and name.endswith("__") else name


def ordered(name: str, args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return a function's name and arguments as they were written: `1 - x` is a `sub` of 1 and x.

    Torch calls it `__rsub__` of x and 1.
    """
    return (REVERSED[name], args[::-1]) if name in REVERSED else (name, args)


def type_name(module: nn.Module) -> str:
    """Return the type people know a module by: a parametrised Linear is still a Linear."""
    if isinstance(module, torch.jit.ScriptModule):
        return str(module.original_name)
    return type_before_parametrizations(module).__name__


def known(module: nn.Module) -> bool:
    """Whether a module is one of torch's own layers without children.

    What happens inside is its own arithmetic.
    """
    kind = type(module)
    if kind not in KNOWN:
        KNOWN[kind] = kind.__module__.startswith("torch.nn.modules.")
    return KNOWN[kind] and not module._modules


def mapped(values: Any, change: Callable[[torch.Tensor], Any], depth: int = 0) -> Any:
    """Return nested values with every tensor exchanged, wherever `tensors` finds one."""
    if isinstance(values, torch.Tensor):
        return change(values)
    if depth > DEEPEST:
        return values
    if isinstance(values, tuple | list):
        parts = [mapped(each, change, depth + 1) for each in values]
        return type(values)(*parts) if hasattr(values, "_fields") else type(values)(parts)
    if isinstance(values, dict):
        other = values.copy()
        other.update({name: mapped(each, change, depth + 1) for name, each in values.items()})
        return other
    if dataclasses.is_dataclass(values) and not isinstance(values, type):
        fields = {each.name: getattr(values, each.name) for each in dataclasses.fields(values)}
        made = object.__new__(type(values))
        for name, each in fields.items():
            object.__setattr__(made, name, mapped(each, change, depth + 1))
        return made
    return values
