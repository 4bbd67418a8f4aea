"""The optional parts of a view, by the name that `Query.show` asks for, in the order of the tabs.

Each file answers with one function, `section(scene)`: JSON-ready data and the checks that prove it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.network.scene import Scene
from explorer.sections import (
    autograd,
    code,
    course,
    deciding,
    folding,
    gradient,
    lesson,
    likes,
    linear,
    mind,
    nearest,
    optimizing,
    paths,
    robustness,
    softmax,
    stages,
    strongest,
    tested,
    trust,
    unit,
    versus,
)
from explorer.sections.base import Section

# Those that run the network once more, or parts of it.
RUNNING = frozenset({"linear", "deciding", "robustness", "mind", "gradient", "lesson"})
SECTIONS: Mapping[str, Callable[[Scene], Section]] = {
    "unit": unit.section,
    "likes": likes.section,
    "strongest": strongest.section,
    "softmax": softmax.section,
    "linear": linear.section,
    "paths": paths.section,
    "deciding": deciding.section,
    "robustness": robustness.section,
    "mind": mind.section,
    "gradient": gradient.section,
    "lesson": lesson.section,
    "tested": tested.section,
    "versus": versus.section,
    "trust": trust.section,
    "nearest": nearest.section,
    "code": code.section,
    "course": course.section,
    "autograd": autograd.section,
    "optimizing": optimizing.section,
    "folding": folding.section,
    "stages": stages.section,
}
