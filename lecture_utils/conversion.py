"""Hugging Face's names and shapes of weights -> ours, for GPT-2, LLaMA, BERT and ViT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from lecture_utils.layers.positions import BASE, Rotary
from lecture_utils.models.bert import BertConfig, BertPreTraining
from lecture_utils.models.gpt import GPT, GPTConfig
from lecture_utils.models.llama import Llama, LlamaConfig
from lecture_utils.models.vit import ViT, ViTConfig

GPT2_LAYER = {  # ours: theirs, each with a weight and a bias
    "around_attention.norm": "ln_1",
    "attention.output": "attn.c_proj",
    "around_feedforward.norm": "ln_2",
    "feedforward.expand": "mlp.c_fc",
    "feedforward.contract": "mlp.c_proj",
}
LLAMA_LAYER = {
    "around_attention.norm": "input_layernorm",
    "attention.query": "self_attn.q_proj",
    "attention.key": "self_attn.k_proj",
    "attention.value": "self_attn.v_proj",
    "attention.output": "self_attn.o_proj",
    "around_feedforward.norm": "post_attention_layernorm",
    "feedforward.gate": "mlp.gate_proj",
    "feedforward.expand": "mlp.up_proj",
    "feedforward.contract": "mlp.down_proj",
}
BERT_LAYER = {
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.output": "attention.output.dense",
    "around_attention.norm": "attention.output.LayerNorm",
    "feedforward.expand": "intermediate.dense",
    "feedforward.contract": "output.dense",
    "around_feedforward.norm": "output.LayerNorm",
}
VIT_LAYER = {
    "attention.query": "attention.attention.query",
    "attention.key": "attention.attention.key",
    "attention.value": "attention.attention.value",
    "attention.output": "attention.output.dense",
    "around_attention.norm": "layernorm_before",
    "feedforward.expand": "intermediate.dense",
    "feedforward.contract": "output.dense",
    "around_feedforward.norm": "layernorm_after",
}
BERT_REST = {
    "bert.norm": "bert.embeddings.LayerNorm",
    "bert.pooler": "bert.pooler.dense",
    "transform": "cls.predictions.transform.dense",
    "norm": "cls.predictions.transform.LayerNorm",
    "next_sentence": "cls.seq_relationship",
}
VIT_REST = {
    "patches.project": "vit.embeddings.patch_embeddings.projection",
    "norm": "vit.layernorm",
    "readout": "classifier",
}
QUERY_KEY_VALUE = ("query", "key", "value")  # GPT-2 keeps the three side by side in one matrix


def gpt_from(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> GPT:
    """Our GPT with the weights of a `GPT2LMHeadModel`; config: its config.json.

    Raises ValueError for sizes that make no model, and for weights that are missing, foreign or of another shape.
    """
    layers = _layers(config, "n_layer", tensors)
    heads, longest = _sizes(config, "n_head", "n_positions")
    _expect(config, "activation_function", "gelu_new")
    found: dict[str, Tensor] = {}
    for name, value in tensors.items():
        own = name.removeprefix("transformer.")
        if own == "lm_head.weight" or own.endswith((".attn.bias", ".attn.masked_bias")):
            continue  # the word vectors once more, and the causal masks that old files bring along
        across = own.endswith((".attn.c_attn.weight", ".c_proj.weight", ".c_fc.weight")) and value.ndim == 2
        found[own] = value.T if across else value  # these matrices stand in rows what torch's have in columns
    ours: dict[str, Tensor] = {}
    _take(ours, found, "embedding.weight", "wte.weight")
    _take(ours, found, "positions.table.weight", "wpe.weight")
    _take_both(ours, found, {"norm": "ln_f"})
    for layer in range(layers):
        _take_both(ours, found, {f"layers.{layer}.{own}": f"h.{layer}.{their}" for own, their in GPT2_LAYER.items()})
        for kind in ("weight", "bias"):
            joined = found.pop(f"h.{layer}.attn.c_attn.{kind}", None)
            if joined is not None and joined.ndim:
                parts = zip(QUERY_KEY_VALUE, joined.tensor_split(3), strict=True)
                ours |= {f"layers.{layer}.attention.{part}.{kind}": value for part, value in parts}
    vocabulary, width = _shape(ours, "embedding.weight")
    return fill(lambda: GPT(GPTConfig(vocabulary, longest, width, heads, layers)), ours, found)


def llama_from(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Llama:
    """Our LLaMA with the weights of a `LlamaForCausalLM`; config: its config.json. Raises as `gpt_from` does.

    Pairs of rotary positions are halves of a head in both. The files that Meta released pair neighbours instead;
    Hugging Face's have been reordered.
    """
    layers = _layers(config, "num_hidden_layers", tensors)
    heads, hidden = _sizes(config, "num_attention_heads", "intermediate_size")
    groups = heads if config.get("num_key_value_heads") is None else _sizes(config, "num_key_value_heads")[0]
    for name, value in {"hidden_act": "silu", "attention_bias": False, "mlp_bias": False}.items():
        _expect(config, name, value)
    turning = config.get("rope_parameters") or config.get("rope_scaling") or {}
    _expect({"rope_type": turning.get("type", "default")} | turning, "rope_type", "default")
    (base,) = _numbers({"rope_theta": config.get("rope_theta", BASE)} | turning, "rope_theta")
    (eps,) = _numbers({"rms_norm_eps": 1e-6} | config, "rms_norm_eps")
    found = {name.removeprefix("model."): value for name, value in tensors.items()}
    tied, ours = bool(config.get("tie_word_embeddings", False)), {}
    _take(ours, found, "embedding.weight", "embed_tokens.weight")
    if tied:
        found.pop("lm_head.weight", None)  # the word vectors once more
    _take_both(ours, found, {"norm": "norm", "output": "lm_head"})
    for layer in range(layers):
        found.pop(f"layers.{layer}.self_attn.rotary_emb.inv_freq", None)  # the speeds, in old files
        start = f"layers.{layer}"
        _take_both(ours, found, {f"{start}.{own}": f"{start}.{their}" for own, their in LLAMA_LAYER.items()})
    vocabulary, width = _shape(ours, "embedding.weight")
    _expect({"head_dim": config.get("head_dim") or width // heads}, "head_dim", width // heads)
    sizes = LlamaConfig(vocabulary, width, heads, layers, hidden, groups, eps, base, tied)
    model = fill(lambda: Llama(sizes), ours, found)
    for layer in model.layers:  # the speeds of its hands are no weights, and were made without memory too
        layer.attention.positions = Rotary(dim=width // heads, base=base)
    return model


def bert_from(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> BertPreTraining:
    """Our BERT with the weights of a `BertForPreTraining`; config: its config.json. Raises as `gpt_from` does."""
    layers = _layers(config, "num_hidden_layers", tensors)
    heads, hidden = _sizes(config, "num_attention_heads", "intermediate_size")
    longest, segments = _sizes(config, "max_position_embeddings", "type_vocab_size")
    _expect(config, "hidden_act", "gelu")
    renamed = {"gamma": "weight", "beta": "bias"}  # the first files call a norm's numbers so
    found = {}
    for name, value in tensors.items():
        start, _, last = name.rpartition(".")
        found[f"{start}.{renamed.get(last, last)}"] = value
    for copy in ("bert.embeddings.position_ids", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias"):
        found.pop(copy, None)  # a counter, and the word vectors and the bias once more
    ours: dict[str, Tensor] = {}
    _take(ours, found, "bert.embedding.weight", "bert.embeddings.word_embeddings.weight")
    _take(ours, found, "bert.positions.table.weight", "bert.embeddings.position_embeddings.weight")
    _take(ours, found, "bert.segments.weight", "bert.embeddings.token_type_embeddings.weight")
    _take(ours, found, "output.bias", "cls.predictions.bias")
    _take_both(ours, found, BERT_REST)
    for layer in range(layers):
        start = f"bert.encoder.layer.{layer}"
        _take_both(ours, found, {f"bert.layers.{layer}.{own}": f"{start}.{their}" for own, their in BERT_LAYER.items()})
    vocabulary, width = _shape(ours, "bert.embedding.weight")
    sizes = BertConfig(vocabulary, longest, segments, width, heads, layers, hidden)
    return fill(lambda: BertPreTraining(sizes), ours, found)


def vit_from(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> ViT:
    """Our ViT with the weights of a `ViTForImageClassification`; config: its config.json. Raises as `gpt_from` does."""
    layers = _layers(config, "num_hidden_layers", tensors)
    heads, hidden, channels = _sizes(config, "num_attention_heads", "intermediate_size", "num_channels")
    _expect(config, "hidden_act", "gelu")
    found = {name: value for name, value in tensors.items() if not name.startswith("vit.pooler.")}  # no part of it
    ours: dict[str, Tensor] = {}
    _take(ours, found, "class_token", "vit.embeddings.cls_token")  # (1, 1, D)
    _take(ours, found, "positions", "vit.embeddings.position_embeddings")  # (1, 1 + P, D)
    _take_both(ours, found, VIT_REST)
    kernels = ours.get("patches.project.weight")  # (D, C, h, w)
    if kernels is not None and kernels.ndim > 1:
        ours["patches.project.weight"] = kernels.flatten(1)  # a convolution's weights are one row a kernel
    for name, axes in (("class_token", (0, 1)), ("positions", (0,))):
        if name in ours and ours[name].ndim == 3:
            ours[name] = ours[name].squeeze(axes)  # without the axis of the batch
    for layer in range(layers):
        start = f"vit.encoder.layer.{layer}"
        _take_both(ours, found, {f"layers.{layer}.{own}": f"{start}.{their}" for own, their in VIT_LAYER.items()})
    classes, width = _shape(ours, "readout.weight")
    image, patch = _pair(config, "image_size"), _pair(config, "patch_size")
    sizes = ViTConfig(image, patch, channels, width, heads, layers, hidden, classes)
    return fill(lambda: ViT(sizes), ours, found)


def fill(build: Callable[[], nn.Module], weights: Mapping[str, Tensor], left: Mapping[str, Tensor]) -> nn.Module:
    """The model that `build` makes, in evaluation mode, with these weights and no others.

    It is made without memory first, so that nothing is allocated for sizes that the weights do not have. left:
    weights of the file that nobody asked for. Raises ValueError for those, for missing ones and for other shapes.
    """
    with torch.device("meta"):
        model = build()
    own, first = model.state_dict(keep_vars=True), {}
    shared = {name: first.setdefault(id(weight), name) for name, weight in own.items()}  # tied ones to their first
    missing = sorted(set(shared.values()) - set(weights))
    if missing or left:
        wrong = f"lacks {missing[0]}" if missing else f"holds {min(left)}, which is unknown"
        raise ValueError(f"the file {wrong}: it belongs to another model, or is not whole")
    for name, weight in weights.items():
        if weight.shape != own[name].shape:
            raise ValueError(f"{name} is {tuple(weight.shape)} in the file where {tuple(own[name].shape)} fits")
    model.load_state_dict({name: weights[source].float() for name, source in shared.items()}, assign=True)
    for name, source in shared.items():
        if name != source:
            owner, _, leaf = name.rpartition(".")
            setattr(model.get_submodule(owner), leaf, model.get_parameter(source))
    return model.eval()


def _take(ours: dict[str, Tensor], found: dict[str, Tensor], own: str, their: str) -> None:
    """Move one tensor, where the file has it."""
    if their in found:
        ours[own] = found.pop(their)


def _take_both(ours: dict[str, Tensor], found: dict[str, Tensor], names: Mapping[str, str]) -> None:
    """Move weights and biases of parts, ours by theirs."""
    for own, their in names.items():
        for kind in ("weight", "bias"):
            _take(ours, found, f"{own}.{kind}", f"{their}.{kind}")


def _shape(weights: Mapping[str, Tensor], name: str) -> tuple[int, int]:
    if name not in weights or weights[name].ndim != 2:
        raise ValueError(f"the file lacks {name}, a matrix: it belongs to another model, or is not whole")
    rows, columns = weights[name].shape
    return rows, columns


def _layers(config: Mapping[str, Any], name: str, tensors: Mapping[str, Tensor]) -> int:
    """How many layers there are: no more than tensors, so that a wrong number does not keep us busy for ever."""
    (layers,) = _sizes(config, name)
    if layers > len(tensors):
        raise ValueError(f"config.json tells of {layers} layers, but the file has {len(tensors)} tensors in all")
    return layers


def _sizes(config: Mapping[str, Any], *names: str) -> list[int]:
    """Whole numbers from the configuration."""
    values = [config.get(name) for name in names]
    for name, value in zip(names, values, strict=True):
        if type(value) is not int or value < 1:
            raise ValueError(f"config.json has {name} = {value!r} where a whole number from 1 is needed")
    return values


def _numbers(config: Mapping[str, Any], *names: str) -> list[float]:
    """Numbers above 0 from the configuration."""
    values = [config.get(name) for name in names]
    for name, value in zip(names, values, strict=True):
        if type(value) not in (int, float) or not value > 0:
            raise ValueError(f"config.json has {name} = {value!r} where a number above 0 is needed")
    return values


def _pair(config: Mapping[str, Any], name: str) -> tuple[int, int]:
    """Height and width, from one number or two."""
    value = config.get(name)
    pair = value if isinstance(value, list) and len(value) == 2 else [value, value]
    height, width = _sizes({"height": pair[0], "width": pair[1]}, "height", "width")
    return height, width


def _expect(config: Mapping[str, Any], name: str, value: str) -> None:
    if config.get(name, value) != value:
        raise ValueError(f"config.json has {name} = {config[name]!r}, our model {value!r}")
