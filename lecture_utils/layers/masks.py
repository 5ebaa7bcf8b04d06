"""Who may look at whom. The only place where attention masks are built.

A mask is boolean, True = may attend, and broadcasts to (B, H, T, S): T queries down, S keys across.
"""

from __future__ import annotations

import torch
from torch import Tensor


def causal(queries: int, keys: int | None = None, *, device: torch.device | None = None) -> Tensor:
    """Each position sees itself and what came before (Vaswani et al. 2017, section 3.2.3), (T, S).

    keys: S, by default as many as queries. With more keys than queries, the queries are the last of S positions,
    as in decoding with a cache. Raises ValueError for fewer than one query, or fewer keys than queries.
    """
    return windowed(queries, keys, before=None, after=0, device=device)


def causal_rows(places: Tensor, keys: int) -> Tensor:
    """Some rows of `causal`: queries at these places (..., T) see keys up to their own place, (..., T, S)."""
    return torch.arange(keys, device=places.device) <= places[..., None]


def windowed(
    queries: int,
    keys: int | None = None,
    *,
    before: int | None,
    after: int | None,
    device: torch.device | None = None,
) -> Tensor:
    """Each position sees itself, `before` positions to its left and `after` to its right, (T, S).

    None is no limit on that side; 0 shuts it (Beltagy et al. 2020, section 3.1). The queries are the last of the S
    positions. Raises ValueError for sizes below 1, fewer keys than queries, or a negative reach.
    """
    keys = queries if keys is None else keys
    if queries < 1 or keys < queries:
        raise ValueError(f"queries ({queries}) must be at least 1 and keys ({keys}) at least as many")
    if any(reach is not None and reach < 0 for reach in (before, after)):
        raise ValueError(f"before ({before}) and after ({after}) count positions: 0 or more, or None for no limit")
    rows = torch.arange(keys - queries, keys, device=device)[:, None]  # (T, 1)
    columns = torch.arange(keys, device=device)  # (S,)
    mask = torch.ones(queries, keys, dtype=torch.bool, device=device)
    if before is not None:
        mask &= columns >= rows - before
    if after is not None:
        mask &= columns <= rows + after
    return mask


def prefix(known: int, length: int, *, device: torch.device | None = None) -> Tensor:
    """The first `known` positions see each other, later ones see all that came before, (T, T).

    An encoder-decoder folded into one block (Raffel et al. 2020, section 3.2.1, prefix LM).
    Raises ValueError unless 0 <= known <= length.
    """
    if not 0 <= known <= length:
        raise ValueError(f"known ({known}) must lie in 0 to length ({length})")
    mask = causal(length, device=device)
    mask[:, :known] = True
    return mask


def same_frame(frames: int, patches: int, *, device: torch.device | None = None) -> Tensor:
    """Patches of a video see those of their own frame, (F P, F P); positions count frame by frame.

    The spatial half of divided attention (Bertasius et al. 2021, section 3). Raises ValueError for sizes below 1.
    """
    positions = _clip_positions(frames, patches, device)
    return positions[:, None] // patches == positions // patches


def same_place(frames: int, patches: int, *, device: torch.device | None = None) -> Tensor:
    """Patches of a video see those at their own place in every frame, (F P, F P): the temporal half."""
    positions = _clip_positions(frames, patches, device)
    return positions[:, None] % patches == positions % patches


def _clip_positions(frames: int, patches: int, device: torch.device | None) -> Tensor:
    if frames < 1 or patches < 1:
        raise ValueError(f"frames ({frames}) and patches ({patches}) must each be at least 1")
    return torch.arange(frames * patches, device=device)  # position = frame x patches + place


def padding(tokens: Tensor, pad: int = 0) -> Tensor:
    """Nobody sees padding: tokens (B, S) of ids -> (B, 1, 1, S), False where a token is `pad`.

    Raises ValueError for other shapes.
    """
    if tokens.ndim != 2:
        raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be (B, S): one row a sentence")
    return (tokens != pad)[:, None, None, :]


def latest_image(tokens: Tensor, images: int, per_image: int, *, tag: int) -> Tensor:
    """A text token sees the last image before it and no other (Alayrac et al. 2022, section 3.1.3), (B, 1, T, N R).

    tokens (B, T) of ids, `tag` where an image stands; from its tag on an image is seen. images: N, of the longest row.
    per_image: R tokens of each image. Text before any image sees none.
    Raises ValueError for other shapes, sizes below 1, and a row with more tags than images.
    """
    if tokens.ndim != 2:
        raise ValueError(f"tokens of shape {tuple(tokens.shape)} must be (B, T): one row a text")
    if images < 1 or per_image < 1:
        raise ValueError(f"images ({images}) and per_image ({per_image}) must each be at least 1")
    latest = (tokens == tag).cumsum(1)  # (B, T): how many images have come, so which one is the last
    if not tokens.is_meta and int(latest[:, -1].max()) > images:
        raise ValueError(f"a text has {int(latest[:, -1].max())} image tags for {images} images: give one image a tag")
    owners = torch.arange(1, images + 1, device=tokens.device).repeat_interleave(per_image)  # (N R,)
    return latest[:, None, :, None] == owners


def combine(*masks: Tensor | None) -> Tensor | None:
    """May attend where every mask allows it; None allows everything. All None -> None.

    Raises ValueError for a mask that is not boolean.
    """
    given = [mask for mask in masks if mask is not None]
    for mask in given:
        if mask.dtype != torch.bool:
            raise ValueError(f"mask of type {mask.dtype} must be boolean, True = may attend")
    if not given:
        return None
    combined = given[0]
    for mask in given[1:]:
        combined = combined & mask
    return combined
