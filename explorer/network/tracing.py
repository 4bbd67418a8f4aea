"""trace(model, inputs) -> Trace: one forward pass of anybody's network, and all that happened.

A network is followed by hooks and a function mode, which find its graph. Where that is a row of
leaves with nothing between them, the next passes of the same shape are captured with hooks on the
leaves alone; each is checked against the graph, and followed again where it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import torch
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

from explorer.errors import UntraceableModel
from explorer.graphs import Graph
from explorer.network import failing, functions, graph, leaves, naming, passes
from explorer.network.batches import Batch
from explorer.network.compiled import eager
from explorer.network.functions import tensors
from explorer.network.graph import Signature
from explorer.network.leaves import Leaves
from explorer.network.ledger import Ledger
from explorer.network.recording import Edit, Recorder
from explorer.network.restoring import Keeper, Switched, evaluating, paths_of, plainly
from explorer.network.turn import agree, turn
from explorer.records import Floats, Trace

INPUT = "input"
PATIENCE = 120.0  # seconds to wait for another thread's pass


@dataclass(slots=True, eq=False)
class Plan:
    """What is known of a network and one shape of input after it was followed once.

    `copies` says that something writes where no version counts, so that all is copied at once.
    """

    graph: Graph
    signature: Signature
    leaves: Leaves | None = None
    copies: bool = False


_running: list[Recorder] = []  # of the thread whose turn it is, the innermost pass last
_plans: WeakKeyDictionary[nn.Module, dict[Any, Plan]] = WeakKeyDictionary()
restless: WeakSet[nn.Module] = WeakSet()  # modules whose passes changed what they hold
drawing: WeakSet[nn.Module] = WeakSet()  # those that drew random numbers: no two passes are one


@dataclass(frozen=True, slots=True, eq=False)
class Intervention:
    """What an edit does to the output of one step: out[:, units] = scale · out[:, units] + values.

    `step` is a module path, `path#2` for its second call, or `input` for the images. `units` are
    flat indices without the batch dimension, None for all. `values` is a number, or an array
    (units,) or (N, units) float32. `batch` is the dimension of `out` that counts the inputs, None
    where all of it is one.
    """

    step: str
    units: Sequence[int] | None = None
    scale: float = 0.0
    values: float | Floats = 0.0
    batch: int | None = 0


def trace(
    model: nn.Module,
    inputs: Any,
    *more: Any,
    interventions: Sequence[Intervention] = (),
    batch: Batch = "first",
) -> Trace:
    """Run one forward pass in eval mode and return all calls, what they received and answered.

    `inputs` is a tensor (N, …) on the model's device, or a tuple of positional arguments, or a dict
    of keyword arguments; with `more` each is an argument, as in `model(a, b)`. With `batch="found"`
    the dimension of the first that counts the inputs is where its recurrent and attention layers
    have it, as in (T, N, F). The module comes back as it was: modes, weights, buffers, attributes,
    gradients, random state and other people's hooks; only our own handles are removed. Calls are in
    execution order; a module called twice gives two of them. Compiled modules run eagerly, and
    attention without PyTorch's fused path, so that everything can be seen.

    Raises:
        UnknownModel: for what is no module.
        UntraceableModel: when the pass fails, with the layer reached, the shapes it got, and the
            trace of everything before; or when there are no values to be shown.
    """
    model, fed = eager(model), (inputs, *more) if more else inputs
    agree()
    with _Alone():
        if torch.is_inference_mode_enabled():
            with torch.inference_mode(mode=False), torch.no_grad():
                return _traced(model, fed, interventions, batch)
        with torch.no_grad():
            return _traced(model, fed, interventions, batch)


def _traced(
    model: nn.Module, inputs: Any, interventions: Sequence[Intervention], batch: Batch
) -> Trace:
    """Go the short way where one is known, else follow the pass."""
    plans = _plans.get(model)
    if plans is None:
        plans = _plans[model] = {}
    if isinstance(inputs, torch.Tensor):
        key = (inputs.shape, inputs.dtype, inputs.device, batch)
        plan = plans.get(key)
        if plan is not None and plan.leaves is not None:
            found = _captured(model, inputs, interventions, plan.leaves)
            if found is not None:
                return found
        return _followed(model, (inputs,), {}, interventions, plans, key, batch)
    args, kwargs = functions.arguments(inputs)
    if not tensors((args, kwargs)):
        raise UntraceableModel("trace.inputs", received=type(inputs).__name__)
    return _followed(model, args, kwargs, interventions, plans, None, batch)


def _captured(
    model: nn.Module, images: torch.Tensor, interventions: Sequence[Intervention], known: Leaves
) -> Trace | None:
    # torch's own layers write to nothing and draw nothing in eval mode
    with Switched(model) if known.closed else evaluating(model, images.device) as paths:
        if not known.fits(paths):
            return None
        edit = _edit(interventions, paths)
        fed = images.clone()  # nobody follows a gradient here
        if edit is not None:
            fed = edit(None, 1, fed)
        try:
            return leaves.captured(known, model, paths, fed, edit)
        except Exception:  # following it again finds out where and why
            return None


def _followed(
    model: nn.Module,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    interventions: Sequence[Intervention],
    plans: dict[Any, Plan],
    key: Any,
    batch: Batch,
) -> Trace:
    """Follow a pass by hooks and function mode.

    Once more, copying everything at once, where somebody wrote behind our back.
    """
    checked(model, tensors((args, kwargs)))
    known = plans.get(key)
    copies = known is not None and known.copies
    while True:
        with evaluating(model, tensors((args, kwargs))[0].device) as paths, plainly():
            keeper = Keeper(paths)
            ledger = Ledger(paths, keeper.save, copies=copies)
            recorder = Recorder(paths, ledger, keeper, _edit(interventions, paths))
            try:
                found = _once(model, args, kwargs, recorder, known, batch)
            finally:
                keeper.restore()
        if found is not None:
            break
        copies = True
    passed, plan = found
    if keeper.restless:
        restless.add(model)
    if keeper.drew:
        drawing.add(model)
    if key is not None:
        if not (keeper.restless or copies or passed.notes):  # notes are found by following alone
            plan.leaves = leaves.of(recorder, plan.graph)
        plan.copies = copies
        plans[key] = plan
    return passed


def _once(
    model: nn.Module,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    recorder: Recorder,
    known: Plan | None,
    batch: Batch,
) -> tuple[Trace, Plan] | None:
    """Run a pass and return its trace and plan; None where values were lost."""
    ledger, output, error = recorder.ledger, None, None
    args, kwargs = functions.mapped(
        (args, kwargs), _feeder(tensors((args, kwargs))[0], recorder.edit)
    )
    fed = ledger.feed((args, kwargs))
    recorder.names = naming.called(model, args, kwargs)
    _running.append(recorder)
    try:
        recorder.watch()
        with recorder:
            output = model(*args, **kwargs)
    except Exception as problem:
        error = problem
    finally:
        _running.pop()
        recorder.unwatch()
    if not ledger.copies and (recorder.wild or any(slot.lost for slot in ledger.slots)):
        return None
    answers = recorder.origins(output)
    sign = graph.signature(model, recorder, answers, output)
    if known is None or known.signature != sign:
        known = Plan(graph.build(model, recorder, answers, output, fed, batch), sign)
    passed = passes.finished(recorder, fed, answers, output, known.graph)
    if error is not None:
        raise failing.failed(error, recorder, passed) from error
    return passed, Plan(known.graph, sign)


class _Alone:
    """Wait for our turn; a pass that this one is inside of sleeps meanwhile.

    A class, because a generator takes three times as long to enter and leave.
    """

    __slots__ = ("_outer",)

    def __enter__(self) -> None:
        if not turn.acquire(timeout=PATIENCE):
            raise UntraceableModel("trace.busy", seconds=PATIENCE)
        self._outer = _running[-1] if _running else None
        if self._outer is not None:
            self._outer.asleep = True

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._outer is not None:
            self._outer.asleep = False
        turn.release()
        if isinstance(error, SystemExit):  # an exit() left in forward() is not the end of the page
            raise UntraceableModel("trace.failed", step="forward", reason=failing.short(error))


def checked(model: nn.Module, inputs: Sequence[torch.Tensor] = ()) -> None:
    """Refuse what has no values yet."""
    for module, path in paths_of(model).items():
        if isinstance(module, LazyModuleMixin) and module.has_uninitialized_params():
            kind = type(module).__name__
            raise UntraceableModel("trace.lazy", module=kind, step=path or "forward")
        held = (*module._parameters.values(), *module._buffers.values())
        if any(each is not None and each.is_meta for each in held):
            raise UntraceableModel("trace.meta", what=path or type(module).__name__)
    if any(each.is_meta for each in inputs):
        raise UntraceableModel("trace.meta", what=INPUT)


def _feeder(first: torch.Tensor, edit: Edit | None) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return what copies each input: the first layer may write to what it is given."""

    def fed(tensor: torch.Tensor) -> torch.Tensor:
        copy = tensor.detach().clone()
        return edit(None, 1, copy) if edit is not None and tensor is first else copy

    return fed


