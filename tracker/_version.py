"""The version, said once: the project file, the stub of the face and the products read it here."""

__version__ = "0.1.0"
