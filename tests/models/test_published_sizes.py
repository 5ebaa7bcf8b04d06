"""Oracle: the parameter counts that papers and released models give. Models are built without memory."""

import pytest
import torch

from lecture_utils.models import gpt
from lecture_utils.models.bert import BERT_BASE, BERT_LARGE, Bert
from lecture_utils.models.gpt import GPT, GPT2_LARGE, GPT2_MEDIUM, GPT2_SMALL, GPT2_XL
from lecture_utils.models.llama import LLAMA2_70B, LLAMA_7B, LLAMA_13B, LLAMA_33B, LLAMA_65B, Llama
from lecture_utils.models.resnet import RESNET18, RESNET34, RESNET50, RESNET101, RESNET152, ResNet
from lecture_utils.models.transformer import TRANSFORMER_BASE, TRANSFORMER_BIG, Transformer
from lecture_utils.models.vit import VIT_B16, VIT_H14, VIT_L16, ViT

HUB = "released weights, Hugging Face hub"
EXACT = [  # model, sizes, parameters, source
    (ResNet, RESNET18, 11_689_512, "torchvision's documentation"),
    (ResNet, RESNET34, 21_797_672, "torchvision's documentation"),
    (ResNet, RESNET50, 25_557_032, "torchvision's documentation"),
    (ResNet, RESNET101, 44_549_160, "torchvision's documentation"),
    (ResNet, RESNET152, 60_192_808, "torchvision's documentation"),
    (Bert, BERT_BASE, 109_482_240, HUB),
    (Bert, BERT_LARGE, 335_141_888, HUB),
    (GPT, GPT2_SMALL, 124_439_808, HUB),
    (GPT, GPT2_MEDIUM, 354_823_168, HUB),
    (GPT, GPT2_LARGE, 774_030_080, HUB),
    (GPT, GPT2_XL, 1_557_611_200, HUB),
    (Llama, LLAMA_7B, 6_738_415_616, HUB),
    (Llama, LLAMA_13B, 13_015_864_320, HUB),
    (Llama, LLAMA_33B, 32_528_943_616, HUB),
    (Llama, LLAMA_65B, 65_285_660_672, HUB),
    (Llama, LLAMA2_70B, 68_976_648_192, HUB),
    (ViT, VIT_B16, 86_567_656, "torchvision's documentation"),
    (ViT, VIT_L16, 304_326_632, "torchvision's documentation"),
    (ViT, VIT_H14, 632_045_800, "torchvision's documentation"),
]
ROUNDED = [  # model, sizes, parameters as printed, share that may differ, source
    (Transformer, TRANSFORMER_BASE, 65e6, 0.03, "Vaswani et al. 2017, table 3"),
    (Transformer, TRANSFORMER_BIG, 213e6, 0.01, "Vaswani et al. 2017, table 3"),
    (Llama, LLAMA_7B, 6.7e9, 0.01, "Touvron et al. 2023, table 2"),
    (Llama, LLAMA_13B, 13.0e9, 0.005, "Touvron et al. 2023, table 2"),
    (Llama, LLAMA_33B, 32.5e9, 0.005, "Touvron et al. 2023, table 2"),
    (Llama, LLAMA_65B, 65.2e9, 0.005, "Touvron et al. 2023, table 2"),
    (GPT, gpt.GPT3_125M, 125e6, 0.005, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_350M, 350e6, 0.02, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_760M, 760e6, 0.005, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_1_3B, 1.3e9, 0.02, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_2_7B, 2.7e9, 0.02, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_6_7B, 6.7e9, 0.01, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_13B, 13.0e9, 0.015, "Brown et al. 2020, table 2.1"),
    (GPT, gpt.GPT3_175B, 175.0e9, 0.005, "Brown et al. 2020, table 2.1"),
]


def parameters(model, sizes):
    with torch.device("meta"):
        return sum(weight.numel() for weight in model(sizes).parameters())


@pytest.mark.parametrize(("model", "sizes", "count", "source"), EXACT)
def test_exact_counts(model, sizes, count, source):
    assert parameters(model, sizes) == count, source


@pytest.mark.parametrize(("model", "sizes", "count", "share", "source"), ROUNDED)
def test_counts_to_the_precision_of_the_paper(model, sizes, count, share, source):
    assert parameters(model, sizes) == pytest.approx(count, rel=share), source
