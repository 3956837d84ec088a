"""Pages taken apart without a browser, and names that must not get out of their place."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{7*7}} {% raw %} {#",
    "<!-- \\u003c ${alert(1)} `",
    "' \" & \u2028",
]
HOSTILE_LINE = "<img src=x onerror=alert(1)> | **b** $x$ \x1b[0m"


class Page(HTMLParser):
    """What a page consists of: tags with their attributes, and its visible text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.within = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.within.append(tag)

    def handle_endtag(self, tag):
        if tag in self.within:
            del self.within[len(self.within) - 1 - self.within[::-1].index(tag) :]

    def handle_data(self, data):
        if not {"script", "style"} & set(self.within):
            self.text.append(data)


def data_of(html):
    return json.loads(re.search(r'id="tracker-data">(.*?)</script>', html, re.DOTALL).group(1))


def numbers_of(html, row):
    """Read a row of the panel's table of sums."""
    found = re.search(rf'<tr class="{row}">.*?</tr>', html, re.DOTALL).group(0)
    return re.findall(r'<td class="window">(.*?)</td>', found)
