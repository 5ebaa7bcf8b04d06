"""Smalltown: a made-up world whose every fact, pronoun and opinion is known, told in varied English."""
