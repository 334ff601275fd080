"""The frame of certificates, as SVG: guilloche band, 回纹 corners, a pale rosette behind the text.

Drawn once into ``templates/documents/certificate/v1/frame.svg``; a test keeps the two together. A changed
frame is a new template version.
"""

import math

RED, GOLD, PALE, PAPER = "#a5192a", "#c4a052", "#eee6d0", "#fffdf8"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _wave(
    start: tuple[float, float], end: tuple[float, float], amplitude: float, periods: int, phase: float
) -> str:
    """A sine along a segment as Bézier curves, four to a period."""
    length = math.dist(start, end)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    steps, pace = periods * 4, 2 * math.pi * periods / length
    handle = length / steps / 3

    def point(along: float, aside: float) -> str:
        return f"{_number(start[0] + ux * along - uy * aside)} {_number(start[1] + uy * along + ux * aside)}"

    def height(along: float) -> float:
        return amplitude * math.sin(pace * along + phase)

    def slope(along: float) -> float:
        return amplitude * pace * math.cos(pace * along + phase)

    path = [f"M{point(0, height(0))}"]
    for step in range(steps):
        a, b = length * step / steps, length * (step + 1) / steps
        first = point(a + handle, height(a) + slope(a) * handle)
        second = point(b - handle, height(b) - slope(b) * handle)
        path.append(f"C{first} {second} {point(b, height(b))}")
    return "".join(path)


def _closed_spline(points: list[tuple[float, float]]) -> str:
    count = len(points)
    path = [f"M{_number(points[0][0])} {_number(points[0][1])}"]
    for at in range(count):
        (ax, ay), (bx, by) = points[at - 1], points[at]
        (cx, cy), (dx, dy) = points[(at + 1) % count], points[(at + 2) % count]
        numbers = (bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy)
        path.append("C" + " ".join(_number(number) for number in numbers))
    return "".join(path) + "Z"


def _rosette(x: float, y: float, radius: float, lobes: int, depth: float, phase: float) -> str:
    points = []
    for step in range(lobes * 8):
        angle = 2 * math.pi * step / (lobes * 8)
        reach = radius * (1 - depth) + radius * depth * math.cos(lobes * angle + phase)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return _closed_spline(points)


def _rectangle(inset: float, width: float, height: float, colour: str, stroke: float) -> str:
    return (
        f'<rect x="{_number(inset)}" y="{_number(inset)}" width="{_number(width - 2 * inset)}" '
        f'height="{_number(height - 2 * inset)}" fill="none" stroke="{colour}" stroke-width="{stroke}"/>'
    )


def _corner(width: float, height: float, right: bool, bottom: bool) -> str:
    """A box with a square spiral (回纹), mirrored into its corner."""
    side, inset, unit = 12.6, 10.0, 1.56
    x, sign_x = (width - inset, -1) if right else (inset, 1)
    y, sign_y = (height - inset, -1) if bottom else (inset, 1)
    box_x, box_y = (x - side if right else x), (y - side if bottom else y)
    spiral = ((0, 6), (0, 0), (6, 0), (6, 4.6), (1.6, 4.6), (1.6, 1.6), (4.4, 1.6), (4.4, 3.1), (3, 3.1))
    points = (
        f"{_number(x + sign_x * (1.6 + a * unit))} {_number(y + sign_y * (1.6 + b * unit))}"
        for a, b in spiral
    )
    return (
        f'<rect x="{_number(box_x)}" y="{_number(box_y)}" width="{side}" height="{side}" fill="{PAPER}" '
        f'stroke="{GOLD}" stroke-width=".45"/>'
        f'<path d="M{"L".join(points)}" fill="none" stroke="{RED}" stroke-width="1.05"/>'
    )


def frame(width: float = 210, height: float = 297) -> str:
    """SVG of the frame for a page of ``width`` × ``height`` mm."""
    parts = [f'<rect width="{width}" height="{height}" fill="{PAPER}"/>']
    radius = min(width, height) * 0.4
    parts.append(f'<g fill="none" stroke="{PALE}" stroke-width=".13">')
    for scale, lobes, depth in ((1, 36, 0.10), (0.86, 30, 0.16), (0.66, 24, 0.24), (0.44, 16, 0.34)):
        for quarter in range(4):
            path = _rosette(width / 2, height / 2, radius * scale, lobes, depth, quarter * math.pi / 2)
            parts.append(f'<path d="{path}"/>')
    parts.append("</g>")
    for inset, colour, stroke in ((8, RED, 2.2), (10, GOLD, 0.45), (16.4, GOLD, 0.45), (17.5, RED, 0.25)):
        parts.append(_rectangle(inset, width, height, colour, stroke))
    band, corner = 13.2, 21.0
    sides = (
        ((corner, band), (width - corner, band)),
        ((corner, height - band), (width - corner, height - band)),
        ((band, corner), (band, height - corner)),
        ((width - band, corner), (width - band, height - corner)),
    )
    parts.append(f'<g fill="none" stroke="{GOLD}" stroke-width=".22">')
    for start, end in sides:
        periods = round(math.dist(start, end) / 6.2)
        parts.extend(
            f'<path d="{_wave(start, end, 2.35, periods, strand * math.pi / 3)}"/>' for strand in range(6)
        )
    parts.append("</g>")
    parts.extend(_corner(width, height, right, bottom) for right in (False, True) for bottom in (False, True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>\n'
    )
