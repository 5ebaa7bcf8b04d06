"""Reusable parts of networks, one idea a file."""
