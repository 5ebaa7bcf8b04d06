"""Data whose truth is known, returned as plain typed containers."""
