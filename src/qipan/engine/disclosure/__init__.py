"""Which sums over firms may be shown, so that no single firm's figure can be read or worked out (统计保密)."""

from qipan.engine.disclosure.cells import OPEN, Cell, Safety, merged, safe
from qipan.engine.disclosure.suppress import closed

__all__ = ["OPEN", "Cell", "Safety", "closed", "merged", "safe"]
