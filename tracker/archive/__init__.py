"""The folder on disk: months of maps, their manifest, the faults found in them, the reference data of a user.

In: control tables from sources. Out: the same tables, read back for a span of days, with the provenance of each. What
does not belong here: reading a publisher's formats (sources), the network (fetch).
"""
