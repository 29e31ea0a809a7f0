"""How a firm stands among its like: the middle and the middle half of a group's figures (同行区间)."""

from qipan.engine.peers.band import BAND_SCHEMA, band

__all__ = ["BAND_SCHEMA", "band"]
