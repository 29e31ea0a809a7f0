"""The way in: sessions, second factor, single sign-on, and how often anybody may try."""
