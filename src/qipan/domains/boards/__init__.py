"""The desk of boards (看板): tiles people lay out, walls that show them, parks and firms on a map."""
