"""The same rows on each engine. Every program of a row gives the same checksum."""
