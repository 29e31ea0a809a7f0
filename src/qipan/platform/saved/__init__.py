"""Saved views: lists as somebody set them up, and the columns a person chose."""
