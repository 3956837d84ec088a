"""Pictures: figures, charts and timelapses, to the byte the same every time.

In: tables. Out: PNG, SVG, PDF, GIF, WebP or MP4 as bytes. What does not belong here: computing what is drawn.
"""
