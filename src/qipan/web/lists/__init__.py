"""Lists of any declared noun: search, filters, views, columns, many at once, taking along."""
