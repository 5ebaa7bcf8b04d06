"""Where a language model's weights sit: embeddings, attention, feed-forward, norms."""

from __future__ import annotations

from dataclasses import dataclass

EMBEDDINGS, ATTENTION, FEED_FORWARD, NORMS = "embeddings", "attention", "feed-forward", "norms"


@dataclass(frozen=True)
class DecoderShape:
    """The published sizes of a decoder-only Transformer, all that its parameter count depends on.

    hidden: of the feed-forward, 4 x width by default (0). head_width: d, width / heads by default (0).
    key_value_heads: as many as heads by default (0), 1 in multi-query attention. gated: a third matrix in the
    feed-forward (SwiGLU). biases: in projections and norms. positions: learned ones. parallel: one norm a layer, for
    attention and feed-forward side by side. Input and output share the word vectors.
    """

    vocabulary: int
    width: int
    layers: int
    heads: int
    hidden: int = 0
    head_width: int = 0
    key_value_heads: int = 0
    gated: bool = False
    biases: bool = True
    positions: int = 0
    parallel: bool = False

    def __post_init__(self) -> None:
        if min(self.vocabulary, self.width, self.layers, self.heads) < 1:
            raise ValueError(f"vocabulary, width, layers and heads of {self} must each be at least 1")
        if not self.head_width and self.width % self.heads:
            raise ValueError(f"width ({self.width}) must be a multiple of heads ({self.heads}), or give head_width")


# Radford et al. (2019), table 2.
GPT2_SMALL = DecoderShape(50_257, 768, layers=12, heads=12, positions=1024)
GPT2_MEDIUM = DecoderShape(50_257, 1024, layers=24, heads=16, positions=1024)
# Chowdhery et al. (2022), section 2 and table 1; heads of 256 numbers do not add up to the width in the largest.
_PALM = {"head_width": 256, "key_value_heads": 1, "gated": True, "biases": False, "parallel": True}
PALM_8B = DecoderShape(256_000, 4096, layers=32, heads=16, **_PALM)
PALM_62B = DecoderShape(256_000, 8192, layers=64, heads=32, **_PALM)
PALM_540B = DecoderShape(256_000, 18_432, layers=118, heads=48, **_PALM)


def block_parameters(shape: DecoderShape) -> dict[str, int]:
    """Weights of one layer by part: queries, keys, values, output, expand, gate (where gated), contract, norms."""
    own = shape.head_width or shape.width // shape.heads
    queries, shared = shape.heads * own, (shape.key_value_heads or shape.heads) * own
    hidden, bias = shape.hidden or 4 * shape.width, int(shape.biases)
    parts = {
        "queries": (shape.width + bias) * queries,
        "keys": (shape.width + bias) * shared,
        "values": (shape.width + bias) * shared,
        "output": (queries + bias) * shape.width,
        "expand": (shape.width + bias) * hidden,
        "gate": (shape.width + bias) * hidden if shape.gated else 0,
        "contract": (hidden + bias) * shape.width,
        NORMS: (1 if shape.parallel else 2) * (1 + bias) * shape.width,
    }
    return {name: count for name, count in parts.items() if count}


def model_parameters(shape: DecoderShape) -> dict[str, int]:
    """Weights of the whole model by kind: embeddings, attention, feed-forward, norms (one after the last layer)."""
    block = block_parameters(shape)
    return {
        EMBEDDINGS: (shape.vocabulary + shape.positions) * shape.width,
        ATTENTION: shape.layers * sum(block[part] for part in ("queries", "keys", "values", "output")),
        FEED_FORWARD: shape.layers * sum(block.get(part, 0) for part in ("expand", "gate", "contract")),
        NORMS: shape.layers * block[NORMS] + (1 + shape.biases) * shape.width,
    }
