"""Sizes of the nodes on a diagram."""

TASK_SHAPE = {"width": 124, "height": 52, "text-align": "middle", "svg": ""}
GATE_SHAPE = {"width": 96, "height": 40, "svg": ""}
START_SHAPE = {"width": 36, "height": 36, "svg": ""}
END_SHAPE = {"width": 92, "height": 36, "svg": ""}
