"""Every number: sums, stocks, distances, depths, captures, records, agreement.

In: control, ledger, places. Out: a table a question, its units in the names of its columns. What does not belong here:
words, pictures, files, the clock.
"""
