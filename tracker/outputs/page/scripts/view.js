// What is shown, for the address, for tests and for those who embed the map.

// day() → ISO date or null, setDay(iso) → whether there is such a day, since(), setSince(iso or null), swipe(),
// setSwipe(on), layers() → names, setLayers(names), onChange(listener); changed() tells the listeners.
//
// `names` are those of the layers that can be shown and hidden; `days` is null where the map has but one day.
export function viewOf(map, days, names, layer, shown) {
  const listeners = [];
  return {
    day: days ? days.day : () => null,
    setDay: days ? days.setDay : () => false,
    since: days ? days.since : () => null,
    setSince: days ? days.setSince : () => false,
    swipe: days ? days.swipe : () => false,
    setSwipe: days ? days.setSwipe : () => {},
    layers: () => names.filter(shown),
    setLayers(wanted) {
      for (const name of names) {
        if (wanted.includes(name) && !shown(name)) layer(name).addTo(map);
        if (!wanted.includes(name) && shown(name)) layer(name).remove();
      }
    },
    onChange(listener) {
      listeners.push(listener);
      if (days) days.onChange(listener);
    },
    changed: () => listeners.forEach((listener) => listener()),
  };
}
