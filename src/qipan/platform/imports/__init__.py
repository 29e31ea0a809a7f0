"""The one road for files that come in: batch, preview, commit, undo; a desk only declares its ledgers."""
