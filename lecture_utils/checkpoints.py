"""Checkpoints of a training run in one safetensors file, written atomically; no pickle is ever read.

A file holds the model, the optimiser, torch's random state and the history, so that a resumed run goes on
bit for bit as if it had never stopped.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer


def save(path: Path | str, model: nn.Module, optimizer: Optimizer, notes: dict) -> None:
    """Write model, optimiser, random state and `notes` (plain JSON values) to one file, all or nothing."""
    path = Path(path)
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    state = optimizer.state_dict()
    numbers: dict[str, dict] = {}
    for index, entry in state["state"].items():
        for key, value in entry.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer/{index}/{key}"] = value
            else:
                numbers.setdefault(str(index), {})[key] = value
    tensors["random/cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random/cuda"] = torch.cuda.get_rng_state()
    header = {"groups": state["param_groups"], "numbers": numbers, "notes": notes}
    copies = {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}  # untie shared
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    try:
        save_file(copies, beside, metadata={"lecture": json.dumps(header)})
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def load(path: Path | str, model: nn.Module, optimizer: Optimizer) -> dict:
    """Restore everything that `save` wrote and return the notes; nothing is changed unless the whole file fits.

    Raises ValueError for a missing, damaged or foreign file, and for one of another model.
    """
    path = Path(path)
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["lecture"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(
            f"{path} is no whole checkpoint of training.fit ({error}): delete it to start anew, or name another file"
        ) from error
    weights = {name.removeprefix("model/"): value for name, value in tensors.items() if name.startswith("model/")}
    own = model.state_dict()
    wrong = sorted(set(weights) ^ set(own)) or sorted(n for n in own if own[n].shape != weights[n].shape)
    if wrong:
        raise ValueError(
            f"{path} belongs to another model: {wrong[0]!r} "
            f"{'has another shape' if wrong[0] in own and wrong[0] in weights else 'is not in both'}; "
            "build the model as it was when the checkpoint was written, or name another file"
        )
    entries: dict[int, dict] = {int(index): dict(entry) for index, entry in header["numbers"].items()}
    for name, value in tensors.items():
        if name.startswith("optimizer/"):
            _, index, key = name.split("/", 2)
            entries.setdefault(int(index), {})[key] = value
    model.load_state_dict(weights)
    optimizer.load_state_dict({"state": entries, "param_groups": header["groups"]})
    torch.set_rng_state(tensors["random/cpu"])
    if "random/cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random/cuda"])
    return header["notes"]
