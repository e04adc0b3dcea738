"""Alembic's migrations of the tables. Write one with every change of tables.py, and name it in ``HEAD``."""

HEAD = "0033"
VERSION_TABLE = "handbok_version"
