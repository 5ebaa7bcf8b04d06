"""Pictures: arrays in, Axes out."""
