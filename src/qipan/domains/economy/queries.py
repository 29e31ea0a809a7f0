"""Reads of the economy desk."""
