"""Metrics: one file each, a function of geometries that returns a Series on their index, its unit in its name."""
