"""One architecture a file, assembled from layers."""
