"""Data health (数据体检): what is wrong with records and figures, kept until it is mended, explained or let be."""
