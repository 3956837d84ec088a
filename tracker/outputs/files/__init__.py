"""Tables as files: CSV, JSON, Markdown, XLSX, Parquet, GeoJSON, GeoPackage, KML.

In: one table, and what is said about it. Out: text or bytes. What does not belong here: choosing rows or columns.
"""
