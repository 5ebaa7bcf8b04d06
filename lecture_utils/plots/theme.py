"""The one place for colour and type: every picture of the lecture looks as if drawn by one hand."""

from __future__ import annotations

import matplotlib as mpl
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap

# Roles. Each has a contrast of at least 4.5:1 on white; the three of attention are told apart by the
# common colour-blindnesses, and every picture labels what it shows, so no meaning hangs on colour alone.
QUERY, KEY, VALUE = "#0072B2", "#B35900", "#00795A"  # blue, orange, green
INPUT, HIDDEN, OUTPUT = "#5F6670", "#7A3E9D", "#B2182B"  # grey, purple, red
TRUE = "#111111"  # the truth: dashed black; a model: solid
MUTED = "#6B7280"  # notes and guides
GRID = "#E3E6EA"

SERIES = (QUERY, KEY, VALUE, HIDDEN, OUTPUT, "#4A4E57", "#00788C", "#8A6100")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

ATTENTION = LinearSegmentedColormap.from_list("attention", ["#FFFFFF", "#9CCBEA", QUERY, "#00263F"])  # zero: white
DIVERGING = mpl.colormaps["RdBu"]  # negative red, zero white, positive blue
IMAGE = mpl.colormaps["gray"]  # photographs and their features: black to white
INK = mpl.colormaps["gray_r"]  # digits: ink on paper

DPI = 110
WIDTH = 7.6  # inches: 836 pixels, readable at 800


def apply() -> None:
    """Set matplotlib's defaults for the lecture; `lesson.start` calls this once."""
    mpl.rcParams.update(
        {
            "figure.dpi": DPI,
            "savefig.dpi": DPI,
            "figure.figsize": (WIDTH, 4.3),
            "figure.constrained_layout.use": True,
            "figure.facecolor": "white",
            "axes.facecolor": "white",
            "font.size": 13,
            "axes.titlesize": 15,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.labelsize": 13,
            "xtick.labelsize": 12,
            "ytick.labelsize": 12,
            "legend.fontsize": 12,
            "legend.frameon": False,
            "figure.titlesize": 15,
            "figure.titleweight": "bold",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "grid.color": GRID,
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=SERIES),
            "lines.linewidth": 2.2,
            "lines.markersize": 7,
            "image.interpolation": "nearest",
        }
    )
