"""Sizes as areas: one rectangle a part, the larger the part the larger the rectangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from lecture_utils.plots import theme

Box = tuple[float, float, float, float]  # x, y, width, height
COLORS = {"embeddings": theme.INPUT, "attention": theme.QUERY, "feed-forward": theme.HIDDEN, "norms": theme.OUTPUT}


def squarify(values: Sequence[float], width: float, height: float) -> list[Box]:
    """Rectangles with areas in proportion to the values, as square as can be (Bruls, Huizing and van Wijk 2000).

    The values are laid along the shorter side, largest first, as long as that makes their row squarer. Boxes come in
    the order of the values. Raises ValueError unless all are above 0.
    """
    if not values or not all(value > 0 for value in values) or not (width > 0 and height > 0):
        raise ValueError(f"values {list(values)} and sides ({width}, {height}) must all be above 0")
    order = sorted(range(len(values)), key=lambda index: -values[index])
    scale, boxes = width * height / sum(values), {}
    x = y = 0.0
    while order:
        side, row = min(width, height), order[:1]
        while len(row) < len(order):
            longer = order[: len(row) + 1]
            if _worst([values[i] * scale for i in longer], side) > _worst([values[i] * scale for i in row], side):
                break
            row = longer
        depth = sum(values[i] for i in row) * scale / side
        start = 0.0
        for index in row:
            length = values[index] * scale / depth
            boxes[index] = (x, y + start, depth, length) if width >= height else (x + start, y, length, depth)
            start += length
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
        order = order[len(row) :]
    return [boxes[index] for index in range(len(values))]


def _worst(areas: Sequence[float], side: float) -> float:
    """The most elongated rectangle of a row along this side: its ratio of sides, 1 for a square."""
    depth = sum(areas) / side
    return max(max(depth**2 / area, area / depth**2) for area in areas)


def short_number(count: float) -> str:
    """A count in three digits: 540 B, 12.6 M, 768."""
    for size, letter in ((1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " k")):
        if count >= 0.9995 * size:
            return f"{float(f'{count / size:.3g}'):g}{letter}"
    return f"{count:g}"


def plot_treemap(
    sizes: Mapping[str, float], *, title: str, colors: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Parts by name as areas, each with its count and share of the whole; returns the Axes.

    colors: by name; else those of a Transformer's parts. Parts too small for a label are named below the picture;
    parts of size 0 are left out. Raises ValueError when a size is below 0 or none is above.
    """
    if any(not size >= 0 for size in sizes.values()) or not any(sizes.values()):
        raise ValueError(f"sizes {dict(sizes)} must be 0 or more, and one of them above 0")
    ax = ax or plt.subplots(figsize=(theme.WIDTH, 3.6))[1]
    parts, total = {name: size for name, size in sizes.items() if size}, sum(sizes.values())
    small = []
    for (name, size), (x, y, width, height) in zip(
        parts.items(), squarify(list(parts.values()), 2.0, 1.0), strict=True
    ):
        color = (colors or COLORS).get(name, theme.VALUE)
        face = tuple(0.72 + 0.28 * part for part in to_rgb(color))
        ax.add_patch(Rectangle((x, y), width, height, facecolor=face, edgecolor="white", linewidth=3))
        share = f"{size / total:.1%}" if size >= 0.0005 * total else "< 0.1%"
        middle = {"x": x + width / 2, "y": y + height / 2, "ha": "center", "va": "center", "fontsize": 13}
        if width > 0.028 * max(len(name), 7) and height > 0.22:
            ax.text(s=f"{name}\n{short_number(size)}\n{share}", **middle)
        elif width > 0.07 and height > 0.034 * (len(name) + 14):
            ax.text(s=f"{name}  {short_number(size)}  {share}", rotation=90, **middle)
        else:
            small.append(f"{name} {short_number(size)} ({share})")
    ax.set(xlim=(0, 2), ylim=(1, 0), xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
    ax.set_xlabel(f"too small to label: {', '.join(small)}" if small else "", color=theme.MUTED, fontsize=12)
    return ax