def _edit(interventions: Sequence[Intervention], paths: Mapping[nn.Module, str]) -> Edit | None:
    """Return what applies the edits of each step to its output; the input has no path."""
    if not interventions:
        return None
    taken = set(paths.values())
    wanted: dict[str, list[Intervention]] = {}
    for each in interventions:
        wanted.setdefault(each.step, []).append(each)

    def edit(path: str | None, call: int, tensor: torch.Tensor) -> torch.Tensor:
        step = graph.input_id(taken) if path is None else graph.step_id(path, call, taken)
        return edited(tensor, wanted[step]) if step in wanted else tensor

    return edit


def edited(tensor: torch.Tensor, interventions: Sequence[Intervention]) -> torch.Tensor:
    """Return a copy of an output after interventions; of complex numbers units are their parts."""
    changed = tensor.detach().clone(memory_format=torch.contiguous_format)
    parts = torch.view_as_real(changed) if changed.is_complex() else changed
    kind = parts.dtype if parts.is_floating_point() else torch.float64
    for each in interventions:
        whole = parts[None] if each.batch is None else parts.movedim(each.batch, 0)
        flat = whole.reshape(len(whole), -1)  # a copy where the batch is not the first dimension
        values = torch.tensor(each.values, dtype=kind, device=flat.device)
        units = slice(None) if each.units is None else list(each.units)
        kept = each.scale * flat[:, units] if each.scale else 0  # 0 times no number is none
        flat[:, units] = (kept + values).to(flat.dtype)
        whole.copy_(flat.view(whole.shape))
    return changed
