"""The API root: everything a program may ask and do here, under the same rights as a person's pages."""
