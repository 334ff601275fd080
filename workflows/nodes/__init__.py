"""The node kinds of our flows: the engine's, with authority, deadlines, the desk row, and no half-finished states.

A gateway, a function and an end run without savepoints of their own: whatever fails inside a transition must undo the
whole transition, so there is nothing to go back to.
"""

from .cosign import CoSignActivation, CoSignStep
from .gateway import Finish, Gateway, Opening, Resumption, Step
from .human import AUTHORITY, HumanActivation, HumanTask, Seat
from .timer import Deadline, Wait

__all__ = [
    "AUTHORITY",
    "CoSignActivation",
    "CoSignStep",
    "Deadline",
    "Finish",
    "Gateway",
    "HumanActivation",
    "HumanTask",
    "Opening",
    "Resumption",
    "Seat",
    "Step",
    "Wait",
]
