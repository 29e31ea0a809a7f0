"""The economy desk (经发/统计): where the zone stands, and why."""
