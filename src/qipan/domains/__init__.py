"""One Django application a desk; desks never import each other."""
