"""The phrase book: every sentence that a feature may say, once, in three languages.

The sentences are data, a file for each theme (``buying.toml``), the words that stand in their holes
too (``words.toml``). Nothing of it is read before a step is looked for.
"""
