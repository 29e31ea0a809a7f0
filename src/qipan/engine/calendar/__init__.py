"""Working days (工作日) from dated tables: weekends, announced days off, make-up workdays."""

from qipan.engine.calendar.calendar import Calendar, YearStatus
from qipan.engine.calendar.columns import add_workdays, is_workday, workdays_between

__all__ = ["Calendar", "YearStatus", "add_workdays", "is_workday", "workdays_between"]
