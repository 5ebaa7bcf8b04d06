"""Making a trained model smaller without training: fewer weights, or fewer bits for each."""

from __future__ import annotations

import copy
import warnings

import torch
from torch import nn
from torch.nn.utils import prune


def weighted_layers(model: nn.Module) -> list[nn.Module]:
    """The layers with a matrix or kernels called `weight`. Raises ValueError where there is none."""
    layers = [layer for layer in model.modules() if isinstance(getattr(layer, "weight", None), nn.Parameter)]
    layers = [layer for layer in layers if layer.weight.ndim > 1]
    if not layers:
        raise ValueError("the model has no layer with a weight matrix: there is nothing to compress")
    return layers


def pruned(model: nn.Module, share: float) -> nn.Module:
    """A copy in which the `share` (0 to below 1) of all weights nearest to zero are zero (Han et al. 2015)."""
    if not 0 <= share < 1:
        raise ValueError(f"share ({share}) must lie between 0 (nothing is cut) and below 1")
    model = copy.deepcopy(model)
    weights = [(layer, "weight") for layer in weighted_layers(model)]
    prune.global_unstructured(weights, prune.L1Unstructured, amount=float(share))
    for layer, name in weights:
        prune.remove(layer, name)  # the mask becomes part of the weights
    return model


@torch.no_grad()
def rounded(model: nn.Module, bits: int) -> nn.Module:
    """A copy whose weights take at most 2^bits - 1 values in each row (neuron or kernel), evenly spaced about zero.

    bits: 2 to 16. Biases stay as they are. Computes in floats: for accuracy, not for speed.
    """
    if not 2 <= bits <= 16:
        raise ValueError(f"bits ({bits}) must lie between 2 and 16")
    model = copy.deepcopy(model)
    top = 2 ** (bits - 1) - 1
    for layer in weighted_layers(model):
        weight = layer.weight
        steps = weight.flatten(1).abs().amax(1) / top  # (rows,)
        zeros = torch.zeros(len(weight), dtype=torch.int32, device=weight.device)
        weight.copy_(torch.fake_quantize_per_channel_affine(weight, steps, zeros, 0, -top, top))
    return model


def int8_linears(model: nn.Module) -> nn.Module:
    """A copy whose linear layers store and multiply 8-bit whole numbers, by torch's dynamic quantisation.

    Inputs are rounded anew at each call. The model must be on the CPU, where torch has the kernels.
    """
    if any(parameter.device.type != "cpu" for parameter in model.parameters()):
        raise ValueError("dynamic quantisation runs on the CPU only: call model.cpu() first")
    with warnings.catch_warnings():  # torch moves this tool to a package of its own, torchao, and says so at each use
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)


def stored_bytes(model: nn.Module, *, bits: int = 32) -> float:
    """Bytes that a model's parameters need on disk with `bits` for each weight, zeros left out where that is shorter.

    Leaving zeros out costs one bit a place, to say where. Below 32 bits each row has a step size of 4 bytes.
    Biases take 4 bytes each.
    """
    total = 4.0 * sum(parameter.numel() for parameter in model.parameters())
    for layer in weighted_layers(model):
        places, kept = layer.weight.numel(), int(layer.weight.count_nonzero())
        total += min(places * bits, kept * bits + places) / 8 - 4.0 * places
        total += 4.0 * len(layer.weight) * (bits < 32)
    return total
