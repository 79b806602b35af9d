"""The ``pyrdd`` command: ``demo``, ``submit`` and ``shell``. A user of the public API, imported by nobody."""
