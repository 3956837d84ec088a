"""From control to the ledger: which snapshot holds on a day, what differs between two, cut by place, and why.

In: the `control` table. Out: the `ledger` table, with causes, sectors and histories of ground as columns. What does not
belong here: sums, distances and every other number that is read off the ledger (measures).
"""
