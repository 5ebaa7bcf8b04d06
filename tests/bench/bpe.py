"""Learning BPE merges: counts kept up to date against all pairs counted anew, on Python prose.

Run: python tests/bench/bpe.py. The exit status is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise

from report import report

from lecture_utils.benchmark import median_seconds
from lecture_utils.datasets.prose import load_prose
from lecture_utils.tokenizers.bpe import BPE
from lecture_utils.tokenizers.merges import Pair, learn_merges
from lecture_utils.tokenizers.pretokens import byte_letters, byte_words
from lecture_utils.tokenizers.special import SPECIAL

MERGES = 300
LIMIT = 5.0  # CPU seconds for 2,000 merges, cutting the text into words included


def learn_slowly(counts: Counter[str], alphabet: list[str], merges: int) -> list[Pair]:
    """Count all pairs anew for every merge."""
    words = [(list(word), count) for word, count in counts.items()]
    ids, learned = {unit: index for index, unit in enumerate(alphabet)}, []
    for _ in range(merges):
        pairs: Counter[Pair] = Counter()
        for units, count in words:
            for pair in pairwise(units):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], ids[pair[0]], ids[pair[1]]))
        learned.append(best)
        ids.setdefault("".join(best), len(ids))
        for units, _ in words:
            i = 0
            while i < len(units) - 1:
                if units[i] == best[0] and units[i + 1] == best[1]:
                    units[i : i + 2] = ["".join(best)]
                i += 1
    return learned


if __name__ == "__main__":
    text = load_prose().text
    counts, alphabet = Counter(byte_words(text)), sorted(byte_letters())
    calls = {
        "all pairs counted anew": lambda: learn_slowly(counts, alphabet, MERGES),
        "counts kept up to date": lambda: learn_merges(counts, alphabet, 256 + MERGES),
    }
    slow, fast = calls
    kept = report(f"{MERGES} merges", calls, {(slow, fast): ("at least", 20)}, rounds=5)
    train = {"2,000 merges": lambda: BPE.train(text, len(SPECIAL) + 256 + 2000)}
    (seconds,) = median_seconds(train, rounds=5).values()
    print(f"  2,000 merges, from text to tokenizer: {seconds:.2f} s, asked at most {LIMIT}")
    sys.exit(not (kept and seconds <= LIMIT))
