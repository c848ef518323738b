"""``make bench``: ours and localstripe side by side, in one run, on fresh stores."""
