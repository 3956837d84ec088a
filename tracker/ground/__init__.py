"""Exact geometry: union, difference and nearest of ground, its areas, its CRS.

In: arrays of shapes in metres. Out: shapes, areas in square metres, indices. What does not belong here: what a shape
means (statuses, days, sectors), and files.
"""
