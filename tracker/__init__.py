"""How far did the front move? Public control maps in; dated changes, distances, maps and reports out.

import tracker as tr
control = tr.last_of_day(tr.load("deepstate", "exports/"))
ledger = tr.split(tr.track(control), tr.sectors())
tr.summarise(ledger, every="week", by="sector")
tr.render("map", control=control, ledger=ledger)

The public names stand in the stub beside this file, once for Python and for type checkers, and are loaded when they are
first used, so that `tracker --help` is quick. What is not among them is reached by its room:
`from tracker.measures.octants import octants`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
