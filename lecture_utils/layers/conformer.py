"""The Conformer's block: half a feed-forward step, attention, convolution, and the other half."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from lecture_utils.layers.attention import MultiHeadAttention
from lecture_utils.layers.feedforward import FeedForward
from lecture_utils.layers.relative_sinusoids import RelativeSinusoids
from lecture_utils.layers.transformer import Residual


class ConvolutionModule(nn.Module):
    """What the neighbours said: gate, one filter a channel, batch norm, swish (Gulati et al. 2020, fig. 2).

    (B, T, D) -> (B, T, D). The norm before it, and the wire around it, are the block's. Nothing has a bias, as in
    Hugging Face's. kernel: positions that a filter sees; an even one, such as the paper's 32, sees one more to the
    right than to the left. Raises ValueError for sizes below 1.
    """

    def __init__(self, *, dim: int, kernel: int = 31) -> None:
        super().__init__()
        if dim < 1 or kernel < 1:
            raise ValueError(f"dim ({dim}) and kernel ({kernel}) must each be at least 1")
        self.kernel = kernel
        self.expand, self.contract = nn.Linear(dim, 2 * dim, bias=False), nn.Linear(dim, dim, bias=False)
        self.depthwise = nn.Conv1d(dim, dim, kernel, groups=dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)

    def forward(self, x: Tensor) -> Tensor:
        gated = F.glu(self.expand(x)).mT  # (B, T, 2 D) -> (B, T, D) -> (B, D, T)
        padded = F.pad(gated, ((self.kernel - 1) // 2, self.kernel // 2))
        return self.contract(F.silu(self.norm(self.depthwise(padded))).mT)  # (B, T, D)


class ConformerBlock(nn.Module):
    """Half feed-forward, attention, convolution, half feed-forward, norm (Gulati et al. 2020, eq. 1).

    (B, T, D) -> (B, T, D). hidden: width of each feed-forward, 4 D unless given. attention, convolution: left out
    when False. macaron: False puts one whole feed-forward, twice as wide, behind the convolution. There is no mask:
    all T frames are sound. Equal to Hugging Face's `Wav2Vec2ConformerEncoderLayer` with relative positions.
    """

    def __init__(
        self,
        *,
        dim: int,
        heads: int,
        kernel: int = 31,
        hidden: int | None = None,
        dropout: float = 0.0,
        attention: bool = True,
        convolution: bool = True,
        macaron: bool = True,
    ) -> None:
        super().__init__()
        hidden = 4 * dim if hidden is None else hidden
        wire = {"dim": dim, "dropout": dropout, "norm_first": True}
        self.halves = nn.ModuleList(
            FeedForward(dim=dim, hidden=hidden if macaron else 2 * hidden, activation=F.silu, dropout=dropout)
            for _ in range(2 if macaron else 1)
        )
        self.around_halves = nn.ModuleList(Residual(**wire) for _ in self.halves)
        positions = RelativeSinusoids(dim=dim, heads=heads)
        self.attention = (
            MultiHeadAttention(dim=dim, heads=heads, dropout=dropout, positions=positions) if attention else None
        )
        self.convolution = ConvolutionModule(dim=dim, kernel=kernel) if convolution else None
        self.around_attention = Residual(**wire) if attention else None
        self.around_convolution = Residual(**wire) if convolution else None
        self.norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        *first, last = zip(self.around_halves, self.halves, strict=True)
        step = 0.5 if first else 1.0
        for around, half in first:
            x = around(x, lambda x, half=half: step * half(x))
        if self.attention is not None:
            x = self.around_attention(x, self.attention)
        if self.convolution is not None:
            x = self.around_convolution(x, self.convolution)
        around, half = last
        return self.norm(around(x, lambda x: step * half(x)))
