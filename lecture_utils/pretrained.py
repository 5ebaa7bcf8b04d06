"""Public checkpoints -> our models: GPT-2, LLaMA, BERT and ViT, from the files their owners publish.

Weights are read from safetensors only: nothing in a file is ever executed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from lecture_utils import hub
from lecture_utils.conversion import bert_from, gpt_from, llama_from, vit_from
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.sentence_pieces import SentencePieces
from lecture_utils.tokenizers.special import PAD, SPECIAL
from lecture_utils.tokenizers.wordpiece import WordPiece


@dataclass(frozen=True)
class Checkpoint:
    """A public model with its weights, and how it reads.

    model: ours, in evaluation mode. tokenizer: None for images. labels: names of classes, none for text.
    """

    name: str
    model: nn.Module
    tokenizer: PublicTokenizer | None
    labels: tuple[str, ...] = ()


class PublicTokenizer:
    """Our tokenizer cuts, the checkpoint's vocabulary numbers: text <-> the ids that its weights know.

    ids: token -> id, such as ids["[MASK]"]. Raises ValueError for a vocabulary that lacks one of our pieces.
    """

    def __init__(self, cut: BPE | WordPiece | SentencePieces, ids: Mapping[str, int]) -> None:
        self._cut, self.ids = cut, dict(ids)
        self.tokens = {index: token for token, index in self.ids.items()}
        missing = [token for token in cut.tokens if token not in self.ids and token not in SPECIAL]
        if missing or len(self.tokens) != len(self.ids):
            raise ValueError(f"the vocabulary {f'lacks {missing[0]!r}' if missing else 'gives an id twice'}")

    def __len__(self) -> int:
        """Size of the vocabulary V."""
        return len(self.ids)

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text."""
        return self._cut.pieces(text)

    def encode(self, text: str) -> list[int]:
        """Ids of a text; none of a special token but [UNK]."""
        return [self.ids[piece] for piece in self.pieces(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids. Those that stand for no text are left out. Raises ValueError for unknown ids."""
        tokens = [self.tokens.get(int(index)) for index in ids]
        if None in tokens:
            raise ValueError(f"the ids {list(ids)} must lie in 0 to {max(self.tokens)}")
        return self._cut.decode(self._cut.ids[token] for token in tokens if token in self._cut.ids)


def load(name: str, *, folder: Path | str | None = None, download: bool = True) -> Checkpoint:
    """A public checkpoint in our own model: "gpt2", "huggyllama/llama-7b", "bert-base-uncased" and kin.

    folder: where its files are. Without, `hub.locate` says where they are looked for, and last on the network.
    Raises hub.NotAtHand, in one line, where they are not to be had, and ValueError for files that are damaged,
    foreign, or hold anything but plain tensors.
    """

    def file(part: str) -> Path:
        return hub.locate(name, part, folder=folder, download=download)

    config = _json(file("config.json"))
    kind = config.get("model_type")
    if kind not in READERS:
        raise ValueError(f"{name} is a {kind!r}: we can read {', '.join(map(repr, READERS))}")
    convert, read_tokenizer = READERS[kind]
    tokenizer = read_tokenizer(file)
    paths = _weight_files(file)
    try:
        model = convert(config, {key: tensor for path in paths for key, tensor in _tensors(path).items()})
    except ValueError as error:
        raise ValueError(f"{name}: {error} ({paths[0]})") from error
    return Checkpoint(name, model, tokenizer, _labels(config) if tokenizer is None else ())


def find(name: str, *, download: bool = False) -> Checkpoint | None:
    """As `load`, for a lesson: where the files are not to be had it says so in one line and gives None.

    download: may fetch them, which can be hundreds of megabytes.
    """
    try:
        return load(name, download=download)
    except hub.NotAtHand as reason:
        print(reason)
        return None


def _weight_files(file: Callable[[str], Path]) -> list[Path]:
    """One file of weights, or the several that an index names: a large model's are cut in pieces."""
    try:
        return [file("model.safetensors")]
    except hub.NotAtHand as none:
        try:
            index = _json(file("model.safetensors.index.json")).get("weight_map")
        except hub.NotAtHand:
            raise none from None
    parts = sorted({str(part) for part in index.values()}) if isinstance(index, dict) else []
    wrong = [part for part in parts if not re.fullmatch(r"\w[\w.-]*\.safetensors", part)]
    if wrong or not parts:
        raise ValueError(f"model.safetensors.index.json names {wrong[:1] or 'no files'}, where files beside it must be")
    return [file(part) for part in parts]


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"the weights are no whole safetensors file ({error}): fetch them anew") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no JSON ({error}): fetch it anew") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path} holds a {type(value).__name__} where names with values are needed")
    return value


def _byte_pairs(file: Callable[[str], Path]) -> PublicTokenizer:
    """GPT-2's: merges.txt cuts, vocab.json numbers."""
    ids = _json(file("vocab.json"))
    wrong = [token for token, index in ids.items() if type(index) is not int]
    if wrong:
        raise ValueError(f"vocab.json gives {wrong[0]!r} the id {ids[wrong[0]]!r}, which is no whole number")
    return PublicTokenizer(BPE.read(file("merges.txt")), ids)


def _sentence_pieces(file: Callable[[str], Path]) -> PublicTokenizer:
    """LLaMA's: tokenizer.json holds everything. No text begins by itself: put ids["<s>"] before it."""
    found = _json(file("tokenizer.json"))
    try:
        model, added = found["model"], {token["content"]: token["id"] for token in found.get("added_tokens", [])}
        ids = model["vocab"] | added
        merges = [pair.split(" ") if isinstance(pair, str) else pair for pair in model["merges"]]
        if model["type"] != "BPE" or not model.get("byte_fallback"):
            raise ValueError("it cuts in another way than SentencePiece's byte pairs")
        cut = SentencePieces([token for token in model["vocab"] if token not in added], [tuple(p) for p in merges])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"tokenizer.json is not LLaMA's: {error}") from error
    return PublicTokenizer(cut, ids)


def _word_pieces(file: Callable[[str], Path]) -> PublicTokenizer:
    """BERT's: vocab.txt has a piece a line, its id is the number of the line."""
    pieces = file("vocab.txt").read_text(encoding="utf-8").split("\n")
    ids = {piece: index for index, piece in enumerate(pieces) if piece}
    if ids.get(SPECIAL[PAD]) != PAD:
        raise ValueError(f"vocab.txt must begin with {SPECIAL[PAD]}: our BERT pads with {PAD}")
    return PublicTokenizer(WordPiece((*SPECIAL, *(piece for piece in ids if piece not in SPECIAL))), ids)


def _no_words(file: Callable[[str], Path]) -> None:
    """An image model reads no text."""


def _labels(config: Mapping[str, Any]) -> tuple[str, ...]:
    names = config.get("id2label")
    return tuple(str(names[key]) for key in sorted(names, key=int)) if isinstance(names, dict) else ()


READERS = {
    "gpt2": (gpt_from, _byte_pairs),
    "llama": (llama_from, _sentence_pieces),
    "bert": (bert_from, _word_pieces),
    "vit": (vit_from, _no_words),
}
