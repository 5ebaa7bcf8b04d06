"""What training costs: from a model's size and data to operations, time, money and electricity."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

HOUR, DAY, YEAR = 3600.0, 86400.0, 365.0 * 86400.0  # seconds


@dataclass(frozen=True)
class Hardware:
    """One accelerator: its peak in FLOP/s (floating-point operations a second) and its draw in watts."""

    name: str
    peak: float
    watts: float
    source: str


HARDWARE = {
    "laptop CPU": Hardware(
        "laptop CPU", 3.84e11, 45, "4 cores x 3 GHz x 8 numbers an instruction x 2 units x 2 operations; 45 W class"
    ),
    "V100, as Lambda counted": Hardware(
        "V100, as Lambda counted",
        28e12,
        250,
        "Lambda Labs 2020, half precision without tensor cores; NVIDIA data sheet",
    ),
    "V100": Hardware("V100", 125e12, 300, "NVIDIA V100 SXM2 data sheet: tensor cores, FP16"),
    "A100": Hardware("A100", 312e12, 400, "NVIDIA A100 SXM data sheet: tensor cores, BF16, dense"),
    "H100": Hardware("H100", 989e12, 700, "NVIDIA H100 SXM data sheet: tensor cores, BF16, dense"),
}


@dataclass(frozen=True)
class Cost:
    """What a training run takes. device_seconds: of all devices together; days: on the wall, all at work."""

    flops: float
    device_seconds: float
    days: float
    dollars: float
    kwh: float

    @property
    def device_hours(self) -> float:
        """Hours that one device alone would need."""
        return self.device_seconds / HOUR

    @property
    def device_years(self) -> float:
        """Years (of 365 days) that one device alone would need."""
        return self.device_seconds / YEAR


def training_flops(parameters: float, tokens: float) -> float:
    """Operations to train a dense Transformer: 6 N D (Kaplan et al. 2020, section 2.1).

    parameters: N, tokens: D, counted each time one is seen. A multiplication and an addition for each parameter
    going forward, and twice as many going backward. Raises ValueError unless both are finite and above 0.
    """
    _positive(parameters=parameters, tokens=tokens)
    return 6.0 * parameters * tokens


def training_cost(
    flops: float,
    hardware: Hardware,
    *,
    utilisation: float = 1.0,
    throughput: float | None = None,
    devices: int = 1,
    dollars_per_hour: float = 0.0,
    overhead: float = 1.1,
) -> Cost:
    """Time, money and electricity for `flops` operations.

    utilisation: share of the peak that is reached, above 0 to 1; or throughput: measured FLOP/s of one device, which
    then takes its place. dollars_per_hour: price of one device. overhead: electricity of the whole building for each
    watt of a device, from 1 (1.1 in Touvron et al. 2023, LLaMA, section 6). Raises ValueError outside these ranges.
    """
    _positive(flops=flops, devices=devices)
    if throughput is None:
        if not 0.0 < utilisation <= 1.0:
            raise ValueError(f"utilisation ({utilisation}) must lie above 0 and at most at 1: a share of the peak")
        throughput = utilisation * hardware.peak
    _positive(throughput=throughput)
    if throughput > hardware.peak:
        raise ValueError(f"throughput ({throughput:.3g} FLOP/s) is above the peak of {hardware.name}: check its unit")
    if not (math.isfinite(dollars_per_hour) and dollars_per_hour >= 0):
        raise ValueError(f"dollars_per_hour ({dollars_per_hour}) must be a number from 0 up")
    if not (math.isfinite(overhead) and overhead >= 1):
        raise ValueError(f"overhead ({overhead}) must be a number from 1 up: a building draws what its machines draw")
    seconds = flops / throughput
    return Cost(
        flops=flops,
        device_seconds=seconds,
        days=seconds / devices / DAY,
        dollars=seconds / HOUR * dollars_per_hour,
        kwh=seconds / HOUR * hardware.watts / 1000.0 * overhead,
    )


def measured_throughput(size: int = 1024, *, repeats: int = 5, device: torch.device | str = "cpu") -> float:
    """FLOP/s of a matrix product: 2 size^3 operations over the fastest of `repeats` runs, after one to warm up."""
    if size < 1 or repeats < 1:
        raise ValueError(f"size ({size}) and repeats ({repeats}) must be at least 1")
    matrix = torch.ones(size, size, device=device)
    times = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        (matrix @ matrix)[0, 0].item()  # reading a number waits for a GPU to finish
        times.append(time.perf_counter() - began)
    return 2.0 * size**3 / min(times[1:])


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} ({value}) must be a finite number above 0")
