"""Where records are kept, and the fast roads in and out of them."""
