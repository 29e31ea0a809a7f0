"""The page of a record of any noun, its form, and what people attach to it."""
