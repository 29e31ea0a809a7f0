"""Periods (时期): months, quarters, halves, years and ranges, as one sortable integer each."""
