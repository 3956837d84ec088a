"""`python -m tracker` is `tracker`."""

from tracker.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
