"""The commands, a module a theme; `tracker.cli` puts them together. Heavy libraries are imported inside them."""
