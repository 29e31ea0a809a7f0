"""What people attach to records of any noun: notes, files, watching, and the notices that come of it."""
