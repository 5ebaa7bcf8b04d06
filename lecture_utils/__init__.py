"""Building blocks, pictures and experiments of the lecture; the import path of a thing is its file."""
