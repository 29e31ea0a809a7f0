"""The import wizard: files are dropped, understood, corrected in place, shown and written, all in the browser."""
