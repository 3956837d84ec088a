"""A GeoNames dump as a gazetteer."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from tracker.errors import SourceError
from tracker.places.bundled import listed_places
from tracker.places.names import transliterate, ukrainian_name

_GEONAMES = (
    "geonameid name asciiname alternatenames lat lon feature_class feature_code country cc2 "
    "admin1 admin2 admin3 admin4 population elevation dem timezone modified"
).split()
# What GeoNames knows of a place that is none any more: abandoned, historical, destroyed, once a capital.
_ABANDONED = {"PPLQ", "PPLH", "PPLW", "PPLCH"}


def read_geonames(path: Path) -> gpd.GeoDataFrame:
    """Read the populated places of a GeoNames dump: tab-separated, 19 columns, no header."""
    try:
        lines = _dump(path)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise SourceError(f"{path}: not a GeoNames dump ({error})") from None
    lines = lines[lines["feature_class"] == "P"].reset_index(drop=True)
    names = [
        ukrainian_name(main, str(alternates).split(","), endings_of_zakarpattia=region == "25")
        for main, alternates, region in zip(lines["name"], lines["alternatenames"], lines["admin1"], strict=True)
    ]
    lines["name_uk"] = names
    lines["name"] = [transliterate(name) or main for name, main in zip(names, lines["name"], strict=True)]
    population = lines["population"]
    by_size = np.select([population >= 100_000, population >= 10_000], ["city", "town"], "village")
    code = lines["feature_code"]
    # Without a Ukrainian name and people it is most often a former name or a station: to be found, but not drawn.
    kinds = [code == "PPLX", code.isin(_ABANDONED), (lines["name_uk"] == "") & (population == 0)]
    lines["place"] = np.select(kinds, ["quarter", "abandoned", "locality"], by_size)
    columns = ["geonameid", "name", "name_uk", "place", "population", "lon", "lat"]
    return listed_places(lines[columns]).drop(columns="footprint")


def _dump(path: Path) -> pd.DataFrame:
    """Read the lines of a dump, or of the one text file with a country's name in its zip."""
    content: Any = path
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            texts = [name for name in archive.namelist() if name.endswith(".txt") and "readme" not in name]
            member = texts[0] if texts else None
            if member is None:
                raise ValueError("the zip holds no dump")
            content = io.BytesIO(archive.read(member))
    text = dict.fromkeys(("name", "alternatenames", "feature_class", "feature_code", "admin1"), "str")
    used = [*text, "geonameid", "lat", "lon", "population"]
    return pd.read_csv(
        content, sep="\t", header=None, names=_GEONAMES, dtype=text, quoting=3, keep_default_na=False, usecols=used
    )
