"""The Phrasebook thread: English-French sentence pairs whose translation and word alignment are known."""
