"""What the registry's nouns do with sheets that carry them: units, firms, their titles, figures, returns."""
