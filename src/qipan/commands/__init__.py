"""What the `qipan` command does, one file per group of commands; imported only when one runs."""
