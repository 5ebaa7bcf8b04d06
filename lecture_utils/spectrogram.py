"""From sound to picture: how loud each band of pitch is, a hundred times a second."""

from __future__ import annotations

import torch
from torch import Tensor

WINDOW, HOP = 0.025, 0.010  # seconds that a frame hears, and seconds from one frame to the next
FLOOR = 1e-6  # added to a band's power before the logarithm: silence is no minus infinity


def mel(hertz: Tensor) -> Tensor:
    """Pitch as the ear counts it: 2595 log10(1 + f / 700) for f in Hz, 1000 mel at 1000 Hz."""
    return 2595 * torch.log10(1 + hertz / 700)


def mel_filters(bands: int, *, rate: int, size: int) -> Tensor:
    """Triangles on the mel axis, side by side and half over each other: (bands, size // 2 + 1).

    Row b holds the share of each frequency k rate / size of a Fourier transform of `size` samples.
    Raises ValueError for fewer than one band or so many that one catches no frequency.
    """
    if bands < 1 or size < 2 or rate < 1:
        raise ValueError(f"bands ({bands}), rate ({rate}) and size ({size}) must be at least 1, 1 and 2")
    frequencies = torch.arange(size // 2 + 1, dtype=torch.float64) * rate / size
    corners = torch.linspace(0, float(mel(torch.tensor(rate / 2))), bands + 2, dtype=torch.float64)  # in mel
    corners = 700 * (10 ** (corners / 2595) - 1)  # (bands + 2,) in Hz: rise from b, top at b + 1, back at b + 2
    rising = (frequencies - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - frequencies) / (corners[2:] - corners[1:-1])[:, None]
    filters = torch.minimum(rising, falling).clamp(min=0)
    if not filters.sum(1).all():
        raise ValueError(f"{bands} bands are too many for {size // 2} frequencies: one would catch none; take fewer")
    return filters.float()


def log_mel(sounds: Tensor, *, rate: int, bands: int = 40) -> Tensor:
    """Log-mel spectrogram: sounds (B, samples) -> (B, frames, bands), natural logarithm of power.

    Frames of 25 ms every 10 ms under a Hann window; the last, incomplete one is left out.
    Raises ValueError for another shape, NaN, and sounds shorter than one frame.
    """
    window, hop = round(WINDOW * rate), round(HOP * rate)
    if sounds.ndim != 2 or sounds.shape[1] < window:
        raise ValueError(f"sounds of shape {tuple(sounds.shape)} must be (B, samples) with at least {window} samples")
    if sounds.isnan().any():
        raise ValueError("the sounds contain NaN: look for a division by zero where they were made")
    size = 2 ** (window - 1).bit_length()  # the next power of two, for the fast Fourier transform
    hann = torch.hann_window(window, device=sounds.device)
    filters = mel_filters(bands, rate=rate, size=size).to(sounds).T  # (size // 2 + 1, bands)
    pictures = []
    for few in sounds.split(64):  # frames overlap: all at once they would need much memory
        frames = few.unfold(1, window, hop) * hann  # (b, frames, window)
        power = torch.fft.rfft(frames, size).abs().square()  # (b, frames, size // 2 + 1)
        pictures.append((power @ filters + FLOOR).log())
    return torch.cat(pictures)


def frame_times(frames: int, *, stride: int = 1, reach: int = 1) -> Tensor:
    """The middle of each frame in seconds, (frames,): frame t hears `reach` spectrogram frames from t * stride on.

    Raises ValueError for counts below 1.
    """
    if min(frames, stride, reach) < 1:
        raise ValueError(f"frames ({frames}), stride ({stride}) and reach ({reach}) must each be at least 1")
    return ((reach - 1) * HOP + WINDOW) / 2 + torch.arange(frames) * stride * HOP
