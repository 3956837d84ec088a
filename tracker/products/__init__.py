"""What people ask for: a day, a map, a figure, a chart, a town, a site. Fills the tables, then calls outputs.

In: an archive or tables in hand, a period, a language. Out: the contents of files. What does not belong here: numbers
(measures), words and drawing (outputs), options (cli).
"""
