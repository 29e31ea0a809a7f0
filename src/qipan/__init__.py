"""Qipan 棋盘: one board for the whole zone."""

__version__ = "0.1.0"
