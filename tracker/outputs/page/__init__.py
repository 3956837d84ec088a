"""Pages: the interactive map, reports, dossiers, the site, as HTML and Markdown.

In: tables. Out: text that needs no network. What does not belong here: computing what is told.
"""
