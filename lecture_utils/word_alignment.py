"""Does attention look where a translator would? Weights of whole test sets, compared with the true alignment."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture_utils.datasets.phrasebook.pair import Pair
from lecture_utils.layers.attention import record_attention
from lecture_utils.tokenizers.words import PAD
from lecture_utils.translation import Sentences


@torch.no_grad()
def attention_maps(
    model: nn.Module, sentences: Sentences, *, layer: str = "attention", batch: int = 100
) -> list[Tensor]:
    """Where each French word looked when it was about to be written: one (H, T, S) a sentence pair, in their order.

    The true words are given to the decoder (teacher forcing), so row i is asked right before French word i.
    layer: name of the attention layer, as in `named_modules`. Raises ValueError for a name that is none.
    """
    maps: list[Tensor] = [torch.empty(0)] * len(sentences)
    for rows in sentences.lengths.argsort(stable=True).split(batch):
        source, target = sentences.source[rows], sentences.target[rows, :-1]
        source = source[:, : int((source != PAD).sum(1).max())]
        with record_attention(model) as recorded:
            model(source, target)
        if layer not in recorded:
            raise ValueError(f"layer {layer!r} is none of the attention layers: {', '.join(recorded)}")
        weights = torch.cat(recorded[layer], 2).cpu()  # (B, H, T, S)
        for row, index in enumerate(rows.tolist()):
            pair = sentences.pairs[index]
            maps[index] = weights[row, :, : len(pair.french), : len(pair.english)]
    return maps


def looks_right(weights: Tensor, pair: Pair) -> list[bool]:
    """For each French word, whether the largest of its weights (T, S) is at an English word that it translates.

    Raises ValueError for weights of another shape.
    """
    if weights.shape != (len(pair.french), len(pair.english)):
        raise ValueError(f"weights {tuple(weights.shape)} must be ({len(pair.french)}, {len(pair.english)})")
    return [place in truth for place, truth in zip(weights.argmax(-1).tolist(), pair.alignment, strict=True)]


def weight_on_noun(weights: Tensor, pair: Pair) -> list[float]:
    """For each determiner of a pair, the weight (of (T, S)) on the English noun whose gender it takes."""
    return [
        weights[i, list(pair.alignment[noun])].sum().item()
        for i, (tag, noun) in enumerate(zip(pair.french_tags, pair.agrees, strict=True))
        if tag == "DET" and noun is not None
    ]
