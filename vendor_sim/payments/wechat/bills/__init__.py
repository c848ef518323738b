"""What a merchant's account did on a day, as the platform's files tell it.

A bill is read off the ledger each time it is asked for: the postings of a day that is over do not
change, so neither does its file, to the byte.
"""
